"""New rules decide again what is held: first shown, then done, and what was decided before stays readable."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from builders import START, Held, ask
from sqlalchemy import text

from include.duties.notice.actions import plan_notices
from include.intake.classification import RULES
from include.intake.redeciding import Redecided, redecide
from include.store import Role, begin

Make = Callable[..., Held]
DAY = timedelta(days=1)
COMPANY = {
    "id": "1",
    "name": "شركة النور للتجارة المحدودة",
    "phone": "920000001",
    "email": "info@alnoor.example",
    "city": "الرياض",
}
MANAGER = {
    "id": "2",
    "name": "شركة الأفق للمقاولات المحدودة",
    "contact": "سعد القحطاني",
    "email": "saad.alqahtani@alofuq.example",
    "city": "جدة",
}
TABLES = (
    "register.listing", "register.contact_point", "register.subject", "register.identity", "register.past_decision",
    "register.review", "duties.notice", "duties.duty",
)  # fmt: skip


def held() -> dict[str, list[str]]:
    return {table: sorted(str(row[0]) for row in ask(f"select t::text from {table} t")) for table in TABLES}


def decided_by_older_rules(klass: str, where: str = "true") -> None:
    """Let the register hold what older rules had said: that these points are all of one class, and whose."""
    somebody = "null"
    with begin(Role.INTAKE) as connection:
        if klass != "business":
            made = connection.execute(text(SOMEBODY)).scalar_one()
            somebody = f"coalesce(subject_id, '{made}')"
        connection.execute(
            text(f"""
                update register.contact_point
                   set rules = 'rules/0-older', class = :class, reasons = '{{older}}', subject_id = {somebody},
                       permission = case :class when 'business' then 'business_use' else 'blocked' end
                 where {where}
            """),
            {"class": klass},
        )


SOMEBODY = """
insert into register.subject (jurisdiction, language, created_at) values ('sa', 'ar', now()) returning id
"""


def again(guide: Held, *, apply: bool, later: timedelta = DAY) -> Redecided:
    return redecide(guide.contract, at=guide.at + later, apply=apply)


def test_a_dry_run_says_what_would_change_by_kind_and_shows_numbers_only_and_changes_nothing(source: Make) -> None:
    guide = source()
    guide.delivers([COMPANY, MANAGER])
    decided_by_older_rules("business", "normalised = 'saad.alqahtani@alofuq.example'")
    before = held()
    found = again(guide, apply=False)
    (change,) = [change for change in found.changes if change.before != change.after]
    assert (change.kind, change.before, change.after, change.points) == ("email", "business", "personal", 1)
    assert change.sample == tuple(
        row[0] for row in ask("select id from register.contact_point where normalised like 'saad%'")
    )
    assert found.transitions["business_to_personal"] == 1
    assert "alofuq" not in repr(found)
    assert held() == before


def test_what_becomes_personal_is_blocked_at_once_and_its_clock_started_at_receipt(source: Make) -> None:
    guide = source()
    guide.delivers([COMPANY, MANAGER])
    decided_by_older_rules("business")
    assert plan_notices(guide.at) == 0
    again(guide, apply=True, later=5 * DAY)
    (point,) = ask("select * from register.contact_point where normalised = 'saad.alqahtani@alofuq.example'")
    assert (point._mapping["class"], point.permission, point.rules) == ("personal", "blocked", RULES)
    assert point.subject_id is not None
    plan_notices(guide.at + 5 * DAY)
    (notice,) = ask("select received_at, due_at from duties.notice where subject_id = :id", id=point.subject_id)
    assert notice.received_at == START + timedelta(minutes=1)
    assert notice.due_at == notice.received_at + 30 * DAY


def test_what_becomes_business_is_let_go_and_what_was_owed_about_it_is_void(source: Make) -> None:
    guide = source()
    guide.delivers([COMPANY])
    decided_by_older_rules("personal", "kind = 'email'")
    assert plan_notices(guide.at) == 1
    again(guide, apply=True)
    (point,) = ask("select * from register.contact_point where kind = 'email'")
    assert (point._mapping["class"], point.permission, point.subject_id) == ("business", "business_use", None)
    plan_notices(guide.at + DAY)
    assert ask("select state, outcome from duties.notice") == [("exempt", "no_longer_held")]
    assert ask("select state, outcome from duties.duty") == [("done", "no_longer_held")]
    assert not ask("select 1 from register.subject")


def test_the_decision_before_stays_readable_with_the_rules_and_the_time_that_gave_it(source: Make) -> None:
    guide = source()
    guide.delivers([MANAGER])
    decided_by_older_rules("business", "kind = 'email'")
    again(guide, apply=True)
    (old,) = ask("""
        select past.class, past.rules, past.reasons, past.decided_at, past.replaced_at
          from register.past_decision past join register.contact_point point on point.id = contact_point_id
         where point.kind = 'email'
    """)
    assert (old[0], old.rules, old.reasons) == ("business", "rules/0-older", ["older"])
    assert (old.decided_at, old.replaced_at) == (guide.at, guide.at + DAY)


def test_a_second_re_decision_changes_nothing(source: Make) -> None:
    guide = source()
    guide.delivers([COMPANY, MANAGER])
    decided_by_older_rules("business")
    again(guide, apply=True)
    before = held()
    found = again(guide, apply=True, later=2 * DAY)
    assert held() == before
    assert all(change.before == change.after for change in found.changes)


def test_who_is_named_by_new_rules_alone_is_found_and_their_clock_started_at_receipt(source: Make) -> None:
    guide = source()
    guide.delivers([{"id": "3", "name": "سعد القحطاني"}])
    ask("delete from register.contact_point where kind = 'person' returning 1")
    found = again(guide, apply=True, later=9 * DAY)
    assert found.found == 1
    (point,) = ask("select * from register.contact_point where kind = 'person'")
    assert (point._mapping["class"], point.permission) == ("personal", "blocked")
    assert point.received_at == guide.at
    assert point.subject_id is not None


def test_what_a_source_withdrew_is_not_read_again_and_is_counted(source: Make) -> None:
    guide = source()
    guide.delivers([COMPANY, MANAGER])
    guide.delivers([COMPANY])
    before = ask("select id, class, rules, decided_at from register.contact_point order by id")
    found = again(guide, apply=True)
    assert (
        found.unread
        == ask("""
        select count(*) from register.contact_point point join register.listing on listing.id = listing_id
         where listing.state = 'withdrawn'
    """)[0][0]
    )
    assert found.unread > 0
    assert ask("select id, class, rules, decided_at from register.contact_point order by id") == before
