"""Say what the local part of a mailbox, or the handle of a profile, has in it: a person's name, the firm's, neither."""

from __future__ import annotations

from functools import lru_cache

from include.intake.classification.likeness import names_alike
from include.intake.classification.name_parts import is_given, is_trade_word
from include.intake.classification.vocabulary import vocabulary, word
from include.intake.normalise.mailboxes import domain_label, role_words, segments
from include.intake.normalise.names import fold

__all__ = ["is_name_shaped", "named_as_domain", "names_anybody"]


def names_anybody(local: str, people: tuple[str, ...]) -> bool:
    """Say whether a local part or handle names one of the people."""
    parts = segments(fold(local))
    return bool(parts) and any(names_alike(parts, person) for person in people)


def named_as_domain(local: str, domain: str) -> bool:
    """Say whether a mailbox is called as its domain is (`acme@acme.example`)."""
    return "".join(segments(local)) == domain_label(domain)


@lru_cache(maxsize=1 << 14)
def is_name_shaped(local: str) -> bool:
    """Say whether a local part looks like somebody's name: a known one, an initial with a family name, two plain words.

    A wrong yes costs a notice, a wrong no may hide a person: two words that we do not know count as a name.
    """
    parts = tuple(part for part in segments(fold(local)) if part.isalpha())
    if not parts:
        return False
    if any(_is_known(part) for part in parts):
        return True
    roles, holders, around = role_words()
    plain = [p for p in parts if p not in roles and p not in holders and p not in around and not is_trade_word(p)]
    if len(parts) > 1:
        return len(plain) == len(parts) <= 4 and max(map(len, parts)) > 2
    return bool(plain) and (_begins_with_given(parts[0]) or (len(parts[0]) > 4 and word(parts[0][1:]).family))


def _is_known(part: str) -> bool:
    return len(part) > 2 and ((is_given(part) and part not in vocabulary().shared) or word(part).family)


def _begins_with_given(part: str) -> bool:
    given = vocabulary().given
    return any(part[:end] in given for end in range(4, len(part) - 2))
