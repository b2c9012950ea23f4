"""A house of which every page has something to show: deliveries over days, messages in each state, what came back."""

from __future__ import annotations

from datetime import timedelta
from uuid import NAMESPACE_URL, UUID, uuid5

from builders import Held, ask, person
from notice_case import controller
from operators_here import LETTER, NOW, SHOP, writes

from include.channels import Channel
from include.channels.outbox import settle
from include.duties.notice.actions import plan_notices, queue_notices
from include.duties.watch import watch
from include.law import Controller
from include.store import Role, begin

DESTROYED = """
    insert into duties.destruction
           (id, trigger, plan_hash, counts, allowed_by, edition, state, planned_at, destroyed_at)
    select gen_random_uuid(), 'retention', sha256('sample'),
           jsonb_build_object('contact_points', 40 * week, 'rows', 90), 'rules', 'sa-2024-09-14',
           'verified', :at - week * interval '7 days', :at - week * interval '7 days'
      from generate_series(1, 9) as week
    returning id
"""
DUE = """
    insert into duties.duty (kind, source_key, state, edition, article, opened_at, starts_at, due_at)
    select 'source_notice', 'sample_guide', 'open', 'sa-2024-09-14', 'IR 4(3)', :at, :at, :at + day * interval '1 day'
      from generate_series(1, 30, 2) as day cross join generate_series(1, 7 + (day * 5) % 23)
    returning id
"""
RETURNED = """
    insert into channels.returned (key, kind, reason, message_id, outcome, read_at)
    values (sha256('mail'), 'hard_bounce', 'mailbox_unknown', :message, 'told_otherwise', :at) returning kind
"""


def fill(guide: Held) -> None:
    """Let a source deliver more each day, tell some people, and let messages end in every way."""
    expecting = [{**SHOP, "id": str(n), "email": f"kdzx@shop{n}.example"} for n in range(100, 108)]
    for days in range(9):
        guide.delivers([*expecting, *(person(n) for n in range(3 + days % 4))], later=timedelta(minutes=5))
    plan_notices(NOW)
    queue_notices(NOW, controller())
    writes(LETTER, text="السيد سعد ماجد النموذج\n\nلدينا رقم هاتفك من دليل العينة.\n\nDear Mr Sample, we hold it.\n")
    for place, (state, code) in enumerate([("sent", None), ("failed", "smtp_550_5.1.1"), ("expired", "expired")]):
        for channel in (Channel.EMAIL, Channel.SMS):
            end(writes(_id(f"{place}{channel}"), channel=channel).id, state, code)
    writes(_id("code"), kind="identity_code")
    ask(RETURNED, message=_id("0email"), at=NOW)
    ask("update channels.message set state = 'bounced' where id = :id returning id", id=_id("0email"))
    ask(DESTROYED, at=NOW)
    ask(DUE, at=NOW)
    watch(NOW, Controller())


def end(message: UUID, state: str, code: str | None) -> None:
    """Let a message end."""
    proof = f"<{message.hex}@amanah.example>" if state == "sent" else None
    with begin(Role.RELAY) as connection:
        settle(connection, message, state, NOW, code=code, proof=proof)


def _id(name: str) -> UUID:
    return uuid5(NAMESPACE_URL, name)


BOUNCED, CODE, SENT = _id("0email"), _id("code"), _id("0sms")
