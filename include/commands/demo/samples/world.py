"""The invented world that the four directories describe, each in its own way: firms, and the people in them."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

import yaml

from include.commands.demo.samples import blocks

__all__ = ["Business", "Kind", "Person", "Place", "people_of", "words"]


class Kind(StrEnum):
    """What sort of listing a directory shows."""

    COMPANY = "company"
    SOLE = "sole proprietor"
    SHOP = "shop"
    PRACTICE = "practice"
    BODY = "body"
    FREELANCE = "freelance"


SHARES = {Kind.COMPANY: 40, Kind.SOLE: 24, Kind.SHOP: 14, Kind.PRACTICE: 9, Kind.BODY: 5, Kind.FREELANCE: 8}


@dataclass(frozen=True, slots=True)
class Person:
    """An invented person: given name, father's name, family."""

    ar: tuple[str, str, str]
    en: tuple[str, str, str]

    def name(self, language: str = "ar", *, full: bool = False) -> str:
        """Write the name in `ar` or `en`, with the father's name if it is to be full."""
        given, father, family = self.ar if language == "ar" else self.en
        child = "بنت" if given in words()["women"] else "بن"
        between = {"ar": f"{child} {father} ", "en": f"{father} "}[language] if full else ""
        return f"{given} {between}{family}"

    @property
    def mailbox(self) -> str:
        """The local part that such a person would have."""
        return f"{_slug(self.en[0])}.{_slug(self.en[2])}"


@dataclass(frozen=True, slots=True)
class Place:
    """An address in words, Arabic and English."""

    city: tuple[str, str]
    district: tuple[str, str]
    street: tuple[str, str]
    building: int
    postal_code: str


@dataclass(frozen=True, slots=True)
class Business:
    """One firm, practice, body or freelancer; phones are E.164."""

    number: int
    kind: Kind
    ar: str
    en: str
    activity: tuple[str, str]
    owner: Person
    role: tuple[str, str]
    size: str
    place: Place
    mobile: str
    landline: str
    switchboard: str | None
    mailbox: str | None
    """The firm's own mailbox: `info@…`."""
    personal_mail: str | None
    website: str | None
    employees: tuple[Person, ...] = field(default=())


@cache
def words() -> dict[str, Any]:
    """Read the vocabulary."""
    read: dict[str, Any] = yaml.safe_load(Path(__file__).with_name("words.yml").read_text("utf-8"))
    return read


def people_of(
    city: str,
    count: int,
    seed: int,
    *,
    first: int = 0,
    mobile: Callable[[int], str] = blocks.saudi_mobile,
    landline: Callable[[int], str] = blocks.riyadh_landline,
) -> list[Business]:
    """Invent `count` listings of a city, always the same for a seed; their numbers begin at `first`."""
    random = Random(f"{city} {seed}")
    kinds = random.choices(list(SHARES), weights=list(SHARES.values()), k=count)
    return [_business(first + position, kind, city, random, mobile, landline) for position, kind in enumerate(kinds)]


def _business(
    number: int,
    kind: Kind,
    city: str,
    random: Random,
    mobile: Callable[[int], str],
    landline: Callable[[int], str],
) -> Business:
    owner = _person(city, random)
    ar, en, activity, role = _named(kind, owner, random)
    domain = f"{_slug(en)[:24].strip('-')}-{number}.example"
    alone = kind in (Kind.FREELANCE, Kind.SOLE)
    online = kind is not Kind.FREELANCE and random.random() < (0.12 if alone else 0.7)
    own = f"{random.choice(words()['mailboxes'])}@{domain}"
    private = f"{owner.mailbox}{number}@{random.choice(blocks.DOMAINS[1:])}"
    return Business(
        number=number,
        kind=kind,
        ar=ar,
        en=en,
        activity=activity,
        owner=owner,
        role=role,
        size=words()["sizes"][0] if alone else random.choice(words()["sizes"]),
        place=_place(city, random),
        mobile=mobile(number),
        landline=landline(number),
        switchboard=blocks.switchboard(number % 1000) if kind is Kind.COMPANY and random.random() < 0.2 else None,
        mailbox=own if online or (not alone and random.random() < 0.4) else None,
        personal_mail=private if random.random() < (0.25 if alone else 0.08) else None,
        website=f"www.{domain}" if online else None,
        employees=tuple(_person(city, random) for _ in range(random.choice((0, 0, 1, 2)))) if not alone else (),
    )


def _named(kind: Kind, owner: Person, random: Random) -> tuple[str, str, tuple[str, str], tuple[str, str]]:
    activity_ar, activity_en, trade_ar, trade_en = random.choice(words()["trades"])
    brand_ar, brand_en = random.choice(words()["brands"])
    activity, role = (activity_ar, activity_en), ("المالك", "Owner")
    match kind:
        case Kind.COMPANY:
            ar, en = f"شركة {brand_ar} {trade_ar} المحدودة", f"{brand_en} {trade_en} Co. Ltd."
            role = tuple(random.choice(words()["roles"]))
        case Kind.SOLE:
            ar, en = f"مؤسسة {owner.name(full=True)} {trade_ar}", f"{owner.name('en')} {trade_en} Est."
        case Kind.SHOP:
            shop_ar, shop_en = random.choice(words()["shops"])
            ar, en, activity = f"{shop_ar} {brand_ar}", f"{brand_en} {shop_en}", (shop_ar, shop_en)
        case Kind.PRACTICE:
            title_ar, title_en, *of, role_ar, role_en = random.choice(words()["practices"])
            ar, en = f"{title_ar} {owner.name()}", f"{title_en} {owner.name('en')}"
            activity, role = (of[0], of[1]), (role_ar, role_en)
        case Kind.BODY:
            ar, en, *of = random.choice(words()["bodies"])
            ar, en = f"{ar} - فرع {brand_ar}", f"{en}, {brand_en} Branch"
            activity, role = (of[0], of[1]), tuple(random.choice(words()["roles"]))
        case Kind.FREELANCE:
            service_ar, service_en, role_ar, role_en = random.choice(words()["services"])
            ar, en = owner.name(), owner.name("en")
            activity, role = (service_ar, service_en), (role_ar, role_en)
    return ar, en, activity, role


def _person(city: str, random: Random) -> Person:
    family = words()["family_eg" if city == "cairo" else "family_sa"]
    men, women = words()["given"], list(words()["women"].items())
    given_ar, given_en = random.choice([*men, *women])
    father_ar, father_en = random.choice(men)
    family_ar, family_en = random.choice(family)
    return Person((given_ar, father_ar, family_ar), (given_en, father_en, family_en))


def _place(city: str, random: Random) -> Place:
    known = words()["cities"][city]
    return Place(
        city=tuple(known["name"]),
        district=tuple(random.choice(known["districts"])),
        street=tuple(random.choice(known["streets"])),
        building=random.randrange(1, 9000),
        postal_code=f"{random.randrange(11000, 14000)}",
    )


def _slug(text: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", text.lower().replace("al-", "al").replace("el-", "el")).strip("-")
