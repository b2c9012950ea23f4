"""What the cells of a column look like: how many of them have the shape of a phone, a mail address, a name."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import islice, pairwise

from include.intake.contracts.heading_words import given_names, organisation_words, role_words, words_of
from include.intake.contracts.value_places import Words, words_in

__all__ = ["Shape", "shape_of"]

MOST_DIGITS = 15
"""Of a number that can be dialled: a cell with more holds several."""
LOOKED_AT = 400
"""Different cells of a column that are looked at: more do not change a share much."""

EMAIL = re.compile(r"[^\s@&,;]+(@|\s?\(at\)\s?|\s?\[at\]\s?|&)[\w-]+(\.[\w-]+)+", re.IGNORECASE)
LINK = re.compile(r"(https?://|www\.)\S+", re.IGNORECASE)
BARE_DOMAIN = re.compile(
    r"([a-z0-9-]+\.)+(?!(?:csv|json|xml|txt|pdf|xlsx?|html?|jpe?g|png)\b)[a-z]{2,10}(/\S*)?", re.IGNORECASE
)
OTHERS_PLACE = re.compile(
    r"google\.\w+/maps|maps\.google|goo\.gl/maps|maps\.app\.goo|openstreetmap|instagram|facebook|twitter|//x\.com|"
    r"tiktok|snapchat|youtube|linkedin|t\.me/|wa\.me/",
    re.IGNORECASE,
)
"""Links to a map or a profile are not the organisation's own site."""
DATE = re.compile(r"\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}([ T].*)?|\d{1,2}:\d{2}.*")
DECIMAL = re.compile(r"[-+]?\d+[.,]\d{3,}")
PHONE = re.compile(r"\+?[\d\s().\-/]{6,24}")
INSIDE = re.compile(r"(?<![\w.])\+?\(?\d[\d ().\-]{6,20}\d(?!\w)")
LABEL = re.compile(r"^[^\d+(]{0,14}(?=[\d+(])|(ext|x|تحويلة).*$", re.IGNORECASE)
HOME_PHONE = re.compile(r"(\+|00)\d{8,15}|0\d{8,10}|5\d{8}|9665\d{8}|9200\d{5}|800\d{7}")
CODE = re.compile(
    r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|(?=\S*[a-z])(?=\S*\d\S*\d)[a-z0-9]+([-_/.][a-z0-9]+)*", re.IGNORECASE
)
ARABIC = re.compile(r"[\u0620-\u064a]")
DIGIT = re.compile(r"\d")
LETTER = re.compile(r"[^\W\d_]")
TITLES = frozenset({"mr", "mrs", "ms", "miss", "dr", "eng", "prof", "rev", "m", "mme", "د", "م", "ا"})


@dataclass(frozen=True, slots=True)
class Shape:
    """Shares (0 to 1) of a column's filled cells that have each shape."""

    cells: int
    """Filled cells that were looked at."""
    filled: float
    distinct: int
    """Different ones among them."""
    email: float
    at_sign: str | None
    """What stands for @ in most of the mail addresses, where it is something else."""
    website: float
    phone: float
    plain_phone: float
    """Phones that are told from other numbers by their form alone."""
    phone_inside: float
    """Such a phone among words."""
    letters: float
    digits: float
    arabic: float
    person: float
    role: float
    code: float
    """Letters with digits, as a source numbers its rows."""
    running: bool
    """Whether the cells are whole numbers that rise by one."""
    words: Words
    """What the cells' words speak of."""


