"""A reader of returns that is killed at a letter: python dying_reader.py FOLDER WHEN NUMBER

WHEN is `opened` (before anything is committed) or `settled` (after the commit, before the letter is gone).
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from include.channels.mailboxes.maildir import Maildir
from include.channels.mailboxes.model import Folder, Letter
from include.duties.returning import read_returns
from include.law import load_controller


class Dying:
    """A letter at which the process dies."""

    def __init__(self, letter: Letter, when: str) -> None:
        self.letter, self.when = letter, when

    @contextmanager
    def opened(self) -> Iterator[Any]:
        with self.letter.opened() as lines:
            self._die("opened")
            yield lines

    def remove(self) -> None:
        self._die("settled")

    def keep(self, folder: Folder) -> None:
        self._die("settled")

    def _die(self, when: str) -> None:
        if self.when == when:
            os.kill(os.getpid(), signal.SIGKILL)


class Box:
    """A Maildir whose n-th letter is deadly."""

    def __init__(self, folder: Path, when: str, number: int) -> None:
        self.box, self.when, self.number = Maildir(folder), when, number

    def letters(self, limit: int) -> Iterator[Letter]:
        for place, letter in enumerate(self.box.letters(limit)):
            yield Dying(letter, self.when) if place == self.number else letter

    def close(self) -> None:
        """Nothing is open."""


if __name__ == "__main__":
    at = datetime(2026, 3, 2, 7, 0, tzinfo=UTC)
    read_returns(Box(Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])), load_controller(), at)
