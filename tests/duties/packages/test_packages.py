"""A copy of all that is held of somebody, for them alone."""

from __future__ import annotations

import json
import os
import time
import tracemalloc
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import books
import pytest
from builders import Held, ask, person, recorded
from packages_opened import PERSON, asks, copied, files_of, rows_of, written
from people_told import MORNING, controller, says, subject_of
from printed_pages import seen
from sqlalchemy import Connection, text

from include.documents import Ltr, Rtl
from include.duties.archives.sealing import open_bytes
from include.duties.consent import delete_asked
from include.duties.destroying import destroy_everywhere
from include.duties.packages import Prepared, deliver, prepare, retire
from include.duties.packages.actions import file_of
from include.duties.packages.enclosing import Enclosing
from include.duties.packages.register import STEPS
from include.duties.packages.words import words_in
from include.errors import MayBeRetried
from include.store import Role, begin, keyed
from include.systems.model import Column, System, Table

DAY = timedelta(days=1)
OTHER = "person.2@people.example"


def made(request: UUID | None = None, **more: object) -> Prepared:
    package = prepare(request or asks(), MORNING, controller=controller(), **more)  # type: ignore[arg-type]
    assert package
    return package


def letters() -> list[str]:
    found = ask("select recipient, text_body from channels.message where template = 'package_ready/1'")
    return [f"{row.recipient}\n{row.text_body}" for row in found]


def payloads() -> str:
    with begin(Role.AUDITOR) as store:
        return "\n".join(store.execute(text("select payload from evidence.ledger")).scalars())


def test_a_copy_holds_everything_of_the_register_and_of_every_mapped_system(told: Held, company: Connection) -> None:
    files = copied()
    assert PERSON in [row["value"] for row in rows_of(files, "register.contacts")]
    (source,) = rows_of(files, "register.sources")
    assert source["source"] == "Sample Guide"
    assert all(source[part] for part in ("kind", "received", "basis", "purpose", "retention", "recipients"))
    decided = rows_of(files, "register.decisions")
    assert all(row["reasons"] and row["class"] == "personal" for row in decided if row["value"] == PERSON)
    assert [row["state"] for row in rows_of(files, "register.notices")] == ["told"]
    assert [row["action"] for row in rows_of(files, "register.consents")] == ["we asked you"]
    assert [row["details"] for row in rows_of(files, "register.requests")] == ["soon, please"]
    assert rows_of(files, "books.account")[0]["email"] == PERSON
    assert rows_of(files, "books.session")[0]["ip"] == "192.0.2.1"
    about = {each["key"]: each["about"] for each in json.loads(files["data.json"])["sheets"]}["books.session"]
    assert "90 days" in about["How long it is kept"]


def test_it_holds_nothing_of_anybody_else(told: Held, company: Connection) -> None:
    assert OTHER not in written(copied())


def test_the_same_data_on_the_same_day_is_the_same_bytes(told: Held, company: Connection) -> None:
    request = asks()
    package = made(request).package
    first = b"".join(open_bytes(file_of(package), package))
    put("delete from duties.package")
    later = prepare(request, MORNING + timedelta(hours=3), controller=controller())
    assert later
    assert b"".join(open_bytes(file_of(package), package)) == first
    put("delete from duties.package")
    prepare(request, MORNING + DAY, controller=controller())
    assert b"".join(open_bytes(file_of(package), package)) != first


def put(statement: str) -> None:
    from include.store import owner_url
    from include.store.engine import make_engine

    owner = make_engine(owner_url())
    with owner.begin() as connection:
        connection.execute(text(statement))
    owner.dispose()


def test_asked_again_it_is_made_once(told: Held, company: Connection) -> None:
    request = asks()
    assert made(request) == made(request)
    assert recorded("package_made") == 1


def test_other_people_of_a_listing_are_left_out(source: Callable[..., Held], company: Connection) -> None:
    shared = {**person(1), "name": "مكتب سعد القحطاني وليلى العتيبي", "contact": "ليلى العتيبي"}
    source().delivers([{**shared, "email": f"{PERSON} / {OTHER}"}])
    assert subject_of() != subject_of(OTHER), "two people stand in one row"
    said = written(copied())
    assert PERSON in said
    assert OTHER not in said


def test_other_people_who_are_named_in_what_was_written_are_taken_out(told: Held, company: Connection) -> None:
    company.execute(text("update invoice set remark = 'ask omar@people.example, 0500000077, or سعد القحطاني'"))
    (row,) = rows_of(copied(), "books.invoice")
    assert "omar" not in row["remark"]
    assert "0500000077" not in row["remark"]


