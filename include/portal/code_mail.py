"""The message that brings a code: nothing in it but the code, how long it holds, and what to do if nobody asked."""

from __future__ import annotations

from datetime import datetime
from html import escape
from uuid import UUID

from include.channels import Channel, OutgoingMessage
from include.duties.letter.bidi import marked_line
from include.duties.notice.calendar import HOME
from include.law import Controller

__all__ = ["TEMPLATE", "code_mail"]

TEMPLATE = "identity_code/1"
WORDS = {
    "ar": (
        "رمز التحقق | Your code",
        "رمزك: {code}",
        "يصلح ربع ساعة ومرة واحدة. إن لم تطلبه فتجاهل هذه الرسالة: لم يُفتح شيء.",
    ),
    "en": (
        "Your code | رمز التحقق",
        "Your code: {code}",
        "It holds for a quarter of an hour, and once. If you did not ask for it, ignore this message: nothing opened.",
    ),
}
DIRECTIONS = {"ar": "rtl", "en": "ltr"}


def code_mail(
    controller: Controller,
    attempt: UUID,
    code: str,
    recipient: str,
    channel: Channel,
    language: str,
    *,
    at: datetime,
    until: datetime,
) -> OutgoingMessage:
    """Write the message; after `until` (UTC) it does not go out any more."""
    order = ("en", "ar") if language == "en" else ("ar", "en")
    name = controller.legal_name
    said = {
        each: [*(line.format(code=code) for line in WORDS[each][1:]), (name.in_(each) if name else None) or ""]
        for each in order
    }
    text = "\n\n".join("\n".join(marked_line(line, DIRECTIONS[each]) for line in said[each]) for each in order)
    by_mail = channel is Channel.EMAIL
    return OutgoingMessage(
        id=attempt,
        kind="identity_code",
        channel=channel,
        recipient=recipient,
        subject=WORDS[order[0]][0] if by_mail else None,
        text=text + "\n",
        html=_html(said) if by_mail else None,
        language=order[0],
        template=TEMPLATE,
        jurisdiction=HOME,
        not_before=at,
        expires_at=until,
    )


def _html(said: dict[str, list[str]]) -> str:
    parts = "".join(
        f'<div lang="{each}" dir="{DIRECTIONS[each]}">' + "".join(f"<p>{escape(line)}</p>" for line in lines) + "</div>"
        for each, lines in said.items()
    )
    first = next(iter(said))
    return (
        f'<!DOCTYPE html><html lang="{first}" dir="{DIRECTIONS[first]}"><head><meta charset="utf-8"></head>'
        f'<body style="font-family:sans-serif;line-height:1.6;font-size:17px">{parts}</body></html>'
    )
