"""What is held after deliveries: recognised rows, kept decisions, withdrawn listings, and nobody who must not be."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pandas as pd
import pytest
from builders import START, Held, ask, write
from sqlalchemy import text

from include.intake.abandoning import abandon
from include.intake.actions import take_in
from include.intake.checking import DeliveryFailed
from include.intake.landing.actions import ContractMismatch
from include.intake.landing.files import read_shard, shard_file, write_shard
from include.intake.receiving import NothingDelivered, SourceRefused, receive
from include.intake.registering.actions import register
from include.store import Role, begin, keyed

Make = Callable[..., Held]

COMPANY = {
    "id": "1",
    "name": "شركة النور للتجارة المحدودة",
    "phone": "920000001",
    "email": "info@alnoor.example",
    "city": "الرياض",
}
PERSON = {
    "id": "2",
    "name": "شركة الأفق للمقاولات",
    "contact": "سعد القحطاني",
    "phone": "0500000011",
    "email": "saad.alqahtani@alofuq.example",
    "city": "جدة",
}
SHOP = {"id": "3", "name": "مؤسسة فهد العتيبي للمقاولات", "phone": "0500000012", "city": "الدمام"}
ROWS = [COMPANY, PERSON, SHOP]
PARTS = ("new", "unchanged", "changed", "duplicates", "suppressed", "quarantined")


def adds_up(counts: dict[str, int]) -> bool:
    return counts["received"] == sum(counts[part] for part in PARTS)


def test_the_first_delivery_is_new_and_the_same_again_changes_nothing(source: Make) -> None:
    guide = source()
    first = guide.delivers(ROWS)
    before = ask("select id, class, reasons, decided_at from register.contact_point order by id")
    second = guide.delivers(ROWS)
    assert (first["new"], first["unchanged"], first["changed"]) == (3, 0, 0)
    assert (second["new"], second["unchanged"], second["changed"]) == (0, 3, 0)
    assert adds_up(first)
    assert adds_up(second)
    assert first["contact_points"] == second["contact_points"]
    assert ask("select id, class, reasons, decided_at from register.contact_point order by id") == before
    assert ask("select count(*) from register.delivery")[0][0] == 1
    assert ask("select count(*) from register.receipt")[0][0] == 2


def test_one_run_is_one_receipt_however_often_it_is_tried(source: Make) -> None:
    guide = source()
    assert guide.delivers(ROWS, run="scheduled:one") == guide.delivers(ROWS, run="scheduled:one")
    assert ask("select count(*) from register.receipt")[0][0] == 1
    assert ask("select count(*) from register.listing")[0][0] == 3


def test_every_contact_point_has_a_class_with_reasons_and_the_edition_and_rules_that_gave_it(source: Make) -> None:
    source().delivers(ROWS)
    points = ask("select kind, class, reasons, edition, rules, score from register.contact_point")
    assert all(point.reasons and point.edition == "sa-2024-09-14" and point.rules for point in points)
    klass = {
        row.normalised: row._mapping["class"] for row in ask("select normalised, class from register.contact_point")
    }
    assert klass["info@alnoor.example"] == "business"
    assert klass["saad.alqahtani@alofuq.example"] == "personal"
    assert klass["+966500000011"] == "personal"
    assert klass["+966500000012"] != "business"


def test_what_is_not_business_has_a_subject_and_is_blocked_at_once(source: Make) -> None:
    source().delivers(ROWS)
    wrong = ask("""
        select count(*) from register.contact_point
         where (class <> 'business') <> (subject_id is not null) or (class <> 'business') <> (permission = 'blocked')
    """)
    assert wrong[0][0] == 0
    theirs = ask("""
        select count(distinct subject_id) from register.contact_point
         where normalised in ('+966500000011', 'saad.alqahtani@alofuq.example')
    """)
    assert theirs[0][0] == 1, "one person's mobile and mailbox in one listing are one person's"


def test_the_same_mailbox_in_two_sources_is_one_person(source: Make) -> None:
    source().delivers([PERSON])
    source(key="other_guide", location="other.csv", assessment="DPIA-1").delivers([{**PERSON, "phone": "0500000013"}])
    assert ask("select count(*) from register.subject")[0][0] == 1


def test_a_changed_row_is_decided_again_and_the_old_decision_stays_readable(source: Make) -> None:
    guide = source()
    guide.delivers([{**SHOP, "contact": ""}])
    counts = guide.delivers([{**SHOP, "name": "شركة الخليج للصناعة المساهمة", "email": "sales@gulf.example"}])
    assert (counts["new"], counts["changed"]) == (0, 1)
    old = ask("select class, reasons from register.past_decision")
    assert old
    assert all(decision.reasons for decision in old)


def test_a_contact_that_its_publisher_took_out_is_not_kept(source: Make) -> None:
    guide = source()
    guide.delivers([PERSON])
    guide.delivers([{**PERSON, "phone": ""}])
    assert not ask("select 1 from register.contact_point where kind = 'phone'")


def test_a_row_gone_from_a_full_delivery_is_withdrawn_by_its_source_and_comes_back_when_it_does(source: Make) -> None:
    guide = source()
    guide.delivers(ROWS)
    guide.delivers(ROWS[:2])
    assert [row.state for row in ask("select state from register.listing order by id")] == ["active"] * 2 + [
        "withdrawn"
    ]
    counts = guide.delivers([*ROWS, {**COMPANY, "id": "4"}])
    assert (counts["new"], counts["changed"], counts["unchanged"]) == (1, 1, 2)
    assert {row.state for row in ask("select state from register.listing")} == {"active"}


def test_no_listing_counts_as_withdrawn_while_a_row_could_not_be_read(source: Make) -> None:
    guide = source()
    guide.delivers(ROWS)
    file = guide.folder / guide.contract.location.path
    lines = file.read_text(encoding="utf-8").splitlines()
    file.write_text("\n".join([*lines[:-1], f"{lines[-1]},one,too,many"]) + "\n", encoding="utf-8")
    _, counts = take_in(guide.contract, file, at=guide.at + timedelta(days=1), run="run:broken", reason="drill")
    assert (counts["unchanged"], counts["quarantined"]) == (2, 1)
    assert {row.state for row in ask("select state from register.listing")} == {"active"}


def test_a_row_missing_from_an_incremental_delivery_stays(source: Make) -> None:
    guide = source(delivery="incremental")
    guide.delivers(ROWS)
    guide.delivers(ROWS[:1])
    assert {row.state for row in ask("select state from register.listing")} == {"active"}


def test_a_repeated_row_is_counted_once_and_a_contested_row_id_is_set_aside(source: Make) -> None:
    counts = source().delivers([COMPANY, COMPANY, {**COMPANY, "phone": "920000009"}, PERSON])
    assert (counts["new"], counts["duplicates"], counts["quarantined"]) == (2, 1, 1)
    assert adds_up(counts)
    assert ask("select row_number, reason from landing.quarantined") == [(3, "row_id_repeated")]
    with begin(Role.AUDITOR) as connection:
        told = connection.execute(text("select payload from evidence.ledger where kind = 'rows_quarantined'")).scalars()
        assert [json.loads(payload)["counts"] for payload in told] == [{"rows": 1}]


def test_a_held_row_that_comes_twice_is_counted_once_and_one_that_contradicts_it_is_set_aside(source: Make) -> None:
    guide = source()
    guide.delivers(ROWS)
    held = ask("select id, fingerprint from register.listing where state = 'active' order by id")
    counts = guide.delivers([COMPANY, COMPANY, PERSON, {**PERSON, "phone": "0500000013"}, {**PERSON, "city": "أبها"}])
    assert {part: counts[part] for part in PARTS if counts[part]} == {"unchanged": 2, "duplicates": 1, "quarantined": 2}
    assert ask("select id, fingerprint from register.listing where state = 'active' order by id") == held[:2]
    later = guide.delivers([{**COMPANY, "city": "أبها"}, COMPANY, PERSON, SHOP])
    assert {part: later[part] for part in PARTS if later[part]} == {"unchanged": 1, "changed": 2, "quarantined": 1}
    assert [row.id for row in ask("select id from register.listing where state = 'active' order by id")] == [
        row.id for row in held
    ]


def test_of_a_contested_row_nothing_is_kept_however_often_clearing_it_up_is_cut_short(
    source: Make, tmp_path: Path
) -> None:
    guide = source()
    counts = guide.delivers([COMPANY, {**PERSON, "id": COMPANY["id"]}, SHOP])
    assert (counts["new"], counts["quarantined"]) == (2, 1)
    landing = tmp_path / "home" / "landing"
    (rows,) = landing.rglob("*.parquet")
    assert held_in(landing) == {COMPANY["email"], SHOP["phone"]}
    assert ask("select rows from landing.shard") == [(2,)]

    whole = read_shard(rows)
    contested = whole.iloc[[0]].assign(_row=2, email=PERSON["email"])
    write_shard(rows, pd.concat([whole, contested]))  # as a kill leaves it: registered, and not yet cleared up
    write_shard(shard_file(rows.parent, "listings", 1), whole)
    assert PERSON["email"] in held_in(landing)
    register(guide.receipts[-1], guide.contract, at=guide.at)
    assert held_in(landing) == {COMPANY["email"], SHOP["phone"]}
    assert [file.name for file in landing.rglob("*.parquet")] == ["rows-00001.parquet"]


def held_in(landing: Path) -> set[str]:
    """Look which of the sample's contacts any landing file holds."""
    cells = {str(cell) for file in landing.rglob("*.parquet") for cell in read_shard(file).to_numpy().ravel()}
    return cells & {COMPANY["email"], PERSON["email"], PERSON["phone"], SHOP["phone"]}


