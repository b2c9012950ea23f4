"""The message that brings a code: nothing in it but the code, how long it holds, and what to do if nobody asked."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from include.channels import Channel, OutgoingMessage
from include.duties.letter.brief import about, brief
from include.duties.notice.calendar import HOME
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
    written, by_mail = brief(said, language), channel is Channel.EMAIL
    return OutgoingMessage(
        id=attempt,
        kind="identity_code",
        channel=channel,
        recipient=recipient,
        subject=written.subject if by_mail else None,
        text=written.text,
        html=written.html if by_mail else None,
        language=written.language,
        template=TEMPLATE,
        jurisdiction=HOME,
        not_before=at,
        expires_at=until,
    )
