"""A past delivery is read again as it was, under the edition of its day, and the register stays as it is."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from builders import START, Held, ask, person
from sqlalchemy import text

from include.duties.destruction.actions import destroy_due
from include.duties.notice.actions import plan_notices
from include.intake.abandoning import abandon
from include.intake.landing.files import landing_folders, read_shard
from include.intake.landing.past import KEPT
from include.intake.rereading import NothingThen, PastForgotten, reread
from include.store import Role, begin

Make = Callable[..., Held]
DAY = timedelta(days=1)
NIGHT = datetime.fromisoformat("2026-03-01T02:00:00+03:00")
COMPANY = {"id": "900", "name": "شركة النور للتجارة المحدودة", "phone": "920000001", "city": "جدة"}
SHOP = {"id": "901", "name": "شركة الأمل المحدودة", "phone": "920000002", "city": "الرياض"}

TABLES = ("register.listing", "register.contact_point", "register.subject", "duties.duty", "duties.notice",
          "channels.message", "suppression.entry", "register.delivery", "register.receipt")  # fmt: skip


def held() -> dict[str, list[str]]:
    return {table: sorted(str(row[0]) for row in ask(f"select t::text from {table} t")) for table in TABLES}


def again(guide: Held, night: datetime = NIGHT, run: str = "collect:backfill") -> dict[str, int]:
    found = reread(guide.contract, night, at=guide.at + DAY, run=run)
    assert isinstance(found, dict)
    return found


def test_a_past_delivery_is_told_apart_into_what_stands_what_changed_what_went_and_what_was_destroyed(
    source: Make,
) -> None:
    guide = source()
    guide.delivers([COMPANY, SHOP, {**SHOP, "id": "902"}, person(1), person(1), person(2)])
    guide.delivers([COMPANY, {**SHOP, "city": "جدة"}, person(1), person(2), person(3)], later=DAY)
    plan_notices(START + DAY)
    destroy_due(START + 17 * DAY + timedelta(minutes=2))
    before = held()
    counts = again(guide)
    assert {name: counts[name] for name in ("received", "unchanged", "changed_since", "withdrawn_since")} == {
        "received": 6, "unchanged": 1, "changed_since": 1, "withdrawn_since": 1,
    }  # fmt: skip
    assert counts["destroyed_since"] == 3, "two people, of whom one stood in it twice"
    assert counts["business"] == counts["decided_alike"] > 0
    assert counts["decided_otherwise"] == 0
    assert held() == before, "nothing is registered, owed or sent"


def test_the_delivery_of_a_night_is_the_last_one_received_before_the_next(source: Make) -> None:
    guide = source()
    guide.delivers([COMPANY])
    guide.delivers([COMPANY, SHOP], later=timedelta(hours=3))
    guide.delivers([COMPANY, SHOP, person(1)], later=DAY)
    assert again(guide)["received"] == 2
    assert again(guide, NIGHT + DAY, "collect:next")["received"] == 3


def test_an_unchanged_night_is_read_again_from_the_landing_that_it_repeats(source: Make) -> None:
    guide = source()
    guide.delivers([COMPANY, SHOP])
    guide.delivers([COMPANY, SHOP], later=DAY)
    guide.delivers([COMPANY], later=DAY)
    for night in (NIGHT, NIGHT + DAY):
        counts = again(guide, night, f"collect:{night}")
        assert (counts["received"], counts["unchanged"], counts["withdrawn_since"]) == (2, 1, 1)


def test_a_delivery_that_adds_to_others_is_read_again_across_them(source: Make) -> None:
    guide = source(delivery="incremental")
    guide.delivers([COMPANY, SHOP, person(1)])
    guide.delivers([COMPANY, {**SHOP, "city": "جدة"}], later=DAY)
    counts = again(guide)
    assert (counts["unchanged"], counts["changed_since"], counts["destroyed_since"]) == (2, 1, 0)
    assert counts["decided_alike"] == sum(counts[name] for name in ("business", "personal", "undetermined"))


def test_the_edition_is_the_one_of_that_day_and_what_is_found_is_written_down_once(
    source: Make, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    guide = source()
    guide.delivers([COMPANY])
    coming = tmp_path / "editions" / "sa"
    coming.mkdir(parents=True)
    own = Path(__file__).resolve().parents[2] / "include/law/editions/sa/2024-09-14.yml"
    terms = own.read_text(encoding="utf-8").replace("effective_from: 2024-09-14", "effective_from: 2026-03-02")
    (coming / "2026-03-02.yml").write_text(terms, encoding="utf-8")
    monkeypatch.setenv("AMANAH_EDITIONS", str(coming.parent))
    guide.delivers([COMPANY, SHOP], later=2 * DAY)
    for _ in range(3):
        again(guide)
    again(guide, NIGHT + 2 * DAY, "collect:later")
    told = ask("select edition from register.reread order by at")
    assert [row[0] for row in told] == ["sa-2024-09-14", "sa-2026-03-02"]
    with begin(Role.AUDITOR) as auditor:
        asked = text("select count(*) from evidence.ledger where kind = 'delivery_reread'")
        assert auditor.execute(asked).scalar_one() == 2


def test_where_nothing_was_delivered_that_is_said_and_nothing_is_written(source: Make) -> None:
    guide = source()
    guide.delivers([COMPANY])
    found = reread(guide.contract, NIGHT - DAY, at=guide.at, run="collect:backfill")
    assert isinstance(found, NothingThen)
    assert "no delivery was registered" in found.message
    assert not ask("select 1 from register.reread")


def test_of_a_replaced_delivery_nothing_is_kept_but_keyed_hashes_and_those_for_a_while(source: Make) -> None:
    guide = source()
    guide.delivers([COMPANY, person(1)])
    (old,) = landing_folders(guide.contract.key)
    guide.delivers([COMPANY], later=DAY)
    (kept,) = old.iterdir()
    assert list(read_shard(kept).columns) == ["_row", "_key", "_fingerprint"]
    abandon(START + KEPT)
    assert kept.exists()
    abandon(START + KEPT + DAY)
    assert not old.exists()
    assert len(list(landing_folders(guide.contract.key))) == 1, "the delivery that stands is kept"
    with pytest.raises(PastForgotten, match=r"35 days .* evidence"):
        again(guide)


def test_not_even_a_hash_of_a_destroyed_row_is_kept(source: Make) -> None:
    guide = source()
    guide.delivers([COMPANY, person(1)])
    guide.delivers([COMPANY, person(1), SHOP], later=DAY)
    plan_notices(START + DAY)
    destroy_due(START + 17 * DAY)
    kept = [file for folder in landing_folders(guide.contract.key) for file in folder.glob("seen-*.parquet")]
    assert [len(read_shard(file)) for file in kept] == [1]
