"""A guide of Jeddah: an Arabic XLSX with banner rows, invisible marks, line breaks in cells and numbers as numbers."""

from __future__ import annotations

import io
import zipfile
from datetime import datetime
from pathlib import Path
from random import Random
from typing import Any

from include.commands.demo.samples import blocks, mess, riyadh
from include.commands.demo.samples.world import Business, Kind, people_of

__all__ = ["HEADINGS", "HEADING_ROW", "SENSITIVE", "listings", "write_jeddah"]

HEADINGS = (
    "م",
    "اسم المنشأة",
    "جهة الاتصال",
    "المسمى الوظيفي",
    "القطاع",
    "أرقام التواصل",
    "جوال / واتساب",
    "البريد",
    "الموقع",
    "العنوان الوطني",
    "الحي",
    "المدينة",
    "الرمز البريدي",
    "التقييم",
    "تاريخ التحديث",
)
HEADING_ROW = 3
COUNT, SHARED, FIRST = 1080, 60, 3000
SENSITIVE = 3
ZIP_EPOCH = (1980, 1, 1, 0, 0, 0)
"""The first instant that a ZIP entry can bear: the file's bytes depend on nothing but the seed."""


def listings(seed: int) -> list[Business]:
    """Invent the firms that only this guide has."""
    return people_of("jeddah", COUNT, seed, first=FIRST, landline=blocks.jeddah_landline)


def write_jeddah(folder: Path, seed: int) -> Path:
    """Write the guide into the folder and return its path."""
    random = Random(f"jeddah rows {seed}")
    firms = [*listings(seed), *random.sample(riyadh.listings(seed), SHARED)]
    rows = [_row(number, firm, random) for number, firm in enumerate(firms, start=1)]
    for number, position in enumerate(random.sample(range(COUNT), SENSITIVE)):
        rows[position][9] = f"{rows[position][9]}\nرقم الإقامة {blocks.national_id(number, '2')}"
    path = folder / "sa_jeddah_guide.xlsx"
    path.write_bytes(_workbook(rows))
    return path


def _row(number: int, firm: Business, random: Random) -> list[Any]:
    named = firm.kind is not Kind.BODY and random.random() < 0.6
    someone = firm.employees[-1] if firm.employees and random.random() < 0.5 else firm.owner
    return [
        number,
        firm.ar if random.random() < 0.8 else f"{firm.ar}\n{firm.en}",
        someone.name() if named else None,
        firm.role[0] if named else None,
        firm.activity[0],
        _numbers(firm, random),
        _mobile(firm, random),
        firm.personal_mail if firm.kind in (Kind.SOLE, Kind.FREELANCE) else firm.mailbox,
        firm.website if firm.website is None or random.random() < 0.5 else f"https://{firm.website}/ar",
        f"{firm.place.building} {firm.place.street[0]}\n{mess.arabic_digits(firm.place.postal_code)}",
        firm.place.district[0],
        firm.place.city[0],
        int(firm.place.postal_code),
        round(random.uniform(2, 5), 1),
        datetime(2025, random.randrange(1, 13), random.randrange(1, 28)) if random.random() < 0.8 else "١٤٤٦/٠٥/١٢",  # noqa: DTZ001
    ]


def _numbers(firm: Business, random: Random) -> str | None:
    if firm.kind is Kind.FREELANCE:
        return None
    line = mess.at_home(firm.landline, random)
    chance = random.random()
    if firm.switchboard and chance < 0.6:
        return mess.arabic_digits(mess.at_home(firm.switchboard, random))
    if chance < 0.25:
        return mess.arabic_digits(line)
    if chance < 0.5:
        return f"{mess.marked(line, random)}\n{mess.marked(mess.abroad(firm.mobile, random), random)}"
    if chance < 0.6:
        return mess.with_extension(mess.arabic_digits(line), random)
    return mess.marked(line, random) if chance < 0.9 else mess.blank(random) or None


def _mobile(firm: Business, random: Random) -> str | int | None:
    if firm.kind in (Kind.COMPANY, Kind.BODY) and random.random() < 0.7:
        return None
    chance = random.random()
    if chance < 0.3:
        return int(firm.mobile[4:])
    if chance < 0.45:
        return int(firm.mobile[1:])
    if chance < 0.7:
        return mess.marked(mess.arabic_digits(mess.at_home(firm.mobile, random)), random)
    return mess.abroad(firm.mobile, random)


def _workbook(rows: list[list[Any]]) -> bytes:
    from openpyxl import Workbook

    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "الدليل"
    sheet.sheet_view.rightToLeft = True
    sheet.append(["دليل منشآت جدة"])
    sheet.append(["نسخة تجريبية: كل ما فيها مختلق"])
    sheet.append(list(HEADINGS))
    for number, row in enumerate(rows):
        if number % 180 == 179:
            sheet.append([])
        sheet.append(row)
    written = io.BytesIO()
    book.save(written)
    return _without_dates(written)


def _without_dates(written: io.BytesIO) -> bytes:
    """Rewrite the archive without the time at which it was made."""
    plain = io.BytesIO()
    with zipfile.ZipFile(written) as given, zipfile.ZipFile(plain, "w", zipfile.ZIP_DEFLATED) as kept:
        for name in sorted(given.namelist()):
            if name != "docProps/core.xml":
                kept.writestr(zipfile.ZipInfo(name, ZIP_EPOCH), given.read(name), zipfile.ZIP_DEFLATED)
    return plain.getvalue()
