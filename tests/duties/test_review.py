"""What is undetermined waits for a person, and for no longer than the law's doubt may last."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from threading import Barrier, Thread

import pytest
from builders import START, Held, ask
from sqlalchemy import text

from include.duties.destruction.actions import destroy_due
from include.duties.notice.actions import plan_notices
from include.duties.review import TEXTS, UnknownReason, decide, history, labels, settle_unreviewed, waiting
from include.evidence import verify
from include.intake.redeciding import AlreadyReviewed, PointGone, redecide
from include.store import Role, begin

Make = Callable[..., Held]
DAY = timedelta(days=1)
SHOP = {"id": "8", "name": "شركة الواحة للتجارة المحدودة", "email": "kdzx@alwaha.example", "city": "جدة"}
WHY = {"business": "confirmed_by_organisation", "personal": "answered_by_a_person"}


def reviews(point: int, klass: str, guide: Held, **more: object) -> str:
    return decide(point, klass, reason=WHY[klass], by="officer", at=guide.at + timedelta(hours=1), **more)  # type: ignore[arg-type]


def one_waits(guide: Held, row: dict[str, str] = SHOP) -> int:
    guide.delivers([row])
    (point,) = waiting()
    return point.id


def held(point: int) -> tuple[str, str, str]:
    rows = ask("select class, permission, decided_by from register.contact_point where id = :id", id=point)
    return tuple(rows[0])


def test_the_queue_is_led_by_what_must_be_decided_first_and_shows_no_value(source: Make) -> None:
    later, first = source(), source(key="earlier_guide", location="earlier.csv", assessment="DPIA-1")
    later.at += 2 * DAY
    later.delivers([SHOP])
    first.delivers([{**SHOP, "email": "kdzx@alofuq.example"}])
    queue = waiting()
    assert [point.source for point in queue] == ["earlier_guide", "sample_guide"]
    assert all(point.reasons and point.decided_by == point.received_at + 3 * DAY for point in queue)
    assert "alwaha" not in repr(queue)
    assert len(waiting(1)) == 1


def test_a_decision_routes_at_once_and_keeps_what_the_rules_had_said_beside_it(source: Make) -> None:
    guide = source()
    point = one_waits(guide)
    assert reviews(point, "business", guide) == "undetermined"
    assert held(point) == ("business", "business_use", "review")
    known = history(point)
    assert [decision["class"] for decision in known.decisions] == ["business", "undetermined"]
    (review,) = known.reviews
    assert (review["class"], review["reason"]) == ("business", "confirmed_by_organisation")
    (kept,) = ask("select original_class, original_rules, reviewed_by from register.review")
    assert kept[0] == "undetermined"
    assert kept.original_rules
    assert kept.reviewed_by == "officer"
    assert waiting() == []


def test_a_point_decided_personal_stays_blocked_and_its_clock_is_that_of_receipt(source: Make) -> None:
    guide = source()
    point = one_waits(guide)
    plan_notices(guide.at)
    before = ask("select id, due_at from duties.notice")
    reviews(point, "personal", guide)
    plan_notices(guide.at + DAY)
    assert held(point) == ("personal", "blocked", "review")
    assert ask("select id, due_at from duties.notice") == before


def test_a_business_point_that_a_person_finds_personal_gets_a_subject_and_is_blocked(source: Make) -> None:
    guide = source()
    guide.delivers([{**SHOP, "email": "info@alwaha.example"}])
    (point,) = ask("select id from register.contact_point where kind = 'email'")
    reviews(point.id, "personal", guide)
    assert held(point.id) == ("personal", "blocked", "review")
    assert plan_notices(guide.at + 5 * DAY) == 1
    assert ask("select received_at from duties.notice")[0][0] == guide.at


def test_a_correction_survives_a_delivery_and_a_re_decision_with_the_same_evidence(source: Make) -> None:
    guide = source()
    point = one_waits(guide)
    reviews(point, "business", guide)
    guide.delivers([{**SHOP, "city": "الرياض مدينة أخرى"}], later=DAY)  # the address is evidence too
    assert held(point)[0] != "business"
    (point,) = [waits.id for waits in waiting()]
    reviews(point, "business", guide)
    guide.delivers([SHOP | {"city": "الرياض مدينة أخرى", "email": " KDZX@alwaha.example"}], later=DAY)
    assert held(point) == ("business", "business_use", "review")
    redecide(guide.contract, at=guide.at + DAY, apply=True)
    assert held(point) == ("business", "business_use", "review")


def test_a_correction_falls_when_what_it_rests_on_changes_and_both_stay_readable(source: Make) -> None:
    guide = source()
    point = one_waits(guide)
    reviews(point, "business", guide)
    guide.delivers([{**SHOP, "contact": "سعد القحطاني"}], later=DAY)
    assert held(point)[0] in ("personal", "undetermined")
    assert held(point)[1:] == ("blocked", "rules")
    assert ask("select ended_by from register.review") == [("evidence_changed",)]
    assert [decision["decided_by"] for decision in history(point).decisions] == ["rules", "review", "rules"]


def test_what_nobody_decided_in_time_is_personal_from_that_day_on_and_no_re_decision_brings_doubt_back(
    source: Make,
) -> None:
    guide = source()
    point = one_waits(guide)
    assert settle_unreviewed(guide.at + 3 * DAY - timedelta(seconds=1)) == 0
    assert held(point)[0] == "undetermined"
    assert settle_unreviewed(guide.at + 3 * DAY) == 1
    assert settle_unreviewed(guide.at + 3 * DAY) == 0
    assert held(point) == ("personal", "blocked", "deadline")
    assert history(point).decisions[0]["reasons"][-1] == "unreviewed_in_time"
    assert history(point).decisions[1]["class"] == "undetermined"
    redecide(guide.contract, at=guide.at + 4 * DAY, apply=True)
    assert held(point) == ("personal", "blocked", "deadline")
    reviews(point, "business", guide)
    assert held(point)[0] == "business"


def test_of_two_reviewers_at_once_one_decides_and_the_other_is_told(source: Make) -> None:
    guide = source()
    point = one_waits(guide)
    together, ends = Barrier(2), list[str]()

    def look(klass: str) -> None:
        together.wait()
        try:
            reviews(point, klass, guide)
            ends.append("decided")
        except AlreadyReviewed:
            ends.append("told")

    both = [Thread(target=look, args=(klass,)) for klass in ("business", "personal")]
    for one in both:
        one.start()
    for one in both:
        one.join()
    assert sorted(ends) == ["decided", "told"]
    assert ask("select count(*) from register.review")[0][0] == 1


def test_a_review_is_replaced_only_by_whoever_names_it(source: Make) -> None:
    guide = source()
    point = one_waits(guide)
    reviews(point, "business", guide)
    (review,) = history(point).reviews
    with pytest.raises(AlreadyReviewed):
        reviews(point, "personal", guide)
    reviews(point, "personal", guide, instead_of=review["id"])
    assert held(point) == ("personal", "blocked", "review")
    assert [row[0] for row in ask("select ended_by from register.review order by id")] == ["reviewed_again", None]


def test_a_point_that_was_destroyed_is_not_decided_and_leaves_no_review_behind(source: Make) -> None:
    guide = source()
    point = one_waits(guide)
    reviews(point, "personal", guide)
    plan_notices(guide.at)
    destroy_due(START + 40 * DAY)
    assert not ask("select 1 from register.review")
    with pytest.raises(PointGone):
        reviews(point, "business", guide)
    with pytest.raises(PointGone):
        history(point)


@pytest.mark.parametrize(
    ("klass", "reason"),
    [("business", "because"), ("business", "names_a_person"), ("undetermined", "names_a_person"), ("x", "y")],
)
def test_a_reason_is_one_of_its_class_and_never_free_text(source: Make, klass: str, reason: str) -> None:
    guide = source()
    point = one_waits(guide)
    with pytest.raises(UnknownReason):
        decide(point, klass, reason=reason, by="officer", at=guide.at)
    assert held(point)[0] == "undetermined"


def test_every_reason_is_said_in_both_languages() -> None:
    assert "unreviewed_in_time" in TEXTS
    assert all(set(said) == {"ar", "en"} and all(said.values()) for said in TEXTS.values())


def test_what_people_decided_is_exported_as_labels_and_the_export_is_evidence(source: Make) -> None:
    guide = source()
    point = one_waits(guide)
    reviews(point, "business", guide)
    (row,) = labels("officer", guide.at)
    assert row == (
        "kdzx@alwaha.example", "email", "SA", "organisation", "sample_guide", "review:confirmed_by_organisation",
        SHOP["name"], "", "",
    )  # fmt: skip


def test_every_decision_is_in_the_ledger_with_its_code_and_without_a_value_or_a_name(source: Make) -> None:
    guide = source()
    point = one_waits(guide)
    reviews(point, "business", guide)
    labels("officer", guide.at)
    with begin(Role.AUDITOR) as connection:
        told = {row.kind: row.payload for row in connection.execute(text("select kind, payload from evidence.ledger"))}
    assert "confirmed_by_organisation" in told["point_reviewed"]
    assert '"undetermined_to_business":1' in told["point_reviewed"]
    assert '"labels":1' in told["labels_exported"]
    assert not [word for word in ("officer", "alwaha", "kdzx") if word in "".join(told.values())]
    assert verify().ok
