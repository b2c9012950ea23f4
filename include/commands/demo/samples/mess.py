"""The ways in which people type phones, names and nothing at all."""

from __future__ import annotations

from random import Random

__all__ = ["abroad", "arabic_digits", "at_home", "blank", "marked", "pair", "with_extension"]

ARABIC_DIGITS = str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")
PLACEHOLDERS = ("لا يوجد", "-", "غير متوفر", "0", "N/A")
LEFT_TO_RIGHT, EMBED, POP, ISOLATE, POP_ISOLATE = "\u200e", "\u202a", "\u202c", "\u2066", "\u2069"


def at_home(e164: str, random: Random) -> str:
    """Write a number as it is dialled inside its country, in one of the usual groupings."""
    national = _national(e164)
    if national.startswith("9200"):
        return random.choice((national, f"{national[:4]} {national[4:]}", f"{national[:4]}-{national[4:]}"))
    whole = "0" + national
    cut = 3 if len(whole) > 9 else 2
    return random.choice(
        (
            whole,
            f"{whole[:cut]} {whole[cut:6]} {whole[6:]}",
            f"{whole[:cut]}-{whole[cut:]}",
            f"({whole[:cut]}) {whole[cut:6]}-{whole[6:]}",
            f"{whole[:cut]}{whole[cut:6]} {whole[6:]}",
        )
    )


def abroad(e164: str, random: Random) -> str:
    """Write a number with its country code, well or badly."""
    digits = e164[1:]
    code = digits[:3] if digits.startswith("9") else digits[:2]
    rest = digits[len(code) :]
    return random.choice(
        (
            e164,
            f"00{digits}",
            f"+{code} {rest[:2]} {rest[2:5]} {rest[5:]}",
            digits,
            f"+{code}-{rest}",
            f"+{code} (0) {rest}",
        )
    )


def pair(first: str, second: str, random: Random) -> str:
    """Write two numbers into one cell."""
    return random.choice((" / ", " - ", "، ", " أو ", "\n", "؛", "//")).join((first, second))


def with_extension(number: str, random: Random, language: str = "ar") -> str:
    """Write a number with an extension."""
    extension = random.randrange(10, 600)
    if language == "ar":
        return random.choice((f"{number} تحويلة {extension}", f"{number} داخلي {extension}"))
    return random.choice((f"{number} ext. {extension}", f"{number} x{extension}"))


def arabic_digits(text: str) -> str:
    """Write the digits as Arabic-Indic ones."""
    return text.translate(ARABIC_DIGITS)


def marked(text: str, random: Random) -> str:
    """Wrap a number in the invisible marks that keep it left to right."""
    before, after = random.choice(
        ((LEFT_TO_RIGHT, ""), (EMBED, POP), (ISOLATE, POP_ISOLATE), (LEFT_TO_RIGHT, LEFT_TO_RIGHT))
    )
    return f"{before}{text}{after}"


def blank(random: Random) -> str:
    """Write that there is nothing, with or without a word for it."""
    return random.choice(PLACEHOLDERS) if random.random() < 0.3 else ""


def _national(e164: str) -> str:
    return e164[4:] if e164.startswith("+9") else e164[3:]
