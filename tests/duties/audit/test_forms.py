"""Software that was brought up to date tells an old day as it was told, or says precisely what it prints otherwise."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from audit_case import AFTER, DAY, HOUR, Make, a_day, files, lines_of, put_aside
from builders import recorded
from sqlalchemy import NullPool, create_engine, text

from include.duties.audit.actions import _write_parts, audit
from include.duties.audit.comparing import DATA, PackDiffers, data_hash, digest_of, records_hash
from include.duties.audit.flows import Flows
from include.duties.audit.form import LAYOUT, PRINTING, current_form
from include.duties.audit.kept import fetch
from include.duties.audit.model import Counted, Day
from include.duties.audit.pack import write_json
from include.duties.audit.promised import PromisesGone
from include.duties.audit.reading import Closing, Span
from include.duties.audit.report import said
from include.duties.audit.statement import Told, statement
from include.duties.audit.verifier import verify
from include.evidence.model import GENESIS, Head, Seal
from include.evidence.payload import canonical, instant
from include.law import edition_for, edition_hash
from include.store import Role, begin, home
from include.store.urls import owner_url

ROOT = Path(__file__).resolve().parents[3]
NIGHT = timedelta(days=1)
SECOND, THIRD = Day.of(date(2026, 3, 2)), Day.of(date(2026, 3, 3))
OLDER = """
import sys
sys.path[:0] = ["tests", "tests/duties/audit"]
from audit_case import AFTER, HOUR
from datetime import timedelta
from include.duties.audit import form
from include.duties.audit.actions import audit
from include.duties.audit.model import Day

def made(day, at):
    form.current_form.cache_clear()
    print(audit(day, at).pack, form.current_form().version)