def test_rows_without_a_row_id_are_told_apart_by_all_that_they_say(source: Make) -> None:
    guide = source()
    rows = [{**row, "id": "  "} for row in (*ROWS, SHOP)]
    counts = guide.delivers(rows)
    assert (counts["new"], counts["duplicates"], counts["quarantined"]) == (3, 1, 0)
    assert guide.delivers([*rows, COMPANY])["unchanged"] == 3


def test_a_row_with_a_national_id_is_set_aside_with_its_column_and_never_stored(source: Make, tmp_path: Path) -> None:
    identity = "1000000008"
    counts = source().delivers([COMPANY, {**PERSON, "contact": f"سعد القحطاني {identity}"}])
    assert counts["quarantined"] == 1
    assert ask("select reason, source_column from landing.quarantined") == [("national_id", "contact")]
    stored = b"".join(file.read_bytes() for file in (tmp_path / "home").rglob("*") if file.is_file())
    assert identity.encode() not in stored


def test_the_clock_of_a_row_starts_when_its_bytes_first_came(source: Make) -> None:
    guide = source()
    guide.delivers(ROWS)
    guide.delivers([*ROWS, {**PERSON, "id": "9", "email": "huda.alharbi@alofuq.example"}], later=timedelta(days=3))
    received = {row[0] for row in ask("select received_at from register.contact_point")}
    assert received == {START + timedelta(minutes=1), START + timedelta(days=3, minutes=1)}


