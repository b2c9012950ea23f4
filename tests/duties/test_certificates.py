"""What was destroyed is certified: what, when, why and how; signed, in both languages, and naming nobody."""

from __future__ import annotations

import json
import os
import re
from pathlib import Path
from uuid import UUID

import books
import pytest
from sqlalchemy import Connection
from test_retention import AT, allow_all, company

from include.duties.certificates import certify, verify_certificate
from include.duties.holds import place
from include.duties.retention import enforce
from include.errors import NeverRetry
from include.store import home

__all__ = ["company"]


@pytest.fixture
def certificate(company: Connection) -> Path:
    """The certificate of an account that ended, beside one that a hold keeps, in a system that is copied elsewhere."""
    told = Path(os.environ["AMANAH_SYSTEMS"]) / "books.yml"
    copied = "    backups: [{name: nightly, months: 3}]\n    retention:\n      accounts:"
    told.write_text(books.MAP.replace("    retention:\n      accounts:", copied), encoding="utf-8")
    books.fill(company, (1, "2026-01-01"), (2, "2026-01-01"))
    place("CASE-1", by="dpo", at=AT, people=("owner.2@people.example",))
    allow_all()
    enforce(AT)
    told = {json.loads(f.read_text("utf-8"))["rule"]: f for f in (home() / "certificates").glob("*.json")}
    return told["account:accounts"]


def test_it_says_what_went_why_under_which_law_and_that_it_was_looked_at_again(certificate: Path) -> None:
    told = verify_certificate(certificate)
    assert told["trigger"] == "retention"
    assert told["article"] == "policy 4"
    assert told["tables"] == {"session": 1}
    assert told["masked"] == {"account": 1, "invoice": 1}
    assert told["held"] == {"account": 1, "invoice": 1, "session": 1}
    assert told["allowed_by"] == "dpo"
    assert told["begun_at"] <= told["destroyed_at"] <= told["verified_at"]
    kinds = [record["kind"] for record in told["records"]]
    assert kinds == [
        "destruction_halted", "destruction_allowed", "destruction_begun", "destruction_done", "destruction_verified",
    ]  # fmt: skip


def test_it_says_which_copies_may_still_hold_it_and_until_when(certificate: Path) -> None:
    told = verify_certificate(certificate)
    assert told["backups"] == [{"name": "nightly", "kept_months": 3, "until": "2026-09-02"}]
    assert told["copies_left_until"] == "2026-09-02"
    page = re.sub(r"</?bdi[^>]*>", "", certificate.with_suffix(".html").read_text("utf-8"))
    assert "nightly, each copy kept 3 month(s), none that holds it left from 2026-09-02" in page
    assert "قد يبقى في نسخة حتى" in page


def test_one_byte_changed_anywhere_in_it_is_noticed(certificate: Path) -> None:
    whole = certificate.read_bytes()
    for place_of in (10, len(whole) // 2, len(whole) - 5):
        certificate.write_bytes(whole[:place_of] + bytes([whole[place_of] ^ 1]) + whole[place_of + 1 :])
        with pytest.raises(NeverRetry, match=r"not as it was signed|no certificate"):
            verify_certificate(certificate)
    certificate.write_bytes(whole)
    assert verify_certificate(certificate)


def test_the_same_plan_gives_the_same_bytes(certificate: Path, tmp_path: Path) -> None:
    again = tmp_path / "again"
    again.mkdir()
    assert certify(UUID(verify_certificate(certificate)["certificate"]), again).read_bytes() == certificate.read_bytes()


def test_what_was_not_looked_at_again_is_not_certified(company: Connection) -> None:
    books.fill(company, (1, "2026-01-01"))
    waiting = enforce(AT).halted[0]
    with pytest.raises(NeverRetry, match="looked at again"):
        certify(UUID(waiting["plan"]))


def test_its_page_reads_in_arabic_from_right_to_left_and_in_english_and_names_nobody(certificate: Path) -> None:
    page = certificate.with_suffix(".html").read_text("utf-8")
    assert '<html lang="ar" dir="rtl">' in page
    assert "شهادة إتلاف بيانات شخصية" in page
    assert "Certificate of destruction" in page
    assert "<script" not in page
    assert "owner" not in page + certificate.read_text("utf-8")
