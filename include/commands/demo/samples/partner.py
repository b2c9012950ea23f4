"""A partner's list of leads: an English CSV with named employees, line breaks in cells and an opt-out column."""

from __future__ import annotations

import csv
from pathlib import Path
from random import Random

from include.commands.demo.samples import blocks, cairo, jeddah, mess, riyadh
from include.commands.demo.samples.world import Business, Kind, Person, people_of

__all__ = ["HEADINGS", "OPTED_OUT_AT_SOURCE", "write_partner"]

HEADINGS = (
    "Lead ID",
    "Company",
    "Contact Name",
    "Job Title",
    "Company Size",
    "Industry",
    "Work Phone",
    "Mobile",
    "Email",
    "Website",
    "Street",
    "City",
    "Country",
    "Opted Out",
    "Lead Score",
    "Internal Notes",
    "Last Seen",
)
OWN, FIRST = 250, 6000
SHARED = {riyadh.listings: 270, jeddah.listings: 140, cairo.listings: 90}
TWICE = 50
EMPLOYEES_FROM = 8000
OPTED_OUT_AT_SOURCE = 25
COUNTRIES = {"Riyadh": ("Saudi Arabia", "KSA", "SA"), "Jeddah": ("Saudi Arabia", "KSA", "SA"), "Cairo": ("Egypt", "EG")}


def write_partner(folder: Path, seed: int) -> Path:
    """Write the list into the folder and return its path."""
    random = Random(f"partner rows {seed}")
    firms = people_of("riyadh", OWN, seed + 1, first=FIRST)
    for shared, count in SHARED.items():
        firms += random.sample(shared(seed), count)
    rows = [_row(f"L{number:05d}", firm, number, random) for number, firm in enumerate(firms, start=1)]
    rows += [[f"L{9000 + number:05d}", *row[1:]] for number, row in enumerate(random.sample(rows, TWICE))]
    for row in random.sample(rows, OPTED_OUT_AT_SOURCE):
        row[HEADINGS.index("Opted Out")] = random.choice(("Yes", "yes", "Y"))
    random.shuffle(rows)
    path = folder / "partner_english.csv"
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        table = csv.writer(file)
        table.writerow(HEADINGS)
        table.writerows(rows)
    return path


def _row(lead: str, firm: Business, number: int, random: Random) -> list[str]:
    person = firm.employees[0] if firm.employees else firm.owner
    city = firm.place.city[1]
    return [
        lead,
        "" if firm.kind is Kind.FREELANCE else firm.en,
        person.name("en"),
        random.choice((firm.role[1], "Sales Manager", "Account Executive")) if firm.employees else firm.role[1],
        firm.size,
        firm.activity[1],
        _work_phone(firm, random),
        _mobile(firm, number, city, random),
        _mail(firm, person, random),
        firm.website or "",
        f"{firm.place.building} {firm.place.street[1]},\n{firm.place.district[1]}",
        city,
        random.choice(COUNTRIES[city]),
        random.choice(("No", "No", "")),
        str(random.randrange(100)),
        random.choice(("", "", "met at a trade fair", "call again next quarter", "prefers mail")),
        f"2025-{random.randrange(1, 13):02d}-{random.randrange(1, 29):02d}",
    ]


def _work_phone(firm: Business, random: Random) -> str:
    if firm.kind is Kind.FREELANCE:
        return ""
    line = (mess.abroad if random.random() < 0.6 else mess.at_home)(firm.switchboard or firm.landline, random)
    return mess.with_extension(line, random, "en") if random.random() < 0.15 else line


def _mobile(firm: Business, number: int, city: str, random: Random) -> str:
    if not firm.employees:
        return mess.abroad(firm.mobile, random) if random.random() < 0.8 else ""
    if random.random() < 0.5:
        return ""
    block = blocks.egyptian_mobile if city == "Cairo" else blocks.saudi_mobile
    if random.random() < 0.1:
        return mess.abroad(blocks.emirati_mobile(number), random)
    return mess.abroad(block(EMPLOYEES_FROM + number), random)


def _mail(firm: Business, person: Person, random: Random) -> str:
    if firm.mailbox and (firm.employees or random.random() < 0.5):
        at_work = f"{person.mailbox}@{firm.mailbox.partition('@')[2]}"
        return at_work if random.random() < 0.35 else firm.mailbox
    return firm.personal_mail or firm.mailbox or ""
