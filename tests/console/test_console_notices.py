"""The outbox by counts and ids; what a message says only to the officer, each reading in the ledger, and as text."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from hashlib import sha256
from typing import Any
from uuid import UUID, uuid4

import pytest
from builders import Held, ask, person
from notice_case import controller
from operators_here import LETTER, LINK, NOW, Visitor, writes
from sqlalchemy import text

from include.channels import Channel, OutgoingMessage
from include.channels.outbox import settle
from include.console.forms import seal_for
from include.console.notices import LAST, LATER, STEPS
from include.duties.notice.actions import plan_notices, queue_notices
from include.duties.reading import MOST, LetterGone, Withheld, read_letter
from include.duties.reading.letters import masked
from include.duties.rights.letters import WORDED
from include.duties.specimens import specimen
from include.store import Role, StoreRefused, begin, keyed

Sign = Callable[..., Visitor]
Make = Callable[..., Held]
PAGE = f"/notices/message/{LETTER}"
PROOF = "<letter@amanah.example>"


def told(kind: str) -> list[dict[str, Any]]:
    with begin(Role.AUDITOR) as connection:
        rows = connection.execute(text("select payload from evidence.ledger where kind = :kind"), {"kind": kind})
        return [json.loads(row.payload) for row in rows]


def ends(message: UUID, state: str, **more: Any) -> None:
    with begin(Role.RELAY) as connection:
        settle(connection, message, state, NOW, **more)


def came_back(message: UUID, kind: str = "hard_bounce") -> None:
    ask("""
        insert into channels.returned (key, kind, reason, message_id, outcome, read_at)
        values (sha256(cast(:message as text)::bytea), :kind, 'no_such_mailbox', :message, 'told_otherwise', :at)
        returning kind
    """, message=message, kind=kind, at=NOW)  # fmt: skip


def read(officer: Visitor, message: UUID = LETTER) -> Any:
    action = f"/notices/message/{message}/read"
    return officer.http.post(action, data={"seal": seal_for("dpo", action, NOW)})


def test_messages_are_counted_by_kind_channel_and_state_and_lead_to_their_list(visitor: Sign, letter: object) -> None:
    for channel in (Channel.EMAIL, Channel.SMS):
        writes(uuid4(), channel=channel, kind="rights_request")
    sent = writes(uuid4())
    ends(sent.id, "sent", proof=PROOF)
    page = visitor("engineer", "engineer").get("/notices").text
    rows = re.findall(r'href="/amanah/notices/(\w+)/(\w+)/(\w+)".*?class="number">([\d,]+)</td>', page)
    assert rows == [
        ("rights_request", "email", "ready", "1"), ("rights_request", "sms", "ready", "1"),
        ("source_notice", "email", "ready", "1"), ("source_notice", "email", "sent", "1"),
    ]  # fmt: skip
    listed = visitor("engineer", "engineer").get("/notices/source_notice/email/sent").text
    assert str(sent.id) in listed
    assert str(LETTER) not in listed


def test_notices_are_counted_by_state_and_channel(visitor: Sign, source: Make) -> None:
    source().delivers([person(1), person(2)])
    plan_notices(NOW)
    assert re.search(r'Owed</th><td class="number">2<', visitor().get("/notices").text)
    queue_notices(NOW, controller())
    page = visitor().get("/notices").text
    assert re.search(r'In the outbox</th><td class="number">2<', page)
    assert "people.example" not in page


def test_a_message_shows_its_proof_and_what_came_back_and_not_to_whom_it_went(visitor: Sign, letter: object) -> None:
    ends(LETTER, "sent", proof=PROOF)
    came_back(LETTER)
    page = visitor("auditor", "auditor").get(PAGE).text
    assert PROOF.replace("<", "&lt;").replace(">", "&gt;") in page
    assert sha256(PROOF.encode()).hexdigest() in page
    assert "no_such_mailbox" in page
    assert "nothing of it is kept" in page
    assert "people.example" not in page
    assert "no_such_mailbox" in visitor("auditor", "auditor").get("/notices").text


def test_what_waits_is_masked_until_the_officer_asks_and_each_reading_is_in_the_ledger(
    visitor: Sign, source: Make
) -> None:
    source().delivers([person(1)])
    plan_notices(NOW)
    queue_notices(NOW, controller())
    ((message, subject),) = ask("select message_id, subject_id from duties.notice")
    officer, page = visitor(), f"/notices/message/{message}"
    assert "people.example" not in officer.get(page).text
    assert told("value_read") == []
    shown = officer.sends(page, f"{page}/read").text
    assert "person.1@people.example" in shown
    assert "Amanah Sample Company" in shown
    (event,) = told("value_read")
    assert event["refs"] == {"subject": str(subject)}
    assert event["codes"] == {"reason": "to_check"}
    assert event["hashes"] == {"actor": keyed("login", "dpo").hex()}
    assert "people.example" not in json.dumps(event)
    assert "to_check" in visitor("auditor", "auditor").get("/evidence/value_read").text


def test_what_a_message_says_is_text_that_runs_and_fetches_nothing_and_its_links_open_nothing(
    visitor: Sign, letter: OutgoingMessage
) -> None:
    shown = read(visitor()).text
    assert "To Mr Kdzx &lt;script&gt;alert(1)&lt;/script&gt;" in shown
    assert not re.search(r"<script>|<iframe|<img|onclick", shown)
    assert LINK not in shown
    assert LINK.rpartition("/")[0] in shown


@pytest.mark.parametrize("office", ["engineer", "auditor"])
def test_nobody_else_is_offered_to_read_it(visitor: Sign, letter: object, office: str) -> None:
    page = visitor(office, office).get(PAGE).text
    assert "<form" not in page
    assert "Only the data protection officer reads a message" in page


def test_a_code_by_which_somebody_proves_who_they_are_is_shown_to_nobody(visitor: Sign, database: str) -> None:
    writes(LETTER, kind="identity_code", text="Your code: 004417")
    officer = visitor()
    assert "<form" not in officer.get(PAGE).text
    refused = read(officer)
    assert refused.status_code == 403
    assert "004417" not in refused.text
    assert told("value_read") == []
    with pytest.raises(Withheld):
        read_letter(LETTER, by="dpo", at=NOW)


@pytest.mark.parametrize("state", ["sent", "failed", "expired"])
def test_a_message_that_went_meanwhile_is_not_read_and_nothing_is_recorded(
    visitor: Sign, letter: object, state: str
) -> None:
    ends(LETTER, state, code=None if state == "sent" else "expired", proof=PROOF if state == "sent" else None)
    refused = read(visitor())
    assert refused.status_code == 410
    assert "does not wait any more" in refused.text
    assert told("value_read") == []
    with pytest.raises(LetterGone):
        read_letter(LETTER, by="dpo", at=NOW)


def test_reading_too_many_letters_raises_the_same_alarm(letter: object) -> None:
    alarms = [read_letter(LETTER, by="dpo", at=NOW).alarmed for _ in range(MOST + 2)]
    assert [place for place, alarmed in enumerate(alarms) if alarmed] == [MOST]


def test_a_message_is_found_by_its_id_or_its_notices_and_by_nothing_else(visitor: Sign, source: Make) -> None:
    source().delivers([person(1)])
    plan_notices(NOW)
    queue_notices(NOW, controller())
    ((message, notice),) = ask("select message_id, id from duties.notice")
    officer = visitor()
    for known in (message, notice):
        assert officer.get(f"/notices?id={known}").headers["location"] == f"/amanah/notices/message/{message}"
    unknown = officer.get(f"/notices?id={uuid4()}").headers["location"].removeprefix("/amanah")
    assert officer.get(unknown).status_code == 410
    assert officer.get("/notices?id=person.1@people.example").status_code == 422
    assert officer.get("/notices?id=%25").status_code == 422


def test_a_long_list_goes_on_where_the_page_ended_the_latest_first(visitor: Sign, letter: object) -> None:
    ask("""
        insert into channels.message (id, kind, channel, recipient, language, template, jurisdiction, state, not_before,
                                      created_at)
        select gen_random_uuid(), kind, channel, recipient, language, template, jurisdiction, state, not_before,
               created_at - (number / 3) * interval '1 minute'
          from channels.message cross join generate_series(1, 119) as number
        returning id
    """)
    engineer, page, seen = visitor("engineer", "engineer"), "/notices/source_notice/email/ready", list[str]()
    while page:
        shown = engineer.get(page).text
        seen += re.findall(r'href="/amanah/notices/message/([0-9a-f-]{36})"', shown)
        page = (re.findall(r'href="/amanah(/notices/\w+/email/ready\?before=[0-9a-f-]+)"', shown) or [""])[0]
    assert len(seen) == len(set(seen)) == 120
    assert seen == [str(row[0]) for row in ask("select id from channels.message order by created_at desc, id desc")]


def test_every_token_of_a_link_is_masked_and_words_are_not() -> None:
    token = "a2b3c4d5e6" * 4
    assert masked(f"https://x.example/p/{token}\nhttps://x.example/u/{token[:39]}") == (
        "https://x.example/p/……\nhttps://x.example/u/……"
    )
    plain = "internationalisation of electroencephalographic notices, reference 3FA85F64"
    assert masked(plain) == plain


def test_a_letter_that_is_gone_is_shown_in_the_words_of_its_template_with_blanks_and_nothing_is_read(
    visitor: Sign, source: Make
) -> None:
    source().delivers([person(1)])
    plan_notices(NOW)
    queue_notices(NOW, controller())
    ((message, notice),) = ask("select message_id, id from duties.notice")
    page = f"/notices/message/{message}"
    assert "no letter that anybody got" not in visitor().get(page).text, "the letter itself waits"
    ends(message, "sent", proof=PROOF)
    for office in ("engineer", "auditor", "officer"):
        shown = visitor(office, office).get(page).text
        for said in ("no letter that anybody got", "source_notice/3", "Sample Guide", "Amanah Sample Company",
                     "[categories of their data]", "[link to their page]", "[فئات بياناته]"):  # fmt: skip
            assert said in shown
        assert "people.example" not in shown
        assert str(notice)[:8].upper() not in shown
    assert told("value_read") == []


@pytest.mark.parametrize("template", ["source_notice/2", "request_answered/1", "promise_alert/1"])
def test_a_template_whose_words_are_not_written_here_is_named_and_not_guessed(
    visitor: Sign, database: str, template: str
) -> None:
    writes(LETTER, template=template)
    ends(LETTER, "sent", proof=PROOF)
    shown = visitor().get(PAGE).text
    assert "is not shown here" in shown
    assert "no letter that anybody got" not in shown


def test_the_words_of_a_code_are_shown_to_nobody_either(visitor: Sign, database: str) -> None:
    writes(LETTER, kind="identity_code", template="source_notice/3")
    ends(LETTER, "sent", proof=PROOF)
    assert "no letter that anybody got" not in visitor().get(PAGE).text


@pytest.mark.parametrize("language", ["ar", "en"])
@pytest.mark.parametrize(
    "template",
    ["source_notice/3", "request_received/3", "package_ready/1", "stop_confirmation/1", *WORDED],
)  # fmt: skip
def test_every_letter_has_a_specimen_in_both_languages_in_which_no_name_stands_bare(
    template: str, language: str
) -> None:
    for short in (False, True):
        written = specimen(template, language, controller(), NOW, short=short)
        assert written is not None
        assert "{" not in written
        assert written.count("[") >= 2
        assert not re.search(r"\[[a-z]+_[a-z_]+\]", written), "each blank has words"


@pytest.mark.parametrize(
    "query",
    ["select recipient from channels.message", "select subject from channels.message",
     "select text_body from channels.message", "select recipient_key from channels.message",
     "select key from channels.returned", "select value from register.contact_point"],
)  # fmt: skip
def test_the_consoles_role_can_read_no_recipient_and_no_letter(database: str, query: str) -> None:
    with pytest.raises(StoreRefused, match="permission denied"), begin(Role.CONSOLE) as connection:
        connection.execute(text(query))


@pytest.mark.parametrize("step", ["messages", "group"])
def test_groups_and_lists_are_found_by_their_index(letter: object, step: str) -> None:
    values = {"many": 10, "kind": "source_notice", "channel": "email", "state": "ready", "limit": 5,
              "created_at": LATER, "id": LAST}  # fmt: skip
    with begin(Role.CONSOLE) as connection:
        connection.execute(text("set local enable_seqscan = off"))
        (query,) = STEPS.texts(step)
        plan = connection.execute(text(f"explain {query}"), values).scalars().all()
    assert any("ix_message_state" in line for line in plan)
    assert not any("Seq Scan on message" in line for line in plan)
    assert step == "messages" or not any("Sort" in line for line in plan)
