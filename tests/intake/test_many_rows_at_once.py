"""Many rows are read and decided at once, and each comes out as it would alone."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from benchmarks.deliveries import CONTRACT, deliver
from row_by_row import read_row

from include.intake.contracts import Contract, check_columns
from include.intake.contracts.draft import drafted
from include.intake.landing.minimise import minimise
from include.intake.listings import ListingsRead, read_listings
from include.intake.normalise import contact_key_text
from include.intake.normalise.columns import key_texts
from include.intake.reading import read

ROWS_OF_A_FILE = 2_500

NAMES = (
    "شركة النور للتجارة المحدودة", "فهد بن سعد العتيبي", "مؤسسة فهد العتيبي للمقاولات", "Horizon Trading Est.", "N/A",
    "  ", "لا يوجد", "Sara Ahmed", "د. ريم الحربي", "الأفق | Horizon", "xx", "شركة \"الواحة\"\nفرع", "Né", "ne", "a\\b",
)  # fmt: skip
PHONES = (
    "0500000011", "+966 50 000 0012", "(011) 000 0013", "011-0000014/5", "٠٥٠٠٠٠٠٠١٥", "00966500000016",
    "0110000017 ext 3", "12-05-2020", "5.0E+08", "920000018", "+9660500000019", "fax 0110000020", "-", "0.00",
    "0500000021;0500000022", "1990", "info@firm.example", "9665-0000023", "011000002-4", " 0500000025\t",
    "+1 (312) 000-0026", "0000000000", "800 000 0027", "0110000013 / 9", "0110000013,0110000013",
    "0110000014، 0500000015 ", "0110000013 / 12-05-2020", "+966 11 000 0013\n0110000016|0500000017",
    "0110000018 / ", "0110000019/20",
)  # fmt: skip
EMAILS = (
    "info@alnoor.example", "Fahad.Otaibi@gmail.com", "sales.riyadh2@horizon-trading.example", "a@b@c", "NOT FOUND",
    "www.x@y.example", "Sara <sara@firm.example>", "x@firm.test", "mailto:hr@firm.example", "info(at)firm.example",
    "ö@firm.example", "o'neil@firm.example", "POSTMASTER@FIRM.EXAMPLE", "a@-firm.example", "user@mailinator.com",
    "info@firm.example;b@gmail.com", "info@firm.local", "fahad@fahadalotaibi.example", "x@y--z.example",
    "a&b@firm.example",
)  # fmt: skip
PLACES = ("الرياض", "Villa 7, Street 3", "", "P.O. Box 11", "جدة", "N/A", "مكتب 12")
COUNTRIES = ("", "Egypt", "SA", "الكويت", "Nowhere")
SITES = ("", "https://www.alnoor.example/x", "facebook.com/fahad.otaibi", "horizon-trading.example, 0500000031", "none")

TERMS: dict[str, Any] = CONTRACT.model_dump(mode="json", exclude_none=True) | {
    "row_id": [],
    "columns": {
        "name": "organisation",
        "other": {"field": "organisation", "language": "en"},
        "contact": {"field": "person"},
        "job": {"field": "role"},
        "phone": {"field": "phone", "means": "switchboard"},
        "mobile": {"field": "phone", "means": "mobile", "separator": ";"},
        "mail": {"field": "email", "at_sign": "&"},
        "site": {"field": "website", "why": "shows whose a mailbox is"},
        "street": "address",
        "town": "city",
        "land": "country",
    },
}


def rows_of_everything() -> list[dict[str, str]]:
    """Put invented cells together so that each stands beside many others."""
    given = {
        "name": NAMES, "other": ("", "", *NAMES[:5]), "contact": ("", "", "", "Sara Ahmed", "المدير العام", "N/A"),
        "job": ("", "Manager", "a\tb"), "phone": PHONES, "mobile": (*PHONES[::-1], ""), "mail": (*EMAILS, ""),
        "site": SITES, "street": PLACES, "town": (*PLACES[::-1], ""), "land": COUNTRIES,
    }  # fmt: skip
    return [{name: cells[(at * (3 + 2 * n) + at // 7) % len(cells)] for n, (name, cells) in enumerate(given.items())}
            for at in range(3_000)]  # fmt: skip


def as_read_alone(rows: list[dict[str, str]], contract: Contract) -> tuple[list[Any], list[Any]]:
    listings, points = [], []
    for at, row in enumerate(rows):
        listing, found = read_row(row, contract)
        listings.append(listing)
        points += [
            (at, column, r.kind, r.value, r.normalised, r.number_type, r.traits, r.unparsed, r.detail,
             contact_key_text(r), why.klass.value, why.score, why.reasons)
            for column, r, why in found
        ]  # fmt: skip
    return listings, points


def as_read_at_once(read: ListingsRead) -> tuple[list[Any], list[Any]]:
    listings = [
        listing | {name: json.dumps(json.loads(listing[name]), sort_keys=True) for name in ("fields", "provenance")}
        for listing in read.listings.iter_rows(named=True)
    ]
    points = read.points.with_columns(key_texts(read.points))
    return listings, [
        (p["row"], p["column"], p["kind"], p["value"], p["normalised"], p["number_type"],
         frozenset(filter(None, p["traits"].split(","))), p["unparsed"], p["detail"], p["key_text"], p["class"],
         p["score"], tuple(p["reasons"].split(",")))
        for p in points.iter_rows(named=True)
    ]  # fmt: skip


def assert_alike(rows: list[dict[str, str]], contract: Contract) -> None:
    """Compare without showing what differs: only where."""
    frame = pl.DataFrame(rows, schema=dict.fromkeys(contract.columns, pl.String))
    listings, points = as_read_at_once(read_listings(frame, contract))
    alone_listings, alone_points = as_read_alone(rows, contract)
    assert [at for at, pair in enumerate(zip(listings, alone_listings, strict=True)) if pair[0] != pair[1]] == []
    assert [(one[0], one[1], [a != b for a, b in zip(one, other, strict=True)].index(True))
            for one, other in zip(points, alone_points, strict=False) if one != other] == []  # fmt: skip
    assert len(points) == len(alone_points)


CALLED = (
    "شركة الأفق للتجارة", "Al Ofuq Trading Co.", "Alofuq Est.", "مؤسسة فهد العتيبي للمقاولات", "فهد سعد العتيبي",
    "Fahad Al-Otaibi", "Zorvex Qalmin", "Zorvex", "شركة عبد الله وشركاه المحدودة", "The Co & Co LLC", "شركة و. ل. ك",
    "Hotel Él Noor", "", "Qalm Ul Noor Company", "شركة سنا", "مصنع ٢٤", "Noor, Al Company", "Al Co Abc Company",
    "Qalm Trading LLC",
)  # fmt: skip
AT = (
    "info@alofuq.example", "sales@ofuq-trading.example", "fahad@fahadotaibi.example", "hr@zorvexqalmin.example",
    "zorvex.qalmin@zorvex-qalmin.example", "f.otaibi@firm.example", "fahad7@gmail.com", "zorvex22@gmail.com",
    "acme@acme.example", "ac-me1@acme.example", "info@الأفق.example", "نور@firm.example", "kdzx9@firm.com.sa",
    "office@theco.co.uk", "noor@alnoor.example", "ulnoor@ulnoor.example", "info@sna.example", "sna@snagrp.example",
    "24@24.example", "acme@a-c-me.example", "manager@abdullah.example", "sales.firm@firm.example", "info@alabc.example",
    "sales.firm@other.example", "info123@firm.example", "info12@firm.example", "x@mailinator.com", "a.b@firm.example",
    "info@qalmgroup.example",
)  # fmt: skip
OWN = ("", "www.firm.example", "https://firm.net", "alofuq.example, firm.com.sa", "facebook.com/firm", "acme.co.uk")
SAID = {
    *("domain_of_listing", "own_domain", "free_mail", "domain_near_site", "domain_near_name", "domain_names_person"),
    *("domain_repeats_name", "role_mailbox", "one_holder_mailbox", "mailbox_names_person", "mailbox_named_as_domain"),
    *("mailbox_name_shaped", "mailbox_unknown", "disposable_mail"),
}


def test_mailboxes_beside_names_and_sites() -> None:
    terms = TERMS | {"columns": {name: TERMS["columns"][name] for name in ("name", "mail", "site")}}
    rows = [{"name": name, "mail": mail, "site": OWN[(at + of) % len(OWN)]}
            for at, name in enumerate(CALLED) for of, mail in enumerate(AT)]  # fmt: skip
    terms["columns"]["mail"] = "email"
    contract = Contract.model_validate(terms)
    assert_alike(rows, contract)
    points = read_listings(pl.DataFrame(rows), contract).points.filter(pl.col("kind") == "email")
    assert set(points["reasons"].str.split(",").explode()) >= SAID


def contract_of(kind: str, **columns: Any) -> Contract:
    terms = TERMS | {"kind": kind, "columns": TERMS["columns"] | columns}
    if kind == "partner":
        terms["basis"] = {"case": "consent", "proof": "AGR-2026-999", "expires": "2027-01-31"}
    return Contract.model_validate(terms)


@pytest.mark.parametrize("kind", ["public_directory", "partner"])
def test_whatever_the_cells_hold(kind: str) -> None:
    assert_alike(rows_of_everything(), contract_of(kind))


def test_where_rows_have_no_country_and_no_name(tmp_path: Path) -> None:
    nowhere = {"region": None, "columns": {name: TERMS["columns"][name] for name in ("contact", "phone", "mail")}}
    rows = [{name: row[name] for name in nowhere["columns"]} for row in rows_of_everything()]
    assert_alike(rows, Contract.model_validate(TERMS | nowhere))


def test_a_plain_directory(tmp_path: Path) -> None:
    cells = pl.read_csv(deliver(tmp_path / "plain.csv", 3_000), infer_schema=False).fill_null("")
    assert_alike(cells.to_dicts(), CONTRACT)


def test_none_is_none() -> None:
    assert_alike([], CONTRACT)


@pytest.mark.directories
def test_every_real_directory(test_data: Path) -> None:
    for file in sorted((test_data / "directories").iterdir()):
        contract = drafted(file).contract
        chunk = next(iter(read(file, contract.format)))
        fit = check_columns(contract, [str(column) for column in chunk.frame.columns])
        frame = minimise(chunk.frame.rename(columns=fit.names), contract).head(ROWS_OF_A_FILE)
        rows = [{str(column): str(cell) for column, cell in row.items()} for row in frame.to_dict("records")]
        assert_alike(rows, contract)