def test_a_name_that_the_register_holds_of_somebody_else_is_taken_out_of_what_was_written(
    source: Callable[..., Held], company: Connection
) -> None:
    source().delivers([person(1), {**person(2), "name": "د. ليلى العتيبي", "contact": "ليلى العتيبي"}])
    company.execute(text("update account set email = :mail where id = 1"), {"mail": PERSON})
    company.execute(text("update invoice set remark = 'سعد القحطاني عن ليلى العتيبي'"))
    (row,) = rows_of(copied(), "books.invoice")
    assert "سعد القحطاني" in row["remark"]
    assert "ليلى" not in row["remark"]
    assert "العتيبي" not in row["remark"]


def test_by_a_number_that_two_share_neither_is_looked_for_elsewhere_nor_sent_a_code(
    source: Callable[..., Held], company: Connection
) -> None:
    source().delivers([{**person(1), "phone": "0500000001"}, {**person(5), "phone": "0500000001"}])
    with begin(Role.DUTIES) as store:
        known = STEPS.rows(store, "reachable", {"subject": subject_of()})
    assert [tuple(row) for row in known] == [("email", PERSON)]
    assert "0500000001" in written(copied()), "it is theirs all the same"


def test_two_accounts_with_one_mailbox_and_no_other_name_are_both_theirs(told: Held, company: Connection) -> None:
    company.execute(text("update account set email = :mail"), {"mail": PERSON})
    assert len(rows_of(copied(), "books.account")) == 2


def test_a_value_that_looks_like_markup_or_a_formula_is_only_a_value(
    source: Callable[..., Held], company: Connection
) -> None:
    source().delivers([{**person(1), "name": "=cmd() #panic(1) <b>د. سعد القحطاني</b>"}])
    company.execute(text("update account set email = :mail where id = 1"), {"mail": PERSON})
    company.execute(text("update invoice set remark = '=HYPERLINK(\"x\") #eval <script>', buyer = '@sum(a)'"))
    files = copied()
    assert "'=HYPERLINK" in files["csv/books.invoice.csv"].decode("utf-8-sig")
    assert "'@sum(a)" in files["csv/books.invoice.csv"].decode("utf-8-sig")
    assert rows_of(files, "books.invoice")[0]["remark"].startswith("=HYPERLINK")
    assert "#eval<script>" in "".join(seen(files["copy.pdf"]))


def test_a_file_of_theirs_is_enclosed_and_a_recording_in_which_others_may_be_heard_is_not(
    told: Held, company: Connection, tmp_path: Path
) -> None:
    books.record(company, tmp_path / "calls", 1, 1, "2026-02-20")
    books.record(company, tmp_path / "calls", 2, 1, "2026-02-21").unlink()
    files = copied()
    assert [name for name in files if name.startswith("files/")] == []
    assert {row["path"] for row in rows_of(files, "books.recording")} == {words_in("en").enclosing["others"]}
    known = tmp_path / "systems/books.yml"
    known.write_text(books.MAP.replace("path: {file: true}", "path: {file: true, alone: true}"), "utf-8")
    files = copied(at=MORNING + timedelta(minutes=1))
    assert files["files/books.recording/1.wav"] == b"RIFF....WAVE"
    said = [row["path"] for row in rows_of(files, "books.recording")]
    assert said == ["files/books.recording/1.wav", words_in("en").enclosing["missing"]]
    assert "call-1" not in written(files), "what a file is called may name somebody"
    counted = ask("select counts from duties.package order by made_at desc limit 1")[0].counts
    assert (counted["enclosed"], counted["not_enclosed"]) == (1, 1)


def test_what_is_too_large_for_a_package_is_named_and_not_enclosed(tmp_path: Path) -> None:
    (tmp_path / "calls").mkdir()
    (tmp_path / "calls/scan.pdf").write_bytes(b"12345678")
    path = Column(name="path", file=True, categories=("user.content.private",))
    table = Table(name="scan", key=("id",), columns=(path,))
    system = System(key="books", files="CALLS", tables=(table,), edges=())
    settings = {"CALLS": str(tmp_path / "calls")}

    def said(**limits: int) -> list[str | None]:
        enclosing = Enclosing(words_in("en"), settings, **limits)
        return [
            enclosing.instead_of(system, table, path, value) for value in ("scan.pdf", "scan.pdf", "../other", None)
        ]

    named, why = "files/books.scan/{}.pdf", words_in("en").enclosing
    large, missing = why["large"], why["missing"]
    assert said() == [named.format(1), named.format(2), missing, None]
    assert said(largest=7) == [large, large, missing, None]
    assert said(at_most=15) == [named.format(1), large, missing, None]


