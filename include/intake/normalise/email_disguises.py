"""Undo what is written around and inside an e-mail address: labels, links, `(at)`, `[dot]`, spaces, web escapes."""

from __future__ import annotations

import re

__all__ = ["KEPT_COMMA", "undisguised"]

KEPT_COMMA = "\ue000"
"""Stands for a comma that is a slip inside an address: the address is refused whole, and no part of it is taken."""
ESCAPES = (("%20", " "), ("%40", "@"), ("\\u003e", " "), ("\\u003c", " "), ("u003e", " "), ("u003c", " "))
QUERY = re.compile(r"\?(?:subject|body|cc|bcc|to)=\S*", re.I)
COPIED = re.compile(r"[?&](?:cc|bcc|to)=([^&\s]+)", re.I)
LABEL = re.compile(
    r"(?<![\w@.+\-])(?:"
    r"(?:mailto|mail|e|e-?mails?|e-?mail address)\s*[:=]\s*"
    r"|(?:e-?mails?|(?:ال)?بريد(?:\s+(?:ال)?[اإ]لكتروني)?|(?:ال)?[اإ]يميل)(?:\s*[:=/]\s*|\s+)(?=\S)"
    r")",
    re.I,
)
AMPERSAND_WHOLE = re.compile(r"[\w.+'\-]+\s*&\s*\w[\w\-]*(?:\.\w[\w\-]*)*\.[^\W\d_]{2,}")
AMPERSAND = re.compile(r"\s*&\s*")
BRACKETED_AT = re.compile(r"\s*[(\[{<]\s*(?:at|@)\s*[)\]}>]\s*", re.I)
HIDDEN_AT = re.compile(r"\s*[(\[{]\s*a\s*[)\]}]\s*|\s+-at-\s+|_at_", re.I)
WORD_AT = re.compile(
    r"((?:^|[,;|/\n])\s*[\w.+'\-]+)\s+at\s+(?=[\w\-]+(?:(?:\.|\s+dot\s+)[\w\-]+)+\s*(?:$|[,;|/\n]))", re.I
)
BRACKETED_DOT = re.compile(r"\s*[(\[{<]\s*(?:dot|\.)\s*[)\]}>]\s*", re.I)
WORD_DOT = re.compile(r"(?<=\S)\s+dot\s+(?=[^\W\d_]{2})", re.I)
AROUND_AT = re.compile(r"\s*@\s*")
AROUND_DOT = re.compile(
    r"(@[\w\-]+)(?:\s+\.\s*|\.\s+)(?=(?:com|net|org|edu|gov|info|co|sa|eg|ae|kw|qa|bh|om|jo|ma)\b)", re.I
)
SLIPPED_COMMA = re.compile(r"(@[^\s,;@]+),(?=[A-Za-z]{2,4}(?:$|[\s,;|/]))")
NUMBERED_COMMA = re.compile(r"(?<![\w.@])(\d+),(?=\d+@)")


def undisguised(text: str, at_sign: str | None) -> str:
    """Give a cleaned cell with @ and dots where they are meant, and without labels and what follows a `?subject=`.

    Without a sign of the contract's own, `&` stands for @ only where the whole cell is one address written so.
    """
    if "?" in text:
        text = QUERY.sub(lambda query: "".join(f";{copied}" for copied in COPIED.findall(query[0])), text)
    if "%" in text or "u003" in text:
        for escape, sign in ESCAPES:
            text = text.replace(escape, sign)
    if "@" not in text and at_sign and at_sign != "@":
        text = text.replace(at_sign, "@")
    elif "@" not in text and AMPERSAND_WHOLE.fullmatch(text):
        text = text.replace("&", "@")
    elif "@" in text and at_sign != "&":
        text = AMPERSAND.sub(";", text)
    text = BRACKETED_DOT.sub(".", BRACKETED_AT.sub("@", LABEL.sub(" ", text)))
    if "@" not in text:
        text = HIDDEN_AT.sub("@", text)
    text = WORD_AT.sub(r"\1@", text)
    if "@" not in text:
        return text
    text = AROUND_DOT.sub(r"\1.", AROUND_AT.sub("@", WORD_DOT.sub(".", text)))
    if "," in text:
        text = NUMBERED_COMMA.sub(rf"\1{KEPT_COMMA}", SLIPPED_COMMA.sub(rf"\1{KEPT_COMMA}", text))
    return text
