"""Directories that nobody has seen, in the shapes that people send, and what each of their columns is.

What is right was decided before anything was guessed: our field, its language, meaning and sign for @, or nothing.
Where two answers are as good, both stand (`city ar | address ar`).
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from invented import INVENTED, column

__all__ = ["GROUPS", "NOTHING", "UNSEEN", "Unseen"]

Rows = list[list[str]]
NOTHING = ""
GROUPS = ("Establishment", "Contact", "Location", "بيانات المنشأة", "بيانات المسؤول", "المنشأة", "التواصل", "الموقع")
"""What stands above several headings."""


@dataclass(frozen=True)
class Unseen:
    """A directory: its file's name, its columns (heading, kind of its cells, what is right), and how it is written."""

    file: str
    columns: Sequence[tuple[str, str, str]]
    encoding: str = "utf-8"
    delimiter: str = ","
    above: Rows = field(default_factory=list)
    """Lines above the headings."""
    headed: bool = True
    region: str | None = None
    """What should be assumed of numbers without a country code."""

    @property
    def expected(self) -> dict[str, str]:
        """What each column is, by the name under which it is read."""
        if not self.headed:
            return {f"column {number}": right for number, (_, _, right) in enumerate(self.columns, start=1)}
        return {heading: right for heading, _, right in self.columns}

    def write(self, folder: Path) -> Path:
        """Write the file and return where it lies."""
        path = folder / self.file
        cells = [column(kind) for _, kind, _ in self.columns]
        rows = [[cells[place][row] for place in range(len(cells))] for row in range(INVENTED)]
        headings = [heading for heading, _, _ in self.columns]
        if path.suffix == ".xlsx":
            _workbook(path, [*self.above, headings, *rows])
        elif path.suffix == ".json":
            path.write_text(json.dumps(_nested(headings, rows), ensure_ascii=False), encoding="utf-8")
        else:
            text = io.StringIO(newline="")
            writer = csv.writer(text, delimiter=self.delimiter)
            writer.writerows([*self.above, *([headings] if self.headed else []), *rows])
            path.write_bytes(text.getvalue().encode(self.encoding))
        return path


def _workbook(path: Path, rows: Rows) -> None:
    import openpyxl

    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    book.save(path)


def _nested(headings: list[str], rows: Rows) -> dict[str, Any]:
    """Lay dotted headings out as objects under a list that is not at the top."""
    records = []
    for row in rows:
        record: dict[str, Any] = {}
        for heading, cell in zip(headings, row, strict=True):
            *outer, last = heading.split(".")
            inside = record
            for name in outer:
                inside = inside.setdefault(name, {})
            inside[last] = cell
        records.append(record)
    return {"meta": {"pages": 1}, "result": {"hits": records}}