def test_a_delivery_that_failed_starts_its_clock_when_it_is_received_again(source: Make) -> None:
    failing = source(floors={"rows": 10})
    with pytest.raises(DeliveryFailed):
        failing.delivers(ROWS)
    again = source()
    again.delivers(ROWS, later=timedelta(days=40))
    again.delivers(ROWS, later=timedelta(days=1))
    received = {row[0] for row in ask("select received_at from register.contact_point")}
    assert received == {START + timedelta(days=40)}, "nothing was kept between, and once is enough"


def test_an_abandoned_delivery_starts_its_clock_when_it_is_received_again(source: Make, tmp_path: Path) -> None:
    guide = source()
    file = tmp_path / "sample_guide.csv"
    write(file, list(guide.contract.columns), ROWS)
    receive(guide.contract, file, at=START, run="run:cut", reason="drill")
    abandon(START + timedelta(days=30))
    guide.delivers(ROWS, later=timedelta(days=40))
    assert {row[0] for row in ask("select received_at from register.contact_point")} == {START + timedelta(days=40)}


def test_a_delivery_that_was_cut_short_keeps_its_first_clock_whatever_another_run_of_it_does(
    source: Make, tmp_path: Path
) -> None:
    guide = source()
    file = tmp_path / "sample_guide.csv"
    write(file, list(guide.contract.columns), ROWS)
    receive(guide.contract, file, at=START, run="run:cut", reason="drill")
    with pytest.raises(DeliveryFailed):
        source(floors={"rows": 10}).delivers(ROWS, later=timedelta(days=1))
    guide.delivers(ROWS, later=timedelta(days=3))
    assert {row[0] for row in ask("select received_at from register.contact_point")} == {START}


def test_what_is_suppressed_is_not_stored_again(source: Make, tmp_path: Path) -> None:
    with begin(Role.INTAKE) as connection:
        connection.execute(
            text("insert into suppression.entry values (:key, 'phone', 0, 'opted_out', :at)"),
            {"key": keyed("phone", "+966500000012"), "at": START},
        )
    counts = source().delivers(ROWS)
    assert (counts["suppressed"], counts["new"]) == (1, 2)
    assert adds_up(counts)
    assert not ask("select 1 from register.contact_point where normalised = '+966500000012'")
    landed = b"".join(file.read_bytes() for file in (tmp_path / "home" / "landing").rglob("*.parquet"))
    assert b"0500000012" not in landed


