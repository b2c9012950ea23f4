"""The pages of a package: Arabic or English, as its person asked."""

from __future__ import annotations

import re
from itertools import islice
from pathlib import Path
from typing import Any

from include.documents import Ltr, Rtl, printed
from include.duties.letter.dates import city_of, complaint_period, day
from include.duties.packages.case import Case
from include.duties.packages.spool import Spool
from include.duties.requests.actions import name_of_right
from include.law.wording import Wording

__all__ = ["PRINTED", "facts_of", "pages_of"]

TEMPLATE = Path(__file__).with_name("package.typ")
PRINTED = 60
"""Rows of a sheet that are printed; the rest stands in its file."""
ACROSS = 92
"""Letters that fit beside each other on a page: rows that need more are printed one by one, name by value."""
NARROW, BROAD = 8, 24
"""Letters that a column has at least, and up to which a text gets more room before it is broken into lines."""
ARABIC = re.compile(r"[\u0600-\u06ff]")
LETTER = re.compile(r"[^\W\d_]")
LATIN = r"A-Za-z\u00c0-\u024f0-9"
RUN = re.compile(rf"\+?[{LATIN}](?:[{LATIN}.,:/@_&%'+\-]|\(\d+\)| (?=[{LATIN}+&(]))*")
"""Latin letters and figures that belong together: in an Arabic line the pieces of a number would turn around."""
AFTER = " .,:/&'-"
"""What ends a run is the line's."""
ISOLATED = "\u2066{}\u2069"


def facts_of(case: Case) -> dict[str, str | None]:
    """Give what is told of the copy itself, by what it is called."""
    zone, language, controller, words = case.edition.zone, case.language, case.controller, case.words
    privacy, officer = controller.privacy_channel, controller.dpo
    return {
        words.facts["for"]: name_of_right(case.right, language),
        words.facts["reference"]: case.reference,
        words.facts["received"]: day(case.received_at, zone, language),
        words.facts["made"]: day(case.at, zone, language),
        words.facts["controller"]: _said(controller.legal_name, language),
        words.facts["privacy"]: privacy.email if privacy else None,
        words.facts["dpo"]: officer.email if officer and officer.appointed else None,
        words.facts["law"]: case.edition.law.in_(language),
        words.facts["times"]: city_of(zone, language),
        words.facts["files"]: words.files,
    }


def pages_of(case: Case, spool: Spool) -> bytes:
    """Print the pages."""
    words, period = case.words, complaint_period(case.edition, case.language)
    authority = case.edition.authority.name.in_(case.language)
    told = {
        "title": words.title,
        "facts": [[name, _shown(said, case.language)] for name, said in facts_of(case).items() if said],
        "opening": words.opening.format(mark=words.mark),
        "sheets": [_sheet(case, sheet, rows) for sheet, rows in spool.read()],
        "nothing": words.nothing,
        "row": words.row,
        "closing_title": words.closing,
        "rights": words.rights,
        "complaint": words.complaint.format(
            authority=authority, within=words.within.format(period=period) if period else ""
        ),
    }
    return printed(TEMPLATE, told, "ar" if case.language == "ar" else "en")


def _sheet(case: Case, sheet: Any, rows: Any) -> dict[str, Any]:
    shown = [[_cell(case, value) for value in row] for row in islice(rows, PRINTED)]
    left = sum(1 for _ in rows)
    widths = _widths(list(sheet.columns.values()), shown)
    more = case.words.more.format(printed=len(shown), rows=len(shown) + left, file=f"csv/{sheet.key}.csv")
    return {
        "title": _shown(sheet.title, case.language),
        "about": [[name, _shown(said, case.language)] for name, said in sheet.about],
        "headings": [_shown(name, case.language) for name in sheet.columns.values()],
        "rows": shown,
        "wide": sum(widths) > ACROSS,
        "widths": widths,
        "more": more if left else None,
    }


def _widths(headings: list[str], rows: list[list[Any]]) -> list[int]:
    """Say how many letters each column needs: its longest piece that is not broken, and of a longer text some more."""
    columns = zip(headings, *rows, strict=True)
    return [
        max(NARROW, *(_letters(str(value), whole=isinstance(value, Ltr)) for value in column)) for column in columns
    ]


def _letters(said: str, *, whole: bool) -> int:
    longest = _room(said) if whole and len(said) < BROAD else max(map(_room, said.split()), default=0)
    return max(longest, min(len(said), BROAD))


def _room(said: str) -> int:
    """Say how many letters of usual width a piece takes: capitals and figures are broader."""
    return len(said) + sum(letter.isupper() or letter.isdigit() for letter in said) // 4


def _cell(case: Case, value: Any) -> Any:
    if isinstance(value, bool):
        return case.words.affirmed if value else case.words.denied
    return case.words.none if value is None or value == "" else _shown(str(value), case.language)


def _shown(said: str | None, language: str) -> Any:
    """Mark what is read the other way than its page: what has no Arabic letter in an Arabic one, or begins with one."""
    if not said:
        return said
    if not ARABIC.search(said):
        return Ltr(said) if language == "ar" else said
    whole = RUN.sub(_apart, said)
    first = LETTER.search(said)
    return Rtl(whole) if language != "ar" and first and ARABIC.match(first[0]) else whole


def _apart(found: re.Match[str]) -> str:
    run = found[0].rstrip(AFTER)
    return ISOLATED.format(run) + found[0][len(run) :]


def _said(wording: Wording | None, language: str) -> str | None:
    return wording.in_(language) if wording else None
