"""Look at many mailboxes at once: what is the same of several is asked once, and little is asked of most.

What is found of each is what `mailbox_of` finds.
"""

from __future__ import annotations

from collections.abc import Callable

import polars as pl

from include.intake.classification.likeness import skeleton
from include.intake.classification.local_parts import is_name_shaped, named_as_domain, names_anybody
from include.intake.classification.mailboxes import LONG, TOLD, Mailbox, is_called, is_near
from include.intake.classification.name_text import words_column
from include.intake.classification.standings import Standings
from include.intake.normalise.columns import mapped, traits_of
from include.intake.normalise.domain_columns import domain_labels, sites_of
from include.intake.normalise.names import ARTICLES

__all__ = ["MAILBOX", "mailboxes_of"]

MAILBOX = Mailbox._fields
LATIN = r"^[\x00-\x7f]*$"


def mailboxes_of(points: pl.DataFrame, standings: Standings, sites: pl.DataFrame) -> pl.DataFrame:
    """Give for each mailbox the fields of `Mailbox`, with its traits as text; what does not count is not looked at.

    `points` are mailboxes that are read (`at`, `row`, `normalised`, `traits`), `sites` the domains that are the
    listings' own (`row`, `normalised`).
    """
    boxes = _taken_apart(points)
    own = sites.select("row", site=sites_of(sites["normalised"])).with_columns(label=domain_labels("site"))
    of_firm, named = boxes.filter(~pl.col("free")), boxes.filter(~pl.col("role"))
    people, perhaps, firms = map(standings.among, ("people", "perhaps", "organisations"))
    at_domain = boxes.filter(~pl.col("role") & ~pl.col("free"))
    found = {
        "on_site": boxes.join(sites, left_on=("row", "site"), right_on=("row", "normalised"), how="semi")["at"],
        "near_site": boxes.join(own, on=("row", "label"), how="semi")["at"],
        "near_name": _where(_sharing_a_word(_pairs(of_firm, "label", firms)), is_near),
        "domain_of_person": _where(_pairs(of_firm, "site", people), is_called),
        "domain_perhaps": _where(_pairs(at_domain, "site", perhaps), is_called),
        "names_person": _where(_pairs(named, "local", people), _names),
        "as_domain": _where(at_domain.select("at", "loose", "label"), named_as_domain),
        "shaped": _where(named.select("at", "loose"), is_name_shaped),
    }
    facts = [pl.col("at").is_in(at.implode()).alias(name) for name, at in found.items()]
    return boxes.select("at", "row", "traits", *facts)


def _taken_apart(points: pl.DataFrame) -> pl.DataFrame:
    """Add the parts of the addresses; `loose` is a local part of which the digits are not told apart."""
    domain = pl.col("normalised").str.extract("@([^@]*)$")
    local = pl.col("normalised").str.strip_suffix(pl.lit("@") + domain)
    boxes = points.select("at", "row", "traits", local=local, domain=domain)
    boxes = boxes.with_columns(
        site=sites_of(boxes["domain"]),
        loose=pl.col("local").str.replace_all("[0-9]+", "0"),
        free=_with_trait(boxes["traits"], "free_mail"),
        role=_with_trait(boxes["traits"], "role"),
    )
    return boxes.with_columns(label=domain_labels("site"))


def _with_trait(traits: pl.Series, trait: str) -> pl.Series:
    distinct = traits.unique()
    return traits.is_in(
        distinct.filter(pl.Series([trait in traits_of(text) for text in distinct], dtype=pl.Boolean)).implode()
    )


def _pairs(boxes: pl.DataFrame, part: str, named: pl.DataFrame) -> pl.DataFrame:
    """Put a part of each address beside each of the names of its listing."""
    return boxes.select("at", "row", part).join(named, on="row").select("at", part, "text")


def _names(local: str, person: str) -> bool:
    return names_anybody(local, (person,))


def _where(asked: pl.DataFrame, ask: Callable[..., bool]) -> pl.Series:
    """Give the places of which the answer is yes; the same is asked once."""
    distinct = asked.select(pl.exclude("at")).unique()
    yes = distinct.filter(pl.Series([ask(*one) for one in distinct.iter_rows()], dtype=pl.Boolean))
    return asked.join(yes, on=distinct.columns, how="semi")["at"]


def _sharing_a_word(pairs: pl.DataFrame) -> pl.DataFrame:
    """Leave the labels out in which no word of the name beside them is, in either script: hardly any may be near it.

    A label in another script than Latin is always kept, and so is a name with a word that is written together.
    """
    pairs = pairs.with_row_index("pair")
    latin = pairs.filter(pl.col("label").str.contains(LATIN))
    words = latin.select("pair", "label", word=words_column(latin["text"])).explode("word")
    word, label = pl.col("word"), pl.col("label")
    across = words.filter(~word.str.contains(LATIN))
    across = across.with_columns(bones=mapped(across["word"], skeleton), own=mapped(across["label"], skeleton))
    bones = pl.col("bones")
    kept = (
        pairs.filter(~label.str.contains(LATIN)),
        words.filter(word.is_in(ARTICLES)),
        words.filter((word.str.len_chars() >= LONG) & label.str.contains(word, literal=True)),
        across.filter((bones.str.len_chars() >= TOLD) & pl.col("own").str.contains(bones, literal=True)),
    )
    return pairs.join(pl.concat([some.select("pair") for some in kept]), on="pair", how="semi").drop("pair")
