"""Compare names across scripts by the consonants that survive every spelling (فهد, Fahad, Fahd)."""

from __future__ import annotations

import re
from functools import lru_cache

from include.intake.normalise.names import fold, person_form

__all__ = ["names_alike", "skeleton"]

ARABIC = str.maketrans(
    {
        **dict(zip("بتثجحخدذرزسشصضطظغفقكلمنهڤپ", "bttghkdzrzsssdtzgfkklmnhfb", strict=True)),
        **dict.fromkeys("اويىءئؤعةـ", ""),
    }
)
DIGRAPHS = (("kh", "k"), ("gh", "g"), ("th", "t"), ("dh", "z"), ("sh", "s"), ("ch", "s"), ("ph", "f"), ("ck", "k"))
LATIN = str.maketrans({**dict(zip("qcjvp", "kkgfb", strict=True)), **dict.fromkeys("aeiouwy'", "")})


DOUBLED = re.compile(r"(.)\1+", re.S)


@lru_cache(maxsize=1 << 15)
def skeleton(word: str) -> str:
    """Give the consonants of a word in either script, without article and doubling; empty where none are left."""
    word = fold(word)
    if word.isascii():
        word = word[2:] if word.startswith(("al", "el")) and len(word) > 4 else word
        word = word[:-1] if word.endswith("h") and not word.endswith(("kh", "gh", "th", "dh", "sh", "ch")) else word
        if "h" in word or "ck" in word:
            for pair, letter in DIGRAPHS:
                word = word.replace(pair, letter)
        bones = word.translate(LATIN)
    else:
        bones = (word[2:] if word.startswith("ال") and len(word) > 4 else word).translate(ARABIC)
    return DOUBLED.sub(r"\1", bones) if DOUBLED.search(bones) else bones


@lru_cache(maxsize=1 << 14)
def names_alike(segments: tuple[str, ...], person: str, both: bool = False) -> bool:
    """Say whether the segments of a mailbox, a handle or a domain name a person.

    One part of the name is enough where it is long enough to tell (`both` asks for two): as a segment, at the start or
    end of one, or as a family name after an initial.
    """
    parts, joined = _parts_of(person), "".join(segments)
    if not parts or not joined:
        return False
    bones = {skeleton(seg) for seg in segments if len(seg) > 2}
    hits = sum(_in_segments(part, segments, joined, bones) for part in parts)
    if hits >= 2 or (hits == 1 and not both):
        return True
    return _initialled(parts, joined) or _glued(parts, joined)


@lru_cache(maxsize=1 << 12)
def _parts_of(person: str) -> tuple[str, ...]:
    return tuple(part for part in person_form(person).split() if len(part) > 1)


def _in_segments(part: str, segments: tuple[str, ...], joined: str, bones: set[str]) -> bool:
    if len(part) >= 3 and part in segments:
        return True
    if part.isascii() and len(part) >= 4 and (joined.startswith(part) or joined.endswith(part)):
        return True
    own = skeleton(part)
    return len(own) >= (2 if not part.isascii() else 3) and own in bones


def _initialled(parts: tuple[str, ...], joined: str) -> bool:
    first, last = parts[0], parts[-1]
    if len(parts) < 2 or len(joined) < 4:
        return False
    if joined in (first[0] + last, last + first[0], first + last[0]):
        return True
    bones = skeleton(last)
    return len(bones) >= 2 and skeleton(joined[1:]) == bones and skeleton(joined[0]) == skeleton(first)[:1] != ""


def _glued(parts: tuple[str, ...], joined: str) -> bool:
    bones = skeleton(parts[0]) + skeleton(parts[-1])
    return len(parts) > 1 and len(bones) >= 4 and skeleton(joined).replace("l", "") == bones.replace("l", "")