def shape_of(cells: Sequence[str]) -> Shape:
    """Look at a column's cells."""
    filled = [cell for cell in map(_clean, cells) if cell]
    counts = Counter(filled)
    different = list(islice(counts, LOOKED_AT))
    looked_at = sum(counts[cell] for cell in different)

    def share(judge: Callable[[str], object]) -> float:
        return sum(counts[cell] for cell in different if judge(cell)) / max(looked_at, 1)

    return Shape(
        cells=len(filled),
        filled=len(filled) / max(len(cells), 1),
        distinct=len(counts),
        email=share(lambda cell: _email(cell) is not None),
        at_sign=_at_sign(different),
        website=share(_is_website),
        phone=share(_is_phone),
        plain_phone=share(_is_plain_phone),
        phone_inside=share(_has_phone_inside),
        letters=share(LETTER.search),
        digits=share(DIGIT.search),
        arabic=share(ARABIC.search),
        person=_persons(different),
        role=share(lambda cell: role_words().intersection(words_of(cell))),
        code=share(CODE.fullmatch),
        running=len(different) > 2 and _is_running(different),
        words=words_in(different),
    )


def _clean(cell: str) -> str:
    if cell.isascii():
        return cell.strip()
    kept = (sign for sign in cell if unicodedata.category(sign) != "Cf")
    return "".join(str(unicodedata.digit(sign, sign)) for sign in kept).strip()


def _email(cell: str) -> re.Match[str] | None:
    return EMAIL.search(cell) if len(cell) < 200 and "://" not in cell else None


def _at_sign(cells: Sequence[str]) -> str | None:
    signs = [match.group(1).strip() for cell in cells if (match := _email(cell))]
    usual = max(set(signs), key=signs.count, default="@")
    return None if usual == "@" else usual


def _is_website(cell: str) -> bool:
    if OTHERS_PLACE.search(cell):
        return False
    return bool(LINK.match(cell) or BARE_DOMAIN.fullmatch(cell))


def _phone_piece(cell: str) -> str | None:
    """Return the first number of a cell, without its label; None where it is something else."""
    whole = " ".join(cell.split())
    first = (
        whole
        if PHONE.fullmatch(whole) and len(DIGIT.findall(whole)) <= MOST_DIGITS
        else re.split(r"[,;|\n]| - | / ", cell, maxsplit=1)[0].strip()
    )
    if DATE.fullmatch(first) or DECIMAL.fullmatch(first):
        return None
    piece = LABEL.sub("", first).strip()
    digits = sum(sign.isdigit() for sign in piece)
    return piece if PHONE.fullmatch(piece) and 6 <= digits <= MOST_DIGITS else None


def _is_phone(cell: str) -> bool:
    return _phone_piece(cell) is not None


def _is_plain_phone(cell: str) -> bool:
    piece = _phone_piece(cell)
    if piece is None:
        return False
    digits = re.sub(r"[^\d+]", "", piece)
    parted = len(re.findall(r"\d+", piece)) >= 3 and len(digits) >= 9
    return bool(HOME_PHONE.fullmatch(digits)) or parted


def _has_phone_inside(cell: str) -> bool:
    found = INSIDE.search(cell) if LETTER.search(cell) and "://" not in cell else None
    return found is not None and _is_plain_phone(found.group())


def _persons(cells: Sequence[str]) -> float:
    """Return the share of cells that read like a natural person's name, 0 where no common given name is among them."""
    likely = [words for cell in cells if (words := _person_words(cell))]
    if sum(words[0] in given_names() for words in likely) < 0.12 * len(cells):
        return 0.0
    return len(likely) / max(len(cells), 1)


def _person_words(cell: str) -> tuple[str, ...]:
    if any(sign.isdigit() or sign in "@&/|" for sign in cell):
        return ()
    words = words_of(cell)
    titled = (
        words[1:]
        if words and words[0] in {"mr", "mrs", "ms", "dr", "eng", "prof", "rev", "m", "mme", "د", "م"}
        else words
    )
    if not 2 <= len(titled) <= 6 or organisation_words().intersection(titled):
        return ()
    first = next((sign for sign in cell if sign.isalpha()), "")
    return titled if first.isupper() or ARABIC.match(first) else ()


def _is_running(cells: Sequence[str]) -> bool:
    if not all(cell.isdigit() and len(cell) < 10 for cell in cells):
        return False
    numbers = [int(cell) for cell in cells]
    return all(after - before == 1 for before, after in pairwise(numbers))
