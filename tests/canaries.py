"""Values that were never anybody's, to be planted in a delivery and looked for wherever they must not be.

Every planted text holds one of two made-up stems, and every planted number one of a few made-up numbers. Whoever looks
for these few in every dress in which software writes text down finds any planted value, whole or in part.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterable, Iterator
from functools import cache

__all__ = ["LATIN", "NATIONAL_ID", "SCRIPT", "arabic", "hidden_in", "landline", "latin", "mobile"]

LATIN, SCRIPT = "qanveltir", "قنفلطير"
"""Two stems that are in no word of any language here."""
NATIONAL_ID = "1000000008"
"""Ten digits with the right check digit."""
NUMBERS = {"mobile number": r"5000000[2-5]\d", "landline": r"1100000[2-5]\d", "national id": NATIONAL_ID}
"""Without country code and leading zero: every way of writing a number ends in these digits."""
BETWEEN_DIGITS = r"[ ().\-]{0,2}"
DIGITS = {
    form: str(value)
    for zero in (0x0660, 0x06F0)
    for value in range(10)
    for form in (chr(zero + value), f"\\u{zero + value:04x}")
}
UNICODE = ("utf-8", "utf-16-le", "utf-16-be")

Dress = tuple[str, re.Pattern[bytes], bool]
"""Its name, what it looks like, and whether case says nothing in it."""


def latin(field: str, row: int) -> str:
    """Make a word for a field of a row, in Latin letters."""
    return f"{LATIN}{field}{chr(ord('a') + row)}"


def arabic(row: int) -> str:
    """Make a word for a row, in Arabic letters."""
    return SCRIPT + "بتثجحخدذرزسشصضطظعغف"[row]


def mobile(row: int) -> str:
    """Make a mobile number for a row, as a Saudi directory writes it."""
    return f"05000000{21 + row}"


def landline(row: int) -> str:
    """Make a number of Riyadh for a row."""
    return f"011 000 00{21 + row}"


def hidden_in(text: bytes, marks: Iterable[str] = ()) -> set[str]:
    """Name every dress in which a planted value stands in these bytes.

    `marks` are whole values (a mailbox, a number) of which not even a hash without a key may stand there.
    """
    lower = text.lower()
    found = {name for name, pattern, folded in _dresses() if pattern.search(lower if folded else text)}
    digits = _latin_digits(lower)
    found |= {name for name, pattern in _numbers() if pattern.search(digits)}
    return found | {f"bare {name}" for name, value in _bare_hashes(tuple(marks)) if value in text}


@cache
def _dresses() -> tuple[Dress, ...]:
    texts = {"Latin stem": LATIN, "Arabic stem": SCRIPT}
    digits = {name: pattern.partition("[")[0] for name, pattern in NUMBERS.items()}
    written = ((f"{what}, {dress}", look, True) for what, stem in texts.items() for dress, look in _written(stem))
    packed = (
        (f"{what}, {dress}", look, folded)
        for what, stem in (texts | digits).items()
        for dress, look, folded in _packed(stem)
    )
    return tuple((name, re.compile(look), folded) for name, look, folded in (*written, *packed))


def _written(stem: str) -> Iterator[tuple[str, bytes]]:
    """Yield the ways of writing a text into other text."""
    octets = [f"{octet:02x}" for octet in stem.encode()]
    for codec in ("utf-8",) if stem.isascii() else ("utf-8", "windows-1256", "iso-8859-6"):
        yield codec, re.escape(stem.encode(codec))
    yield "JSON escape", rb"\\{1,8}".join(f"u{ord(letter):04x}".encode() for letter in stem)
    yield "HTML decimal", "".join(f"&(?:amp;)*#{ord(letter)};" for letter in stem).encode()
    yield "HTML hexadecimal", "".join(f"&(?:amp;)*#x0*{ord(letter):x};" for letter in stem).encode()
    yield "percent", "".join(f"%(?:25)*{octet}" for octet in octets).encode()
    yield "quoted-printable", r"(?:=\r?\n)?".join(f"={octet}" for octet in octets).encode()
    yield "octal", "".join(rf"\\+{octet:03o}" for octet in stem.encode()).encode()


def _packed(stem: str) -> Iterator[tuple[str, bytes, bool]]:
    """Yield the ways of packing the bytes of a text."""
    for codec in UNICODE:
        encoded = stem.encode(codec)
        if codec != "utf-8":
            yield codec, re.escape(encoded.lower()), True
        yield f"hexadecimal of {codec}", r"(?:\\+x| |:)?".join(f"{octet:02x}" for octet in encoded).encode(), True
        for case in {stem, stem.title(), stem.upper()}:
            for core in _base64_cores(case.encode(codec)):
                yield f"base64 of {codec}", core, False


def _base64_cores(data: bytes) -> Iterator[bytes]:
    """Encode at each of the three places at which data can begin, less the letters in which its neighbours have a say.

    Line breaks may stand anywhere, and the two letters beyond the alphabet are written in two ways.
    """
    for shift in range(3):
        whole = base64.b64encode(bytes(shift) + data + bytes(2)).decode()
        bits = 8 * shift, 8 * (shift + len(data))
        core = whole[-(-bits[0] // 6) : bits[1] // 6]
        yield r"(?:\r?\n|\\n)?".join({"+": "[+-]", "/": "[/_]"}.get(letter, letter) for letter in core).encode()


@cache
def _numbers() -> tuple[tuple[str, re.Pattern[bytes]], ...]:
    """Look for numbers, one or more in a row, that are no part of a longer one: a fraction may hold any digits."""
    prefix = rf"(?:(?:{_spaced('00')})?{_spaced('966')})?(?:0[ ()\-]{{0,2}})?"
    return tuple(
        (name, re.compile(rf"(?<!\d)(?<!\d\.)(?:{prefix}{_spaced(digits)})+(?!\d)".encode()))
        for name, digits in NUMBERS.items()
    )


def _spaced(digits: str) -> str:
    return "".join(digit + BETWEEN_DIGITS for digit in re.findall(r"\[[^]]*\]|\\d|\d", digits))


def _latin_digits(text: bytes) -> bytes:
    for form, digit in DIGITS.items():
        text = text.replace(form.encode(), digit.encode())
    return text


@cache
def _bare_hashes(marks: tuple[str, ...]) -> tuple[tuple[str, bytes], ...]:
    return tuple(
        (algorithm, dress)
        for algorithm in ("md5", "sha1", "sha256")
        for mark in marks
        for digest in [hashlib.new(algorithm, mark.encode()).digest()]
        for dress in (digest, digest.hex().encode(), base64.b64encode(digest).rstrip(b"="))
    )
