"""What a person wrote in a reply, apart from what they quote of us and from what their program adds."""

from __future__ import annotations

import re

__all__ = ["own_words"]

QUOTE_BEGINS = re.compile(
    r"^\s*(?:(?:on|am|le|el|il|op)\b.{3,200}(?:wrote|schrieb|a écrit|escribi[oó]|ha scritto|schreef)\s*:?"
    r"|(?:في|بتاريخ|يوم)\s.{3,200}(?:كتب|كتبت|قام|أرسل).{0,120}"
    r"|.{0,120}(?:كتب|كتبت)\s*(?:ما يلي|التالي)?\s*:"
    r"|[-_*\s]*(?:original message|forwarded message|reply above this line)[-_*\s]*"
    r"|[-_*\s]*(?:الرسالة الأصلية|رسالة أصلية|الرسالة المعاد توجيهها)[-_*\s]*"
    r"|_{8,}|-{8,}|(?:from|von|de|من)\s*:\s.*@.*|\*?(?:from|من)\s*:\*?\s.{1,120})$",
    re.IGNORECASE,
)
"""The line at which programs begin what they quote."""
ADDED = re.compile(
    r"^\s*(?:-- ?|(?:sent|get|gesendet|envoyé) (?:from|via|outlook|von|de)\b.*"
    r"|(?:أ?ُ?رسل(?:ت)?|مرسل(?:ة)?|تم الإرسال) (?:من|عبر|بواسطة).*)$",
    re.IGNORECASE,
)
"""A signature, or what a telephone adds: the person's words end here."""
UNSEEN = re.compile("[\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\u00ad]")
"""Marks of direction and of nothing."""


def own_words(text: str) -> list[str]:
    """Return the lines that the person wrote, without empty ones; quoted lines in between are left out."""
    lines = [UNSEEN.sub("", line).strip() for line in text.replace("\r\n", "\n").split("\n")]
    written: list[str] = []
    for place, line in enumerate(lines):
        two = f"{line} {lines[place + 1]}" if place + 1 < len(lines) else line
        if QUOTE_BEGINS.match(line) or ADDED.match(line) or (_opens(line) and QUOTE_BEGINS.match(two)):
            break
        if line and not line.startswith((">", "|")):
            written.append(line)
    return written


def _opens(line: str) -> bool:
    """Say whether a line may be the first half of the one that introduces a quotation."""
    return bool(re.match(r"(?:on|am|le|el|في|بتاريخ|يوم)\s.*\d", line, re.IGNORECASE))
