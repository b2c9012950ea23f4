"""The command line inside the test's own process, where starting another one would take too long."""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass

import pytest

from include.commands import main


@dataclass(frozen=True)
class Said:
    """What the command said, and how it ended."""

    code: int
    out: str
    error: str

    @property
    def counts(self) -> dict[str, int]:
        found: dict[str, int] = json.loads(self.out.splitlines()[-1])
        return found


def call(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], *words: str) -> Said:
    """Call the command line as `python -m include` does, with these words."""
    monkeypatch.setattr(sys, "argv", ["include", *words])
    with pytest.raises(SystemExit) as ended:
        main()
    said = capsys.readouterr()
    return Said(int(ended.value.code or 0), said.out, said.err)
