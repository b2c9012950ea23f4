"""How the lines at the head of an e-mail are written: ASCII on the wire, short enough, and nothing smuggled in."""

from __future__ import annotations

import re
from email.charset import BASE64, Charset
from email.errors import HeaderParseError
from email.header import Header
from email.headerregistry import Address
from email.utils import formataddr

__all__ = ["is_mailbox", "mailbox", "one_line", "unstructured"]

LINE = 76
"""Signs in a line that holds encoded words (RFC 2047 2); without them 78 would do (RFC 5322 2.1.1)."""
UTF_8 = Charset("utf-8")
UTF_8.header_encoding = BASE64  # whatever another library, such as Apprise, makes of the one for all
ASCII = Charset("us-ascii")
ATOMS = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
PLAIN_MAILBOX = re.compile(rf"{ATOMS}(?:\.{ATOMS})*@{ATOMS}(?:\.{ATOMS})*")
"""What nearly every address is: a dot-atom on either side (RFC 5322 3.4.1). Anything else is left to the library."""


def unstructured(name: str, text: str) -> str:
    """Write a line of free text, folded; in encoded words (RFC 2047) where it is not plain ASCII."""
    return f"{name}: {_encoded(one_line(text), name)}\r\n"


def mailbox(name: str, address: str, display: str = "") -> str:
    """Write a line that names one mailbox. An address outside ASCII stays as it is (RFC 6532)."""
    display = one_line(display)
    if not display:
        return f"{name}: {address}\r\n"
    shown = _encoded(formataddr((display, "")).removesuffix(" <>") if _is_plain(display) else display, name)
    last = len(name) + 2 + len(shown) if "\n" not in shown else len(shown.rpartition("\n")[2])
    fold = " " if last + len(address) + 3 <= LINE else "\r\n "
    return f"{name}: {shown}{fold}<{address}>\r\n"


def is_mailbox(address: str) -> bool:
    """Say whether this is one bare address; the library's errors, which would quote it, stay here."""
    if PLAIN_MAILBOX.fullmatch(address):
        return True
    try:
        if address.isascii():
            Address(addr_spec=address)
        else:
            local, _, domain = address.rpartition("@")  # RFC 6531; the library reads only ASCII as one piece
            Address(username=local, domain=domain)
    except (ValueError, HeaderParseError, IndexError):
        return False
    return True


def one_line(text: str) -> str:
    """Put a text on one line, its words one space apart."""
    return " ".join(text.split())


def _encoded(text: str, name: str) -> str:
    return Header(text, ASCII if _is_plain(text) else UTF_8, maxlinelen=LINE, header_name=name).encode(linesep="\r\n")


def _is_plain(text: str) -> bool:
    """Say whether a text can stand as it is: ASCII, no word too long to fold at, nothing that reads as encoded."""
    short = all(len(word) < LINE for word in text.split())
    return text.isascii() and text.isprintable() and short and "=?" not in text
