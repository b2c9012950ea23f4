"""Make up names to learn from, out of the lists of words: the shapes that no labelled source has enough of.

Labelled sources hold what their publishers collect: historical persons only, shops of one city only. What is made up
here keeps the weights from learning the source in place of the name. The same seed gives the same names.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

import polars as pl

from include.intake.classification.vocabulary import vocabulary
from include.intake.classification.weighing import KNOWLEDGE
from include.intake.normalise.lexicon import lexicon

__all__ = ["made_up"]

ARABIC = r"^[\u0621-\u064a]+$"
LATIN = r"^[a-z]+$"


@dataclass(frozen=True)
class Pool:
    """Words to draw from, the common ones more often."""

    words: list[str]
    reach: list[float]

    def draw(self, chance: random.Random) -> str:
        """Draw one word."""
        return chance.choices(self.words, cum_weights=self.reach)[0]


@cache
def _pools() -> dict[str, Pool]:
    known = pl.read_parquet(KNOWLEDGE / "known_words.parquet", memory_map=False)
    heard = pl.read_parquet(KNOWLEDGE / "heard_words.parquet", memory_map=False)
    arabic = known.filter(pl.col("word").str.contains(ARABIC))
    latin = known.filter(pl.col("word").str.contains(LATIN))
    bare = (pl.col("given") == 0) & (pl.col("family") == 0)
    return {
        "ar given": _pool(arabic, "given", 1, 2.4),
        "ar family": _pool(arabic, "family", 1, 2.4),
        "ar thing": _pool(arabic.filter(bare & pl.col("word").str.contains("^ال.{3,}")), "spoken", 3, 2.2),
        "ar head": _pool(
            arabic.filter(bare & pl.col("word").str.contains("^[^ايتنسوفبل].{2,}[^كهاينم]$")), "spoken", 3, 2
        ),
        "given": _pool(latin, "given", 2, 2.6),
        "family": _pool(latin, "family", 1, 2.6),
        "thing": _pool(latin.filter((pl.col("given") < 2) & (pl.col("family") < 2)), "spoken", 4, 1.8),
        "heard name": _pool(heard.filter(pl.col("words") <= pl.col("names") + 2), "names", 2, 2.2),
        "heard thing": _pool(heard.filter(pl.col("names") <= 2), "words", 5, 1.8),
    }


def _pool(frame: pl.DataFrame, level: str, least: int, power: float) -> Pool:
    kept = frame.filter((pl.col(level) >= least) & (pl.col("word").str.len_chars() > 1)).sort("word")
    reach = (pl.lit(power) ** pl.col(level).cast(pl.Float64)).cum_sum()
    return Pool(kept["word"].to_list(), kept.select(reach).to_series().to_list())


class _Hand:
    """Writes names down as a directory would."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)
        self.shapes = lexicon(KNOWLEDGE / "name_shapes.yml")
        known = vocabulary()
        words = {
            "activity": known.activity,
            "common": known.common,
            "institution": known.institution,
        }
        self.listed = {
            f"{script}{kind}": sorted(word for word in listed if word.isascii() is (script == ""))
            for kind, listed in words.items()
            for script in ("", "ar ")
        }

    def name(self, kind: str) -> str:
        """Write one name: a shape is drawn, and every word in <> is drawn from its list."""
        shapes = self.shapes[kind]
        shape = self.chance.choice(shapes)
        return " ".join("".join(self._part(piece) for piece in word.split("|")) for word in shape.split())

    def _part(self, piece: str) -> str:
        if not (piece.startswith("<") and piece.endswith(">")):
            return piece
        what = piece[1:-1].replace("_", " ")
        if what in self.listed:
            return self.chance.choice(self.listed[what])
        listed: dict[str, str] = self.shapes["words"]
        if what in listed:
            return self.chance.choice(listed[what].split())
        if what == "coined":
            return "".join(self.chance.sample(listed["syllables"].split(), self.chance.choice((2, 2, 3))))
        if what == "number":
            return str(self.chance.randint(1, 999))
        if what in self.shapes:
            return self.name(what)
        word = _pools()[what].draw(self.chance)
        return self._vowelled(word) if what.startswith("heard") else word

    def _vowelled(self, sound: str) -> str:
        """Write alef here and there into a sound, as a hand does."""
        inside = [letter + ("ا" if self.chance.random() < 0.2 else "") for letter in sound[:-1]]
        return "".join(inside) + sound[-1:]


def made_up(each: int, seed: int = 7) -> list[tuple[str, bool]]:
    """Make up so many names of each kind and script: the name, and whether it is a person's."""
    hand = _Hand(seed)
    kinds: tuple[tuple[str, bool], ...] = (
        ("person", True),
        ("ar person", True),
        ("organisation", False),
        ("ar organisation", False),
    )
    writes: Callable[[str], str] = hand.name
    return [(writes(kind), person) for _ in range(each) for kind, person in kinds]