def test_two_who_make_the_same_package_at_once_make_one(told: Held, company: Connection) -> None:
    request = asks()
    with ThreadPoolExecutor(2) as both:
        made_by = [both.submit(made, request) for _ in range(2)]
    assert made_by[0].result() == made_by[1].result()
    assert recorded("package_made") == 1


def test_two_who_let_packages_go_at_once_record_it_once(told: Held, company: Connection) -> None:
    request = asks()
    package = made(request).package
    over = MORNING + 15 * DAY
    with ThreadPoolExecutor(1) as other:
        with begin(Role.DUTIES) as first:
            assert STEPS.run(first, "destroyed", {"id": package, "at": over}) == 1
            second = other.submit(retire, over)
            time.sleep(0.5)
        assert second.result() == 0
    assert recorded("package_destroyed") == 0, "whoever was first records it, and nobody else"


def test_the_pages_are_in_the_persons_language(told: Held, company: Connection) -> None:
    english, arabic = copied(language="en"), copied(language="ar", at=MORNING + timedelta(minutes=1))
    pages = "".join(seen(english["copy.pdf"]))
    for words in ("Acopyofyourpersonaldatawithus", PERSON, "SampleGuide", "192.0.2.1", "Howlongitiskept"):
        assert words in pages
    assert PERSON in "".join(seen(arabic["copy.pdf"]))
    assert "دليل العينة" in written(arabic)
    assert "بيانات التواصل" in written(arabic)


def test_nothing_readable_of_it_lies_on_the_disk(told: Held, company: Connection) -> None:
    package = made().package
    (file,) = file_of(package).parent.iterdir()
    sealed = file.read_bytes()
    assert PERSON.encode() not in sealed
    assert b"PK" not in sealed[:100]
    assert file.stat().st_mode & 0o077 == 0
    assert "copy.pdf" in files_of(package)


