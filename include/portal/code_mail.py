"""The message that brings a code: nothing in it but the code, how long it holds, and what to do if nobody asked."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from include.channels import Channel, OutgoingMessage
from include.duties.letter.brief import about, brief, message_of
from include.law import Controller

__all__ = ["TEMPLATE", "code_mail"]

TEMPLATE = "identity_code/1"
WORDS = {
    "ar": (
        "رمز التحقق",
        "رمزك: {code}",
        "يصلح ربع ساعة ومرة واحدة. إن لم تطلبه فتجاهل هذه الرسالة: لم يُفتح شيء.",
        "{name}",
    ),
    "en": (
        "Your code",
        "Your code: {code}",
        "It holds for a quarter of an hour, and once. If you did not ask for it, ignore this message: nothing opened.",
        "{name}",
    ),
}


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
    said = {
        each: (subject, [line.format(code=code, **about(controller, each)) for line in lines])
        for each, (subject, *lines) in WORDS.items()
    }
    to = (recipient, channel)
    return message_of(brief(said, language), attempt, "identity_code", to, TEMPLATE, at=at, until=until)