first = Day.at(AFTER).before
made(first, AFTER)
form.PRINTING = 0
made(Day.at(AFTER), AFTER + timedelta(days=1))
form.LAYOUT = 0
made(Day.at(AFTER + timedelta(days=1)), AFTER + timedelta(days=2))
"""
EDITED = {
    "include/duties/audit/words.yml": ("Audit of {day}", "Yesterday's words of {day}"),
    "include/duties/audit/audit.typ": ("height: 9pt", "height: 11pt"),
    "include/duties/audit/readme.txt": ("This is the audit", "This was the audit"),
    "include/documents/house.typ": ("margin: (x: 2cm", "margin: (x: 3cm"),
    "include/duties/audit/flows.py": ("Kind.DELIVERY_RECEIVED, Kind.SUBJECTS_FOUND,", "Kind.SUBJECTS_FOUND,"),
    "include/duties/audit/checking.py": ('Check.OVERDUE_DATA: "Law 11(4), 18(1)"', 'Check.OVERDUE_DATA: "Law 18"'),
    "include/law/editions/sa/2024-09-14.yml": ("IR 4(3)", "IR 4(3) then"),
}
"""What was otherwise in an older software: where, what stands there now, and what stood there."""


@pytest.fixture
def older(source: Make, tmp_path: Path) -> list[str]:
    """Three days that an older software audited, each under an older form; the versions of those."""
    a_day(source, people=2)
    for part in ("include", "tests"):
        shutil.copytree(ROOT / part, tmp_path / part, ignore=shutil.ignore_patterns("__pycache__"))
    for name, (now, then) in EDITED.items():
        file = tmp_path / name
        whole = file.read_text("utf-8")
        assert now in whole, name
        file.write_text(whole.replace(now, then), "utf-8")
    done = subprocess.run(
        [sys.executable, "-c", OLDER], cwd=tmp_path, env=os.environ, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr[-2000:]
    return [line.split()[1] for line in done.stdout.splitlines()]


def test_an_old_day_is_the_same_after_words_templates_sections_articles_and_the_edition_were_changed(
    source: Make, older: list[str], tmp_path: Path
) -> None:
    pack, versions = home() / "audits" / "2026-03-01", set(older)
    told = files(pack)
    assert b"This was the audit" in told["README.txt"]
    assert len(versions | {current_form().version}) == 4
    assert "IR 4(3) then" in {row["article"] for row in lines_of(pack, "promised.jsonl")}
    again = audit(DAY, AFTER + 5 * NIGHT)
    assert (files(pack), again.notes) == (told, ())
    put_aside(pack, tmp_path)
    again = audit(DAY, AFTER + 6 * NIGHT)
    assert (files(pack), again.notes) == (told, ())
    assert verify(pack) == []

    printed, laid_out = pack.with_name("2026-03-02"), pack.with_name("2026-03-03")
    for day, other, same, names in (
        (SECOND, printed, "data identical", DATA),
        (THIRD, laid_out, "records identical, data laid out otherwise", ("ledger.jsonl", "seals.jsonl")),
    ):
        told, made = files(other), recorded("day_audited")
        form = older[0 if day is DAY else 1 if day is SECOND else 2]
        note = (
            f"{other.name}: made under form {form[:12]}, and this software prints form "
            f"{current_form().version[:12]}: {same}, report differs"
        )
        again = audit(day, AFTER + 7 * NIGHT)
        assert (again.notes, files(other), recorded("day_audited")) == ((note,), told, made), "it stays as it was made"
        for name in ("report.ar.pdf", "ledger.jsonl", "manifest.json"):
            spoiled = bytearray(told[name])
            spoiled[40] ^= 1
            (other / name).write_bytes(spoiled)
            with pytest.raises(PackDiffers, match=rf"{other.name} .*{name}.*byte 40"):
                audit(day, AFTER + 7 * NIGHT)
            (other / name).write_bytes(told[name])
        put_aside(other, tmp_path)
        again = audit(day, AFTER + 7 * NIGHT)
        assert (again.notes, recorded("day_audited")) == ((note,), made + 1), (
            "it is written anew, and the ledger says so"
        )
        anew = files(other)
        assert [anew[name] for name in names] == [told[name] for name in names]
        assert anew["report.ar.pdf"] != told["report.ar.pdf"]
        assert verify(other) == []
        assert audit(day, AFTER + 8 * NIGHT).notes == ()

    for file in (home() / "audits" / "kept").iterdir():
        file.unlink()
    with pytest.raises(PromisesGone, match=r"what sa-2024-09-14 promised then .* put audits/kept back from a copy"):
        audit(DAY, AFTER + 9 * NIGHT)  # its edition says something else now


def test_the_ledger_keeps_the_hashes_of_a_pack_of_its_form_and_of_its_edition(source: Make) -> None:
    a_day(source, people=1)
    pack = audit(DAY, AFTER).pack
    audit(DAY, AFTER + HOUR)
    with begin(Role.AUDITOR) as connection:
        (payload,) = connection.execute(
            text("select payload from evidence.ledger where kind = 'day_audited'")
        ).scalars()
    told, manifest = json.loads(payload), json.loads((pack / "manifest.json").read_bytes())
    edition = edition_for("sa", AFTER)
    assert told["hashes"] == {
        "manifest": digest_of(pack / "manifest.json"),
        "data": data_hash(pack),
        "sealed": records_hash(pack),
        "form": current_form().version,
        "promised": manifest["promised"],
        "edition": edition_hash(edition),
    }
    assert (manifest["form"], manifest["data"]) == (told["hashes"]["form"], told["hashes"]["data"])
    assert (manifest["edition"], manifest["edition_sha256"]) == (edition.name, edition_hash(edition))
    said_in = json.loads((pack / "statement.json").read_bytes())
    assert said_in["edition_sha256"] == edition_hash(edition)
    assert fetch(told["hashes"]["form"]) == current_form().written
    sums = (ROOT / "include/law/editions/SHA256SUMS").read_text()
    assert f"{edition_hash(edition)}  sa/2024-09-14.yml" in sums


def test_a_pack_that_is_gone_is_held_to_the_hashes_that_the_ledger_kept(source: Make, tmp_path: Path) -> None:
    a_day(source, people=1)
    pack = audit(DAY, AFTER).pack
    put_aside(pack, tmp_path)
    with create_engine(owner_url(), poolclass=NullPool).begin() as insider:
        insider.execute(text("alter table evidence.ledger disable trigger user"))
        insider.execute(text("update evidence.ledger set recorded_at = recorded_at + interval '1 s' where seq = 2"))
    with pytest.raises(PackDiffers, match=r"2026-03-01 is gone, and .* gives now is not what it was: its data"):
        audit(DAY, AFTER + HOUR)
    assert not pack.exists()
    shutil.move(tmp_path / pack.name, pack)
    with pytest.raises(PackDiffers, match="By the hash in the ledger its manifest is the one that was sealed"):
        audit(DAY, AFTER + HOUR)


def test_what_was_promised_is_told_from_the_edition_where_that_still_says_the_same(source: Make) -> None:
    a_day(source, people=1)
    pack = audit(DAY, AFTER).pack
    digest = json.loads((pack / "manifest.json").read_bytes())["promised"]
    kept = pack.parent / "kept" / f"{digest}.json"
    whole = kept.read_text("utf-8")
    kept.write_text(whole.replace('"value":30', '"value":31', 1), "utf-8")
    assert audit(DAY, AFTER + HOUR).pack == pack
    assert kept.read_text("utf-8") == whole, "and what was changed there is put right"


FIXED = replace(
    current_form(),
    texts={"words.yml": "headings: {checks: {en: Checks}}"},
    sections={"due": ["delivery_received"], "done": ["duty_closed"]},
    articles={"chain_broken": "Law 31", "overdue_data": "Law 18"},
)


def fixed() -> Told:
    """A day that is told the same as long as the code tells it so."""
    seal = Seal(4_321, bytes(range(32)), 4_321, AFTER, bytes(range(32)), bytes(64))
    closing = {"codes": {"outcome": "counted"}, "at": instant(AFTER), "edition": "sa-2024-09-14", "counts": {}}
    promised = {"edition": "sa-2024-09-14", "sha256": "00", "zone": "Asia/Riyadh", "law": {"ar": "نظام", "en": "Law"}}
    flows = Flows(DAY)
    for kind in ("delivery_received", "duty_closed", "columns_dropped"):
        told = {"at": instant(AFTER - HOUR), "codes": {"source": "guide"}, "counts": {"rows": 7, "subjects": 5}}
        flows.add(kind, json.dumps(told, separators=(",", ":")))
    return Told(
        statement=statement(DAY, Span(Head(17, GENESIS), seal, Closing(4_300, closing)), promised, events=3),
        promised=[{"figure": "notice.days", "value": 30, "article": "IR 4(3)", "confidence": "A"}],
        held=[
            Counted("contact_points", "guide", {"personal/phone": 9, "business/email": 7}),
            Counted("systems", "crm", {"tables": 2, "rows_away": 1}),
            Counted("duties", "source_notice", {"open": 3}),
        ],
        flows=list(flows.rows()),
        checks=[{"check": "chain_broken", "expectation": "x", "most": 0, "found": 0, "holds": True}],
    )


LAID_OUT = {1: "a775187d9c468618c9dcf2ecff418e66fb6e53614799e65a2bda3a5ed59c0780"}
PRINTED = {1: "e1defc97ba20b1b0b96e2bc3ad5bd84a1ee7c9463a2be9d0e8aab5dd82e45568"}
"""By the number: what the code makes of the same records, and of the same words."""


def test_the_numbers_of_a_form_go_up_with_whatever_the_code_writes_otherwise(tmp_path: Path) -> None:
    told = fixed()
    write_json(tmp_path / "statement.json", told.statement)
    _write_parts(tmp_path, told)
    assert data_hash(tmp_path) == LAID_OUT[LAYOUT], "data are laid out otherwise: LAYOUT has to go up by one"
    report = canonical([said(told, language, FIXED) for language in ("ar", "en")])
    assert hashlib.sha256(report.encode()).hexdigest() == PRINTED[PRINTING], "PRINTING has to go up by one"
