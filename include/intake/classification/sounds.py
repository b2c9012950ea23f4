"""Know a foreign word written down in Arabic letters by how it sounds (كول for cool, سميث for Smith)."""

from __future__ import annotations

import re
from collections.abc import Iterable

__all__ = ["heard", "heard_letters", "sound_of"]

# Letters between which Arabic hands waver when they write a foreign word.
ALIKE = str.maketrans(dict(zip("طصضظذغقحئؤ", "تسدززججهيو", strict=True)) | {"ء": None})
DOUBLED, DOUBLED_VOWEL = re.compile(r"(.)\1+"), re.compile(r"([وي])\1+")
MOST = 24
"""So many ways of writing one word are followed."""

PHONES = {
    **{"B": "ب", "D": "د", "DH": "ز", "F": "ف", "G": "ج", "HH": "ه", "JH": "ج", "K": "ك", "L": "ل", "M": "م"},
    **{"N": "ن", "P": "ب", "R": "ر", "S": "س", "SH": "ش", "T": "ت", "V": "ف", "W": "و", "Y": "ي"},
    **{"CH": "تش|ش", "NG": "نج|ن", "TH": "ث|ت", "Z": "ز|س", "ZH": "ج|ز"},
    **{"AA": "|و", "AE": "", "AH": "|و|ي", "AO": "و|", "AW": "و", "AY": "ي", "EH": "|ي", "ER": "ر|ير|ور"},
    **{"EY": "ي", "IH": "ي|", "IY": "ي", "OW": "و", "OY": "وي", "UH": "و|", "UW": "و"},
}
"""How the sounds of English (ARPABET) are written; a bar stands between ways, alef is left out inside a word."""
LETTERS = {
    **{"tsch": "تش", "sch": "ش", "ch": "تش|ش", "sh": "ش", "ph": "ف", "th": "ث|ت", "kh": "خ", "gh": "ج", "ck": "ك"},
    **{"qu": "ك", "ou": "و", "oo": "و", "ee": "ي", "ei": "ي", "ie": "ي", "ai": "ي", "au": "و", "eu": "و|ي"},
    **{"a": "", "e": "|ي", "i": "ي", "o": "و", "u": "و", "y": "ي", "b": "ب", "c": "ك", "d": "د", "f": "ف", "g": "ج"},
    **{"h": "ه|", "j": "ج|ي", "k": "ك", "l": "ل", "m": "م", "n": "ن", "p": "ب", "q": "ك", "r": "ر", "s": "س|ز"},
    **{"t": "ت", "v": "ف", "w": "و", "x": "كس", "z": "ز"},
}
SPELT = re.compile("|".join(sorted(LETTERS, key=len, reverse=True)) + "|.")


def sound_of(word: str) -> str:
    """Give the sound of a folded Arabic word: no doubling, no alef inside it, one letter for those alike."""
    plain = DOUBLED.sub(r"\1", word.translate(ALIKE))
    return plain[:1] + plain[1:].replace("ا", "")


def heard(phones: Iterable[str]) -> frozenset[str]:
    """Give the sounds as which an English word may be written down, from its phones."""
    ways = []
    for at, phone in enumerate(phones):
        ways.append(_opened(PHONES[phone.rstrip("012")].split("|"), at == 0 and phone[0] in "AEIOU"))
    return _written(ways)


def heard_letters(word: str) -> frozenset[str]:
    """Give the sounds as which a Latin word may be written down, from its letters."""
    word = re.sub(r"([^eo])\1+", r"\1", word)
    ways = []
    for found in SPELT.finditer(word):
        letters = found[0]
        soft = letters == "c" and word[found.end() : found.end() + 1] in ("e", "i", "y")
        way = ["س", "تش"] if soft else LETTERS.get(letters, "").split("|")
        ways.append(_opened(way, found.start() == 0 and letters[0] in "aeiou"))
    return _written(ways)


def _opened(way: list[str], vowel: bool) -> list[str]:
    """Put the alef before a vowel that opens a word."""
    return ["ا" + letters for letters in way] if vowel else way


def _written(ways: list[list[str]]) -> frozenset[str]:
    found = [""]
    for way in ways:
        found = [before + letters for before in found for letters in way][:MOST]
    return frozenset(DOUBLED_VOWEL.sub(r"\1", sound) for sound in found)
