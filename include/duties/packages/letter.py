"""The letter that says where a package lies. Nothing of the package is in it, and nothing is attached (DSR-08)."""

from __future__ import annotations

from datetime import datetime
from functools import cache
from pathlib import Path
from uuid import UUID

from include.channels import Channel, OutgoingMessage
from include.duties.letter.brief import Languages, Words, about, brief, message_of, order_of
from include.duties.letter.dates import moment
from include.duties.packages.case import Case
from include.duties.requests.actions import name_of_right
from include.law import load_strict

__all__ = ["TEMPLATE", "told_of", "words_of_letter"]

TEMPLATE = "package_ready/1"


def told_of(
    case: Case, message: UUID, link: str, to: tuple[str, Channel], until: datetime, owed_by: datetime
) -> OutgoingMessage:
    """Write the letter to a contact, `owed_by` the end of a clock; after `until` (UTC) it does not go out any more."""
    said = brief({each: _said(case, link, until, each) for each in order_of(case.language)}, case.language)
    return message_of(said, message, "rights_request", to, TEMPLATE, at=case.at, until=until, owed_by=owed_by)


def _said(case: Case, link: str, until: datetime, language: str) -> tuple[str, list[str]]:
    values = {
        "reference": case.reference,
        "right": name_of_right(case.right, language),
        "link": link,
        "until": moment(until, case.edition.zone, language),
        **about(case.controller, language),
    }
    words = _words()[language]
    return words.subject.format(**values), [line.format(**values) for line in words.lines]


def words_of_letter(language: str) -> tuple[str, list[str]]:
    """Give subject and lines of the letter, with names in braces where values stand."""
    return _words()[language].said


@cache
def _words() -> dict[str, Words]:
    return load_strict(Path(__file__).with_name("letter.yml"), Languages).root
