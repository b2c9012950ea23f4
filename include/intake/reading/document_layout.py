"""Find out which list of a JSON document holds its records."""

from __future__ import annotations

from collections import Counter

import ijson

from include.intake.reading.brackets import utf8
from include.intake.reading.file import File
from include.intake.reading.model import UnreadableFile

__all__ = ["list_in"]

LOOKED_AT = 2 << 20
"""After so many bytes the longest list so far is taken; where there is none yet, the first that comes."""


def list_in(file: File, encoding: str) -> str:
    """Return the path of the document's longest list of objects that is in no other list.

    Raises UnreadableFile where it has none.
    """
    counted: Counter[str] = Counter()
    try:
        with file.open() as stream:
            source = utf8(stream, file, encoding)
            for prefix, event, _ in ijson.parse(source):
                if event == "start_map" and prefix.endswith(".item") and ".item." not in prefix:
                    counted[prefix.removesuffix(".item")] += 1
                if counted and source.given > LOOKED_AT:
                    break
    except (ijson.JSONError, UnicodeDecodeError):
        pass
    if not counted:
        raise UnreadableFile(f"{file.name}: is JSON without a list of records, or breaks off before its end")
    return counted.most_common(1)[0][0]
