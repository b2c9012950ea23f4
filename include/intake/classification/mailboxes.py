"""What a mailbox says of whose it is: by itself, and beside the names and sites of its listing."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from include.intake.classification.likeness import names_alike, skeleton
from include.intake.classification.listing import Standing
from include.intake.classification.local_parts import is_name_shaped, named_as_domain, names_anybody
from include.intake.normalise.mailboxes import domain_label, segments
from include.intake.normalise.names import fold, organisation_form
from include.intake.normalise.websites import registrable_domain

__all__ = ["LONG", "TOLD", "Mailbox", "is_called", "is_near", "mailbox_codes", "mailbox_of", "site_of"]

LONG, TOLD = 4, 2
"""So many letters, or consonants where the scripts differ, tell a domain by a word of a name."""


class Mailbox(NamedTuple):
    """All that is looked at of a mailbox: of those of which the same is known, the same is said."""

    traits: frozenset[str]
    on_site: bool
    """At a domain of its listing's sites; or at one that is called so."""
    near_site: bool
    near_name: bool
    domain_of_person: bool
    domain_perhaps: bool
    """The domain is called as somebody who may be a person."""
    names_person: bool
    as_domain: bool
    """Called as its domain is."""
    shaped: bool
    """Looks like somebody's name."""


def mailbox_codes(about: Mailbox) -> Iterator[str]:
    """Give the codes of what is known of a mailbox."""
    free, role = "free_mail" in about.traits, "role" in about.traits
    if "disposable" in about.traits:
        yield "disposable_mail"
    if free:
        yield "free_mail"
    else:
        yield from _domain(about, role)
    if role:
        yield "one_holder_mailbox" if "one_holder" in about.traits else "role_mailbox"
    elif about.names_person:
        yield "mailbox_names_person"
    elif about.as_domain and not free:
        yield "mailbox_named_as_domain"
    else:
        yield "mailbox_name_shaped" if about.shaped else "mailbox_unknown"


def _domain(about: Mailbox, role: bool) -> Iterator[str]:
    yield "domain_of_listing" if about.on_site else "own_domain"
    if about.near_site and not about.on_site:
        yield "domain_near_site"
    if about.near_name:
        yield "domain_near_name"
    if about.domain_of_person:
        yield "domain_names_person"
    elif about.domain_perhaps and not role:
        yield "domain_repeats_name"


def mailbox_of(address: str, traits: frozenset[str], about: Standing, domains: frozenset[str]) -> Mailbox:
    """Look at a mailbox in its listing; `domains` are those known to be the listing's own."""
    local, _, domain = address.rpartition("@")
    site, label = site_of(domain)
    return Mailbox(
        traits=traits,
        on_site=site in domains,
        near_site=any(label == site_of(known)[1] for known in domains),
        near_name=any(is_near(label, name) for name in about.organisations),
        domain_of_person=any(is_called(site, person) for person in about.people),
        domain_perhaps=any(is_called(site, name) for name in about.perhaps),
        names_person=any(names_anybody(local, (person,)) for person in about.people),
        as_domain=named_as_domain(local, site),
        shaped=is_name_shaped(local),
    )


@lru_cache(maxsize=1 << 14)
def site_of(domain: str) -> tuple[str, str]:
    """Give the part of a domain that somebody registered, and what its owner calls itself in it."""
    site = registrable_domain(domain) or domain
    return site, domain_label(site)


def is_called(site: str, person: str) -> bool:
    """Say whether a domain is the full name of somebody."""
    return names_alike(segments(site.partition(".")[0]), person, both=True)


def is_near(label: str, name: str) -> bool:
    """Say whether a domain is called as an organisation is, in either script."""
    label = fold(label)
    plain, bones = _parts_of(name, label.isascii())
    if any(part in label for part in plain):
        return True
    own = skeleton(label) if bones else ""
    return any(part in own and (len(part) > TOLD or part == own) for part in bones)


@lru_cache(maxsize=1 << 12)
def _parts_of(name: str, latin: bool) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Give the words of a name that are long enough to tell, and what survives in the domain's script of the others."""
    parts = organisation_form(name).core.split()
    bones = [skeleton(part) for part in parts if part.isascii() != latin]
    return tuple(part for part in parts if len(part) >= LONG), tuple(part for part in bones if len(part) >= TOLD)
