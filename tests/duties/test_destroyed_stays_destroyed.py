"""What was destroyed, or given up by its source, comes back with no delivery and stays in no landing file."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from uuid import uuid4

import pytest
from builders import START, TERMS, Held, ask, write

from include.duties.destruction.actions import destroy_due
from include.duties.destruction.rewriting import rewrite_landing, still_landed
from include.duties.notice.actions import plan_notices
from include.intake.checking import check
from include.intake.landing.actions import land
from include.intake.landing.files import landing_folders, read_shard, write_shard
from include.intake.landing.minimise import KEY
from include.intake.preparing import prepare
from include.intake.receiving import receive
from include.intake.registering.actions import register

Make = Callable[..., Held]
DAY = timedelta(days=1)
MORNING = START + timedelta(hours=1)
TOO_LATE = START + 17 * DAY
COMPANY = {"id": "900", "name": "شركة النور للتجارة المحدودة", "phone": "920000001", "city": "جدة"}
MANAGER = {**COMPANY, "contact": "سعد القحطاني", "title": "TITLEX"}
MAILBOX = {"email": "saad.alqahtani@alnoor.example"}
COLUMNS = {
    **TERMS["columns"],
    "title": "role",
    "box": {"field": "po_box"},
    "street": {"field": "address"},
    "land": {"field": "country"},
}


def destroyed(guide: Held) -> None:
    plan_notices(MORNING)
    destroy_due(TOO_LATE)
    assert [row[0] for row in ask("select state from duties.destruction")] == ["verified"]


def theirs() -> list[str]:
    return [row[0] for row in ask("select kind from register.contact_point where subject_id is not null order by 1")]


def landed(guide: Held) -> str:
    """Everything that the landing files say, cell by cell."""
    files = (file for folder in landing_folders(guide.contract.key) for file in sorted(folder.glob("rows-*.parquet")))
    return "\n".join(str(cell) for file in files for row in read_shard(file).to_numpy() for cell in row)


@pytest.mark.parametrize("later", [{}, {"email": ""}, {"email": "info@alnoor.example"}], ids=["same", "gone", "other"])
def test_a_manager_destroyed_in_a_companys_row_does_not_come_back_with_the_name_alone(
    source: Make, later: dict[str, str]
) -> None:
    guide = source(columns=COLUMNS)
    given = {**MANAGER, **(MAILBOX if later else {})}
    guide.delivers([given])
    assert "person" in theirs()
    destroyed(guide)
    guide.delivers([{**given, **later}, {**COMPANY, "id": "902"}], later=17 * DAY)
    assert not ask("""
        select 1 from register.contact_point point join register.listing on listing.id = listing_id
         where point.subject_id is not null and listing.name_class = 'organisation'
    """)
    assert "TITLEX" not in landed(guide)
    assert "920000001" in landed(guide)
    assert "TITLEX" not in str(ask("select fields from register.listing"))


def test_the_same_bytes_do_not_bring_a_destroyed_manager_back(source: Make) -> None:
    guide = source(columns=COLUMNS)
    guide.delivers([MANAGER])
    destroyed(guide)
    guide.delivers([MANAGER], later=17 * DAY)
    assert theirs() == []
    assert "سعد" not in landed(guide)


def test_another_manager_of_the_same_company_is_somebody_else(source: Make) -> None:
    guide = source(columns=COLUMNS)
    guide.delivers([MANAGER])
    destroyed(guide)
    guide.delivers([{**MANAGER, "contact": "خالد الحربي"}], later=17 * DAY)
    assert theirs() == ["person"]
    assert "TITLEX" in landed(guide)


def test_the_same_name_in_another_companys_row_is_not_taken_out(source: Make) -> None:
    guide = source(columns=COLUMNS)
    guide.delivers([MANAGER])
    destroyed(guide)
    guide.delivers([{**MANAGER, "id": "901"}], later=17 * DAY)
    assert theirs() == ["person"]


def test_a_row_that_was_landed_before_its_manager_was_destroyed_is_registered_without_them(source: Make) -> None:
    guide = source(columns=COLUMNS)
    guide.delivers([MANAGER])
    file = guide.folder / guide.contract.location.path
    write(file, list(guide.contract.columns), [MANAGER, {**COMPANY, "id": "902"}])
    receipt = receive(guide.contract, file, at=START + 16 * DAY, run=f"run:{uuid4()}", reason="drill")
    for shard in land(receipt.id, guide.contract, at=START + 16 * DAY):
        check(receipt.id, guide.contract, at=START + 16 * DAY)
        prepare(receipt.id, shard, guide.contract, again=True)
    before = {file: file.read_bytes() for file in guide.folder.rglob("rows-*.parquet")}
    destroyed(guide)
    for name, content in before.items():  # as if the destruction had not reached the files yet
        name.write_bytes(content)
    register(receipt.id, guide.contract, at=TOO_LATE)
    assert theirs() == []
    assert "سعد" not in landed(guide)


def test_a_personal_address_goes_with_all_its_parts_and_does_not_come_back(source: Make) -> None:
    guide = source(columns=COLUMNS)
    home = {"street": "Villa 5, Home Street", "box": "POBOX7788", "land": "السعودية"}
    guide.delivers([{**MANAGER, **home, **MAILBOX}])
    make_personal("address")
    destroyed(guide)
    for gone in ("POBOX7788", "Villa 5", "جدة", "TITLEX", "سعد", "saad.alqahtani"):
        assert gone not in landed(guide), gone
    assert "السعودية" in landed(guide), "the country by which the numbers are read"
    guide.delivers([{**MANAGER, **home, **MAILBOX}, {**COMPANY, "id": "902"}], later=17 * DAY)
    assert theirs() == []
    assert "POBOX7788" not in landed(guide)
    assert not ask("select 1 from register.contact_point where value like '%Villa 5%'")


def make_personal(kind: str) -> None:
    """Decide as a person would: these points are those of the manager in the same row."""
    ask(
        """
        update register.contact_point point set class = 'personal', subject_id = other.subject_id
          from register.contact_point other
         where point.kind = :kind and other.listing_id = point.listing_id and other.subject_id is not null
        returning 1
        """,
        kind=kind,
    )


def test_a_plan_is_not_verified_while_a_role_is_left_in_a_landing_file(source: Make) -> None:
    guide = source(columns=COLUMNS)
    guide.delivers([{**MANAGER, **MAILBOX}])
    destroyed(guide)
    columns = ask("select source_columns from duties.destruction_row")[0][0]
    assert sorted(columns) == ["contact", "email", "title"]


def test_a_full_delivery_leaves_no_landing_file_of_an_earlier_one(source: Make) -> None:
    guide = source(columns=COLUMNS)
    guide.delivers([MANAGER])
    guide.delivers([COMPANY], later=DAY)
    folders = list(landing_folders(guide.contract.key))
    assert sorted(file.name for folder in folders for file in folder.iterdir()) == [
        "rows-00001.parquet",
        "seen-00001.parquet",
    ]
    assert "سعد" not in landed(guide)
    assert ask("select count(landing), count(*) from register.delivery") == [(1, 2)]


def test_a_full_delivery_takes_nothing_from_another_source(source: Make) -> None:
    guide, other = source(columns=COLUMNS), source(key="second_guide", location="second.csv", assessment="DPIA-2026-1")
    guide.delivers([MANAGER])
    other.delivers([COMPANY])
    assert "سعد" in landed(guide)
    assert ask("select count(landing) from register.delivery")[0][0] == 2


def test_an_incremental_delivery_leaves_no_older_copy_of_its_rows_and_keeps_every_other(source: Make) -> None:
    guide = source(columns=COLUMNS, delivery="incremental")
    guide.delivers([MANAGER, {**COMPANY, "id": "902", "city": "تبوك"}])
    guide.delivers([COMPANY], later=DAY)
    assert "سعد" not in landed(guide)
    assert "تبوك" in landed(guide)
    assert landed(guide).count("جدة") == 1


def test_what_a_killed_intake_left_of_older_copies_goes_when_it_is_tried_again(source: Make) -> None:
    guide = source(columns=COLUMNS, delivery="incremental")
    guide.delivers([MANAGER, {**COMPANY, "id": "902"}])
    (first,) = guide.folder.rglob("rows-*.parquet")
    frame = read_shard(first)
    guide.delivers([COMPANY], later=DAY, run="nightly:2")
    write_shard(first, frame)
    register(guide.receipts[0], guide.contract, at=guide.at)
    assert landed(guide).count("920000001") == 3, "an older receipt takes nothing from a newer one"
    register(guide.receipts[-1], guide.contract, at=guide.at)
    assert "سعد" not in landed(guide)


def test_a_name_that_was_somebodys_in_a_companys_row_is_taken_out_and_the_row_still_comes_in(source: Make) -> None:
    columns = {**COLUMNS, "name_en": {"field": "organisation", "language": "en"}}
    guide = source(columns=columns)
    row = {**COMPANY, "name_en": "Saad Alqahtani"}
    guide.delivers([row])
    named = ask("select 1 from register.contact_point where source_column = 'name_en'")
    destroyed(guide) if named else pytest.skip("the name is not read as somebody's beside an organisation's")
    guide.delivers([row, {**COMPANY, "id": "902"}], later=17 * DAY)
    assert theirs() == []
    assert "Saad" not in landed(guide)
    assert "Saad" not in str(ask("select fields from register.listing"))


@pytest.mark.parametrize("columns", [None, ["phone"]], ids=["whole row", "cells"])
def test_a_row_is_taken_out_whatever_its_key_ends_in(source: Make, columns: list[str] | None) -> None:
    guide = source()
    guide.delivers([COMPANY])
    (file,) = (file for folder in landing_folders(guide.contract.key) for file in folder.glob("rows-*.parquet"))
    key = b"\x11" * 31 + b"\x00"
    write_shard(file, read_shard(file).assign(**{KEY: [key]}))
    doomed = [(guide.contract.key, key, columns)]
    assert still_landed(doomed) == 1
    assert rewrite_landing(doomed) == 1
    assert still_landed(doomed) == 0
    assert "920000001" not in landed(guide)