def test_a_companys_listing_stays_without_its_suppressed_employee(source: Make) -> None:
    with begin(Role.INTAKE) as connection:
        connection.execute(
            text("insert into suppression.entry values (:key, 'email', 0, 'opted_out', :at)"),
            {"key": keyed("email", "saad.alqahtani@alofuq.example"), "at": START},
        )
    company = {**PERSON, "phone": "920000002"}
    counts = source().delivers([company])
    assert (counts["suppressed"], counts["new"]) == (0, 1)
    assert {row.kind for row in ask("select kind from register.contact_point")} <= {"phone", "address"}


def test_a_shortened_second_number_stays_whole_when_the_first_is_suppressed(source: Make) -> None:
    with begin(Role.INTAKE) as connection:
        connection.execute(
            text("insert into suppression.entry values (:key, 'phone', 0, 'opted_out', :at)"),
            {"key": keyed("phone", "+966114000001"), "at": START},
        )
    source().delivers([{**COMPANY, "phone": "0114000001/2"}])
    assert ask("select normalised from register.contact_point where kind = 'phone'") == [("+966114000002",)]


def test_an_unknown_column_fails_the_delivery_and_says_what_to_do(source: Make) -> None:
    with pytest.raises(ContractMismatch, match=r"shoe_size.*ignore"):
        source().delivers([{**COMPANY, "shoe_size": "44"}])
    assert not ask("select 1 from register.listing")


def test_an_ignored_column_is_dropped_before_anything_is_stored(source: Make, tmp_path: Path) -> None:
    guide = source(ignore={"notes": "free text that serves no purpose"})
    guide.delivers([{**COMPANY, "notes": "CANARY-NOTE"}])
    stored = b"".join(file.read_bytes() for file in (tmp_path / "home").rglob("*") if file.is_file())
    assert b"CANARY-NOTE" not in stored


def test_a_floor_that_is_not_reached_fails_the_delivery_and_leaves_nothing_behind(source: Make, tmp_path: Path) -> None:
    with pytest.raises(DeliveryFailed, match="10"):
        source(floors={"rows": 10}).delivers(ROWS)
    assert not ask("select 1 from register.listing")
    assert not list((tmp_path / "home" / "landing").rglob("*.parquet"))
    assert not list((tmp_path / "home" / "staging").iterdir())


def test_raw_bytes_are_gone_once_a_delivery_is_registered(source: Make, tmp_path: Path) -> None:
    source().delivers(ROWS)
    assert not list((tmp_path / "home" / "staging").iterdir())
    assert [file.name for file in (tmp_path / "home" / "landing").rglob("*.parquet")] == ["rows-00001.parquet"]


def test_a_source_without_a_basis_or_with_one_that_ran_out_cannot_run(source: Make, tmp_path: Path) -> None:
    no_basis = source(basis={"case": "", "proof": ""})
    with pytest.raises(SourceRefused, match=r"basis\.case"):
        no_basis.delivers(ROWS)
    expired = source(
        kind="partner", basis={"case": "legitimate_interest", "proof": "AGR-1", "expires": START.date() - timedelta(1)}
    )
    with pytest.raises(SourceRefused, match=r"basis\.expires"):
        expired.delivers(ROWS)


def test_a_missing_file_may_be_retried(source: Make, tmp_path: Path) -> None:
    with pytest.raises(NothingDelivered):
        receive(source().contract, tmp_path / "not_there.csv", at=START, run="r", reason="drill")


def test_a_second_source_without_an_assessment_is_registered_and_its_use_waits(source: Make) -> None:
    source().delivers([COMPANY])
    second = source(key="second_guide", location="second.csv")
    second.delivers([{**COMPANY, "id": "7"}])
    waiting = """
        select distinct permission from register.contact_point
          join register.listing on listing.id = listing_id where source_key = 'second_guide'
    """
    assert [row[0] for row in ask(waiting)] == ["awaiting_assessment"]
    assessed = source(key="second_guide", location="second.csv", assessment="DPIA-2026-1")
    assessed.at = second.at
    assessed.delivers([{**COMPANY, "id": "7"}])
    assert [row[0] for row in ask(waiting)] == ["business_use"]


def test_whom_the_directory_itself_marks_as_opted_out_is_not_used(source: Make) -> None:
    guide = source(opt_out={"column": "leave_alone", "values": ["yes"]})
    guide.delivers([{**COMPANY, "leave_alone": "Yes"}, {**COMPANY, "id": "8", "leave_alone": ""}])
    use = ask("""
        select listing.opted_out, point.permission from register.contact_point point
          join register.listing on listing.id = listing_id where point.normalised = 'info@alnoor.example'
         order by 1
    """)
    assert [tuple(row) for row in use] == [(False, "business_use"), (True, "opted_out_at_source")]