def test_a_system_that_is_away_leaves_no_half_copy(
    told: Held, company: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    request, address = asks(), os.environ["AMANAH_SYSTEM_BOOKS"]
    monkeypatch.setenv("AMANAH_SYSTEM_BOOKS", "postgresql://me:letmein@127.0.0.1:9/books")
    with pytest.raises(MayBeRetried, match="away"):
        prepare(request, MORNING, controller=controller())
    assert deliver(request, controller(), MORNING) is None
    assert ask("select state from duties.package") == [("writing",)]
    monkeypatch.setenv("AMANAH_SYSTEM_BOOKS", address)
    assert "csv/books.account.csv" in files_of(made(request).package)


def test_the_letter_brings_a_link_and_nothing_of_the_data_and_goes_once(told: Held, company: Connection) -> None:
    request = asks()
    made(request)
    first = deliver(request, controller(), MORNING)
    assert first
    assert first.expires_at == MORNING + 14 * DAY
    assert deliver(request, controller(), MORNING + DAY) == first
    (letter,) = letters()
    assert "/d/" in letter
    assert letter.startswith(PERSON)
    assert "192.0.2.1" not in letter


def test_nobody_is_told_at_a_contact_that_somebody_shares(told: Held, company: Connection) -> None:
    request = asks()
    made(request)
    put("update register.contact_point p set key = (select key from register.contact_point where normalised = "
        f"'{PERSON}') where normalised = '{OTHER}'")  # fmt: skip
    assert deliver(request, controller(), MORNING) is None
    assert letters() == []


def test_whom_only_a_number_reaches_is_told_over_what_carries_to_it(told: Held, company: Connection) -> None:
    request = asks()
    made(request)
    put(f"update register.contact_point set kind = 'phone', normalised = '+966500000001' where normalised = '{PERSON}'")
    assert deliver(request, controller(), MORNING, {}) is None
    assert deliver(request, controller(), MORNING, {"AMANAH_WHATSAPP_URL": "json://carrier.example"})
    told_by = ask("select channel, recipient from channels.message where template = 'package_ready/1'")
    assert told_by == [("whatsapp", "+966500000001")]


def test_it_is_told_at_a_mailbox_from_which_nothing_came_back_before_one_from_which_something_did(
    told: Held, company: Connection
) -> None:
    request = asks()
    made(request)
    for value in ("b@people.example", "c@people.example"):
        put("insert into duties.own_contact (id, subject_id, purpose, channel, kind, value, key, received_at, "
            "provenance) select "
            f"gen_random_uuid(), subject_id, 'business_contact', 'email', 'email', '{value}', "
            f"decode('{keyed('email', value).hex()}', 'hex'), now(), 'own' "
            f"from register.contact_point where normalised = '{PERSON}'")  # fmt: skip
    put("insert into channels.message (id, kind, channel, recipient_key, language, template, jurisdiction, state, "
        "not_before, created_at, urgency) select gen_random_uuid(), 'x', 'email', key, 'en', 'x', 'sa', 'bounced', "
        "now(), now(), 1 from duties.own_contact where value = 'b@people.example'")  # fmt: skip
    assert deliver(request, controller(), MORNING)
    (letter,) = letters()
    assert letter.startswith("c@people.example")


def test_one_that_went_before_anybody_was_told_is_made_again_for_the_same_person(
    told: Held, company: Connection
) -> None:
    request, later = asks(), MORNING + 15 * DAY
    made(request)
    assert retire(later) == 1
    assert prepare(request, later, controller=controller())
    assert retire(later) == 0
    assert deliver(request, controller(), later)


def test_after_its_time_it_is_gone_from_the_disk(told: Held, company: Connection) -> None:
    request = asks()
    package = made(request).package
    deliver(request, controller(), MORNING)
    assert retire(MORNING + 13 * DAY) == 0
    assert retire(MORNING + 14 * DAY) == 1
    assert list(file_of(package).parent.iterdir()) == []
    assert ask("select state, subject_id from duties.package") == [("destroyed", None)]
    assert retire(MORNING + 15 * DAY) == 0
    assert recorded("package_destroyed") == 1


def test_a_copy_goes_with_its_person(told: Held, company: Connection) -> None:
    package = made().package
    says(delete_asked, subject_of(), at=MORNING)
    assert destroy_everywhere(MORNING + timedelta(hours=1))["packages"] == 1
    assert list(file_of(package).parent.iterdir()) == []


def test_nobody_gets_a_copy_of_nobody(told: Held, company: Connection) -> None:
    request = asks()
    put("update duties.request set subject_id = null")
    assert prepare(request, MORNING, controller=controller()) is None
    assert recorded("package_made") == 0


def test_the_ledger_knows_a_copy_by_counts_and_a_keyed_hash(told: Held, company: Connection) -> None:
    request = asks()
    made(request)
    deliver(request, controller(), MORNING)
    assert recorded("package_delivered") == 1
    assert PERSON not in payloads()
    assert '"withheld"' in payloads()


def test_ten_thousand_rows_are_copied_in_flat_memory(
    told: Held, company: Connection, caplog: pytest.LogCaptureFixture
) -> None:
    def peak(rows: int) -> int:
        company.execute(text("delete from session"))
        company.execute(
            text("insert into session select n, 1, '192.0.2.1', cast('2026-02-20' as timestamptz) "
                 "from generate_series(1, :rows) n"),
            {"rows": rows},
        )  # fmt: skip
        request = asks(at=MORNING + timedelta(seconds=rows))
        tracemalloc.start()
        made(request)
        most = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return most

    peak(10)
    few, many = peak(1_000), peak(10_000)
    assert many < few + 4_000_000
    assert ask("select max(cast(counts ->> 'rows' as int)) from duties.package")[0][0] > 10_000


@pytest.mark.parametrize(
    ("said", "language", "shown"),
    [
        ("+966 50 000 0001", "ar", Ltr("+966 50 000 0001")),
        ("الرياض 12214-7654", "ar", "الرياض \u206612214-7654\u2069"),
        ("فاتورة INV-2026-0042، بقيمة 1,250.00 ر.س", "ar",
         "فاتورة \u2066INV-2026-0042\u2069، بقيمة \u20661,250.00\u2069 ر.س"),
        ("(المادة 10)", "ar", "(المادة \u206610\u2069)"),
        ("الرياض 12214-7654", "en", Rtl("الرياض \u206612214-7654\u2069")),
        ("Dr هند", "en", "\u2066Dr\u2069 هند"),
        ("plain 12-34", "en", "plain 12-34"),
    ],
)  # fmt: skip
def test_numbers_and_words_of_another_direction_keep_their_order_in_a_page(
    said: str, language: str, shown: str
) -> None:
    from include.duties.packages.pages import _shown

    found = _shown(said, language)
    assert (type(found), found) == (type(shown), shown)
