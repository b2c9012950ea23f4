"""A directory of Cairo as its programming interface gives it: nested JSON with lists, nulls and missing parts."""

from __future__ import annotations

import json
from pathlib import Path
from random import Random
from typing import Any

from include.commands.demo.samples import blocks, mess
from include.commands.demo.samples.world import Business, Kind, people_of

__all__ = ["listings", "write_cairo"]

COUNT, TWICE = 860, 40


def listings(seed: int) -> list[Business]:
    """Invent the firms of the directory."""
    return people_of("cairo", COUNT, seed, mobile=blocks.egyptian_mobile, landline=blocks.cairo_landline)


def write_cairo(folder: Path, seed: int) -> Path:
    """Write the directory into the folder and return its path."""
    random = Random(f"cairo rows {seed}")
    firms = listings(seed)
    records = [_record(firm, f"EG{firm.number:05d}", random) for firm in firms]
    records += [_record(firm, f"EG9{number:04d}", random) for number, firm in enumerate(random.sample(firms, TWICE))]
    random.shuffle(records)
    document = {"meta": {"city": "القاهرة", "pages": 9}, "data": {"total": len(records), "listings": records}}
    path = folder / "eg_cairo_directory.json"
    path.write_text(json.dumps(document, ensure_ascii=False, indent=1), "utf-8")
    return path


def _record(firm: Business, entry: str, random: Random) -> dict[str, Any]:
    record: dict[str, Any] = {
        "id": entry,
        "name": {"ar": firm.ar, "en": firm.en if random.random() < 0.7 else None},
        "category": firm.activity[0],
        "contact": {
            "phones": _phones(firm, random),
            "emails": [mail for mail in (firm.mailbox, firm.personal_mail) if mail and random.random() < 0.9],
            "website": f"http://{firm.website}" if firm.website else None,
        },
        "address": {
            "street": f"{firm.place.building} {firm.place.street[0]}",
            "area": firm.place.district[0],
            "city": firm.place.city[0],
        },
        "social": {"facebook": f"https://social.example/{firm.number}"} if random.random() < 0.4 else {},
        "stats": {"views": random.randrange(9000), "rating": round(random.uniform(1, 5), 1)},
    }
    if firm.kind is not Kind.BODY and random.random() < 0.5:
        record["manager"] = {"name": firm.owner.name(full=random.random() < 0.2), "title": firm.role[0]}
    return record


def _phones(firm: Business, random: Random) -> list[str]:
    phones = []
    if firm.kind is not Kind.FREELANCE:
        line = mess.at_home(firm.landline, random)
        phones.append(mess.arabic_digits(line) if random.random() < 0.2 else line)
    if firm.kind not in (Kind.COMPANY, Kind.BODY) or random.random() < 0.4:
        phones.append((mess.at_home if random.random() < 0.7 else mess.abroad)(firm.mobile, random))
    return phones
