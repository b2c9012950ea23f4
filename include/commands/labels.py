"""Labels that people gave, as a file to train with."""

from __future__ import annotations

import csv
import os
from pathlib import Path

from include.documents import harmless
from include.duties.review import LABELS, labels
from include.errors import NeverRetry
from include.law import now

__all__ = ["write_labels"]


def write_labels(file: Path, by: str) -> int:
    """Write every standing decision of a person as a row of LABELS and return how many there were.

    The file is there whole or not at all, readable by its owner only, and no cell of it is a formula. Raises NeverRetry
    where there is no folder for it.
    """
    if not file.parent.is_dir():
        raise NeverRetry(f"{file.parent}: there is no such folder; make it, or name another file")
    rows = labels(by, now())
    unfinished = file.with_name(f".{file.name}.unfinished")
    unfinished.unlink(missing_ok=True)
    descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", newline="", encoding="utf-8") as sink:
        writer = csv.writer(sink)
        writer.writerow(LABELS)
        writer.writerows([harmless(cell) for cell in row] for row in rows)
    unfinished.replace(file)
    return len(rows)
