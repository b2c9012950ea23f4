"""A short message in both languages, the person's first: what confirms, answers or brings a code is no long letter."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from html import escape
from uuid import UUID

from pydantic import BaseModel, ConfigDict, RootModel

from include.channels import Channel, OutgoingMessage
from include.channels.window import next_sending
from include.duties.letter.bidi import DIRECTIONS, marked_line
from include.duties.notice.calendar import HOME
from include.law import Controller, edition_for

__all__ = ["Brief", "Languages", "Words", "about", "brief", "message_of", "order_of"]

SLACK = timedelta(hours=1)
"""So long the outbox may take (house): what is written shortly before a window closes may miss it."""


class Words(BaseModel):
    """What a short message says in one language."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    subject: str
    lines: tuple[str, ...]

    @property
    def said(self) -> tuple[str, list[str]]:
        """Subject and lines, with names in braces where values stand."""
        return self.subject, [*self.lines]


class Languages(RootModel[dict[str, Words]]):
    """The words by language."""


@dataclass(frozen=True, slots=True)
class Brief:
    """One short message, ready to be sent."""

    subject: str = field(repr=False)
    text: str = field(repr=False)
    html: str = field(repr=False)
    language: str
    """The language that comes first."""


def order_of(language: str) -> tuple[str, str]:
    """Say which language comes first: English for who reads it, Arabic for everybody else."""
    return ("en", "ar") if language == "en" else ("ar", "en")


def about(controller: Controller, language: str) -> dict[str, str]:
    """Give what every message says of its sender: `name`, and `privacy`, where to write to."""
    privacy, name = controller.privacy_channel, controller.legal_name
    return {
        "privacy": (privacy.email if privacy else None) or "",
        "name": (name.in_(language) if name else None) or "",
    }


def brief(said: Mapping[str, tuple[str, Sequence[str]]], language: str) -> Brief:
    """Put a message together from the subject and the lines of each language."""
    order = order_of(language)
    parts = ("\n".join(marked_line(line, DIRECTIONS[each]) for line in said[each][1]) for each in order)
    return Brief(
        subject=" | ".join(said[each][0] for each in order),
        text="\n\n".join(parts) + "\n",
        html=_html({each: said[each][1] for each in order}),
        language=order[0],
    )


def message_of(
    said: Brief,
    id_: UUID,
    kind: str,
    to: tuple[str, Channel],
    template: str,
    *,
    at: datetime,
    until: datetime | None = None,
    owed_by: datetime | None = None,
) -> OutgoingMessage:
    """Make what leaves of a short message, from `at` (UTC) on; after `until` it does not go out any more.

    What is `owed_by` an instant waits for no sending window that opens only then: windows are for promotion. Mail has a
    subject and pages; other channels carry the text alone.
    """
    recipient, channel = to
    by_mail = channel is Channel.EMAIL
    return OutgoingMessage(
        id=id_,
        kind=kind,
        channel=channel,
        recipient=recipient,
        subject=said.subject if by_mail else None,
        text=said.text,
        html=said.html if by_mail else None,
        language=said.language,
        template=template,
        jurisdiction=HOME,
        not_before=at,
        expires_at=until,
        at_once=owed_by is not None and _opens(at + SLACK) >= owed_by,
    )


def _opens(at: datetime) -> datetime:
    edition = edition_for(HOME, at)
    return next_sending(edition.sending_window, edition.zone, at)


def _html(lines: Mapping[str, Sequence[str]]) -> str:
    parts = "".join(
        f'<div lang="{each}" dir="{DIRECTIONS[each]}">' + "".join(f"<p>{escape(line)}</p>" for line in said) + "</div>"
        for each, said in lines.items()
    )
    first = next(iter(lines))
    return (
        f'<!DOCTYPE html><html lang="{first}" dir="{DIRECTIONS[first]}"><head><meta charset="utf-8"></head>'
        f'<body style="font-family:sans-serif;line-height:1.6;font-size:17px">{parts}</body></html>'
    )
