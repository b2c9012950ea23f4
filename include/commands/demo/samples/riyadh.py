"""A Saudi trade directory: CSV in windows-1256, semicolons, Arabic headings, and whatever fitted into a cell.

The encoding has no Arabic-Indic digits; the guide of Jeddah has them.
"""

from __future__ import annotations

import csv
from pathlib import Path
from random import Random

from include.commands.demo.samples import blocks, mess
from include.commands.demo.samples.world import Business, Kind, people_of

__all__ = ["HEADINGS", "SENSITIVE", "TORN", "listings", "write_riyadh"]

HEADINGS = (
    "رقم القيد",
    "الاسم التجاري",
    "اسم المسؤول",
    "صفته",
    "النشاط",
    "حجم المنشأة",
    "الهاتف",
    "الجوال",
    "البريد الإلكتروني",
    "الموقع الإلكتروني",
    "العنوان",
    "الحي",
    "المدينة",
    "ص.ب",
    "الرمز البريدي",
    "آخر تحديث",
    "رقم السجل التجاري",
    "ملاحظات",
)

COUNT = 2080
TWICE = 108
SENSITIVE = 12
"""Rows into which a clerk typed an id, an account or a birth date: they have to be set aside."""
TORN = 6
"""Rows with a semicolon too many: they cannot be read."""


def listings(seed: int) -> list[Business]:
    """Invent the firms of the directory."""
    return people_of("riyadh", COUNT, seed)


def write_riyadh(folder: Path, seed: int) -> Path:
    """Write the directory into the folder and return its path."""
    random = Random(f"riyadh rows {seed}")
    firms = listings(seed)
    rows = [_row(firm, f"R-{10_000 + firm.number}", random) for firm in firms]
    for number, firm in enumerate(random.sample(firms, TWICE)):
        rows.append(_row(firm, f"R-{20_000 + number}", random) if number % 2 else list(rows[firm.number]))
    random.shuffle(rows)
    spoilt = random.sample(range(len(rows)), SENSITIVE + TORN)
    for number, position in enumerate(spoilt[:SENSITIVE]):
        _spoil(rows[position], number)
    for position in spoilt[SENSITIVE:]:
        rows[position][-1] = "تم الاتصال"
        rows[position].insert(2, "فرع")
    path = folder / "sa_riyadh_trade.csv"
    with path.open("w", encoding="windows-1256", newline="") as file:
        table = csv.writer(file, delimiter=";", lineterminator="\r\n")
        table.writerow(HEADINGS)
        table.writerows(rows)
    return path


def _row(firm: Business, entry: str, random: Random) -> list[str]:
    someone = firm.employees[0] if firm.employees else firm.owner
    named = firm.kind not in (Kind.BODY, Kind.SHOP) and random.random() < 0.8
    return [
        entry,
        f" {firm.ar}" if random.random() < 0.05 else firm.ar,
        someone.name(full=random.random() < 0.3) if named else "",
        firm.role[0] if named else "",
        firm.activity[0],
        firm.size,
        _phone(firm, random),
        _mobile(firm, random),
        _mail(firm, random),
        firm.website if firm.website and random.random() < 0.9 else mess.blank(random),
        f"{firm.place.street[0]}، مبنى {firm.place.building}",
        firm.place.district[0],
        firm.place.city[0] if random.random() < 0.9 else "مدينة الرياض",
        str(random.randrange(100, 99_999)) if random.random() < 0.4 else "",
        firm.place.postal_code,
        f"{random.randrange(1, 29):02d}/{random.randrange(1, 13):02d}/{random.choice((2024, 2025))}",
        f"10100{firm.number:05d}",
        random.choice(("", "", "", "تم الاتصال", "اشتراك ذهبي", "يفضل الاتصال مساء")),
    ]


def _phone(firm: Business, random: Random) -> str:
    if firm.kind is Kind.FREELANCE:
        return mess.blank(random)
    line = mess.at_home(firm.landline, random)
    chance = random.random()
    if firm.switchboard and chance < 0.5:
        return mess.at_home(firm.switchboard, random)
    if chance < 0.15:
        return mess.with_extension(line, random)
    if chance < 0.35:
        return mess.pair(line, mess.at_home(firm.mobile, random), random)
    if chance < 0.42:
        return f"{mess.LEFT_TO_RIGHT}{line}"
    return line if chance < 0.93 else mess.blank(random)


def _mobile(firm: Business, random: Random) -> str:
    chance = random.random()
    if firm.kind in (Kind.COMPANY, Kind.BODY) and chance < 0.6:
        return ""
    if chance < 0.05:
        return "05000"
    if chance < 0.12:
        return mess.blank(random)
    return (mess.at_home if random.random() < 0.6 else mess.abroad)(firm.mobile, random)


def _mail(firm: Business, random: Random) -> str:
    given = [mail for mail in (firm.mailbox, firm.personal_mail) if mail]
    if not given:
        return mess.blank(random)
    if len(given) == 2 and random.random() < 0.4:
        return " ; ".join(given)
    mail = given[-1] if firm.kind in (Kind.SOLE, Kind.FREELANCE) else given[0]
    return random.choice((mail, mail, mail, mail.upper(), f"{mail} ", mail.replace("@", " @ ", 1)))


def _spoil(row: list[str], number: int) -> None:
    """Type into the row what no directory may bring (LIA-01)."""
    match number % 3:
        case 0:
            row[10] += f" - رقم الهوية {blocks.national_id(number)}"
        case 1:
            row[2] = f"{row[2]} آيبان {blocks.iban(number)}".strip()
        case _:
            row[10] += f" - تاريخ الميلاد: {number + 1:02d}/03/1985"
