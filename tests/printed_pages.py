"""What the eye sees on the pages of a PDF."""

from __future__ import annotations

import pypdfium2

__all__ = ["seen"]

LINE = 5.0
"""Points by which two letters of one line may stand apart in height."""


def seen(made: bytes) -> list[str]:
    """Give each line of each page, its letters from the left edge to the right one, without spaces."""
    return [line for page in pypdfium2.PdfDocument(made) for line in _lines(page.get_textpage())]


def _lines(text: pypdfium2.PdfTextPage) -> list[str]:
    letters = []
    for place in range(text.count_chars()):
        if letter := text.get_text_range(place, 1).strip():
            left, bottom, _, top = text.get_charbox(place, loose=True)
            letters.append(((bottom + top) / 2, left, letter))
    lines: list[list[tuple[float, str]]] = []
    last = None
    for height, left, letter in sorted(letters, key=lambda each: -each[0]):
        if last is None or last - height > LINE:
            lines.append([])
        lines[-1].append((left, letter))
        last = height
    return ["".join(letter for _, letter in sorted(line)) for line in lines]