YES_OR_NO = "word:نعم|لا"
UNSEEN = [
    Unseen(
        "دليل محلات العينة.csv",
        [
            ("م", "number", NOTHING),
            ("اسم المحل", "org:ar", "organisation ar"),
            ("نوع النشاط", "word:تجاري|خدمي|صناعي", NOTHING),
            ("صاحب المحل", "person:ar", "person ar"),
            ("جوال / واتس", "mobile:sa", "phone mobile"),
            ("تلفون ثابت", "landline:sa", "phone landline"),
            ("الايميل", "mail", "email"),
            ("انستقرام", "handle", NOTHING),
            ("المدينة", "city:ar", "city ar"),
            ("الحي", "word:العليا|الملز|النسيم|الروضة", "district ar"),
            ("السجل التجاري", "identity:101", NOTHING),
            ("رقم هوية المالك", "identity:100", NOTHING),
        ],
        region="SA",
    ),
    Unseen(
        "annuaire_fictif.csv",
        [
            ("N°", "number", NOTHING),
            ("Raison sociale", "org:fr", "organisation"),
            ("Forme juridique", "word:SARL|SA|Personne physique", NOTHING),
            ("Gérant", "person:fr", "person"),
            ("Tél. fixe", "landline:ma", "phone landline"),
            ("GSM", "mobile:ma", "phone mobile"),
            ("Télécopie", "landline:ma", "phone fax"),
            ("Courriel", "mail", "email"),
            ("Site web", "site", "website"),
            ("Adresse du siège", "street:fr", "address"),
            ("Code postal", "zip", "postal_code"),
            ("Ville", "city:fr", "city"),
            ("ICE", "identity:00200", NOTHING),
            ("Effectif", "word:1-9|10-49|50-249", "company_size"),
        ],
        encoding="windows-1252",
        delimiter=";",
        region="MA",
    ),
    Unseen(
        "bazar_list_pk.csv",
        [
            ("Sr. No", "number", NOTHING),
            ("Dukan ka Naam", "org:pk", "organisation"),
            ("Malik", "person:pk", "person"),
            ("Raabta No.", "landline:pk", "phone"),
            ("Mobile No", "mobile:pk", "phone mobile"),
            ("Email ID", "mail", "email"),
            ("Shehr", "city:pk", "city"),
            ("Pata", "street:pk", "address"),
            ("CNIC", "identity:35202000", NOTHING),
            ("Karobar ki Qism", "word:Retail|Wholesale", NOTHING),
        ],
        region="PK",
    ),
    Unseen(
        "export_columns.csv",
        [
            ("col1", "code:RX", "row_id"),
            ("col2", "org:en", "organisation"),
            ("col3", "person:en", "person"),
            ("col4", "mobile:us", "phone"),
            ("col5", "mail", "email"),
            ("col6", "site", "website"),
            ("col7", "street:en", "address"),
            ("col8", "word:retail|food|health", NOTHING),
            ("col9", "date", NOTHING),
        ],
        region="US",
    ),
    Unseen(
        "contacts_together.csv",
        [
            ("المنشأة", "org:ar", "organisation ar"),
            ("المسؤول ورقمه", "both:ar,sa", "phone"),
            ("العنوان", "street:ar", "address ar"),
        ],
        region="SA",
    ),
    Unseen(
        "two_header_rows.csv",
        [
            ("Trading name", "org:en", "organisation"),
            ("Line of business", "word:retail|food|health", NOTHING),
            ("Person in charge", "person:en", "person"),
            ("Office line", "landline:us", "phone"),
            ("Cell", "mobile:us", "phone mobile"),
            ("Mailbox", "mail", "email"),
            ("Street", "street:en", "address"),
            ("Town", "city:en", "city"),
        ],
        above=[["Establishment", "", "Contact", "", "", "", "Location", ""]],
        region="US",
    ),
    Unseen(
        "two_header_rows.xlsx",
        [
            ("اسم المنشأة", "org:ar", "organisation ar"),
            ("التصنيف", "word:تجاري|خدمي|صناعي", NOTHING),
            ("الاسم", "person:ar", "person ar"),
            ("الجوال", "mobile:sa", "phone mobile"),
            ("البريد", "mail", "email"),
            ("المدينة", "city:ar", "city ar"),
        ],
        above=[["بيانات المنشأة", "", "بيانات المسؤول", "", "", ""]],
        region="SA",
    ),
    Unseen(
        "banner_above.csv",
        [
            ("اسم الشركة", "org:ar", "organisation ar"),
            ("الهاتف", "landline:sa", "phone"),
            ("فاكس", "landline:sa", "phone fax"),
            ("ص.ب", "box:", "po_box"),
            ("الرمز البريدي", "zip", "postal_code"),
            ("الموقع الإلكتروني", "site", "website"),
            ("عدد العاملين", "word:5|12|40|200", "company_size"),
        ],
        encoding="windows-1256",
        delimiter=";",
        above=[["الغرفة التجارية النموذجية"], ["قائمة المنشآت المسجلة لعام 1447"], []],
        region="SA",
    ),
    Unseen(
        "banner_above.xlsx",
        [
            ("اسم الشركة", "org:ar", "organisation ar"),
            ("المدير المسئول", "person:ar", "person ar"),
            ("تليفون", "landline:eg", "phone"),
            ("محمول", "mobile:eg", "phone mobile"),
            ("المحافظة", "city:eg", "region ar | city ar"),
            ("العنوان بالتفصيل", "street:ar", "address ar"),
        ],
        above=[["جمعية رجال الأعمال النموذجية", "", "", "", "", ""], ["تحديث 2026", "", "", "", "", ""]],
        region="EG",
    ),
]
