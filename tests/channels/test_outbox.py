from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from relaying import AT_TEN, message_number, written
from sqlalchemy import text

from include.channels import Channel, destroy, enqueue
from include.channels.outbox import SEEN_AT_ONCE, claim, claim_expired, put_off, settle
from include.errors import NeverRetry
from include.store import Role, StoreRefused, begin

pytestmark = pytest.mark.usefixtures("database")


def row(number: int = 0) -> Any:
    with begin(Role.DUTIES) as connection:
        query = text("select * from channels.message where id = :id")
        return connection.execute(query, {"id": message_number(number)}).one()


def test_a_message_written_twice_is_written_once() -> None:
    for body in ("the first", "the second"):
        with begin(Role.DUTIES) as connection:
            new = enqueue(connection, written(0, text=body), written(1), at=AT_TEN)
        assert new == (2 if body == "the first" else 0)
    assert row().text_body == "the first"
    assert row().created_at == AT_TEN


def test_a_message_is_there_only_if_what_owes_it_is() -> None:
    class TornError(Exception):
        pass

    def write_and_fail() -> None:
        with begin(Role.DUTIES) as connection:
            enqueue(connection, written(), at=AT_TEN)
            raise TornError

    with pytest.raises(TornError):
        write_and_fail()
    with begin(Role.RELAY) as connection:
        assert claim(connection, list(Channel), AT_TEN) is None


def test_what_is_taken_up_is_what_was_written() -> None:
    message = written(3, expires_at=AT_TEN + timedelta(days=9))
    with begin(Role.DUTIES) as connection:
        enqueue(connection, message, at=AT_TEN)
    with begin(Role.RELAY) as connection:
        assert claim(connection, [Channel.EMAIL], AT_TEN) == message


def test_nothing_is_taken_up_before_its_time_after_its_end_or_over_another_channel() -> None:
    with begin(Role.DUTIES) as connection:
        enqueue(
            connection,
            written(1, not_before=AT_TEN + timedelta(seconds=1)),
            written(2, expires_at=AT_TEN),
            written(3, channel=Channel.SMS, recipient="+966500000001"),
            at=AT_TEN,
        )
    with begin(Role.RELAY) as connection:
        assert claim(connection, [Channel.EMAIL], AT_TEN) is None


def test_what_one_relay_holds_another_skips() -> None:
    with begin(Role.DUTIES) as connection:
        enqueue(connection, written(1), written(2), at=AT_TEN)
    with begin(Role.RELAY) as one, begin(Role.RELAY) as other:
        held = {claim(each, [Channel.EMAIL], AT_TEN).id for each in (one, other)}  # type: ignore[union-attr]
        assert held == {message_number(1), message_number(2)}
    with begin(Role.RELAY) as later:
        assert claim(later, [Channel.EMAIL], AT_TEN) is not None


def test_what_was_seen_to_come_next_is_looked_at_again_when_it_is_taken_up() -> None:
    duty = uuid4()
    ahead: list[UUID] = []
    with begin(Role.DUTIES) as connection:
        enqueue(connection, *(written(number, duty_id=duty) for number in range(4)), at=AT_TEN)
    with begin(Role.RELAY) as connection:
        first = claim(connection, [Channel.EMAIL], AT_TEN, ahead)
        assert first is not None
        settle(connection, first.id, "sent", AT_TEN)
    assert len(ahead) == 3
    later = ahead[0]
    with begin(Role.RELAY) as connection:
        put_off(connection, later, AT_TEN + timedelta(minutes=1), "smtp_450")
    with begin(Role.RELAY) as other:
        held = claim(other, [Channel.EMAIL], AT_TEN)
        with begin(Role.RELAY) as connection:
            last = claim(connection, [Channel.EMAIL], AT_TEN, [later])
            assert {each.id for each in (held, last) if each} | {later, first.id} == {*map(message_number, range(4))}
    with begin(Role.DUTIES) as connection:
        destroy(connection, [duty])
    with begin(Role.RELAY) as connection:
        assert claim(connection, [Channel.EMAIL], AT_TEN + timedelta(days=1), ahead) is None


def test_what_one_relay_sees_ahead_is_free_for_another() -> None:
    with begin(Role.DUTIES) as connection:
        enqueue(connection, *(written(number) for number in range(3)), at=AT_TEN)
    ahead: list[UUID] = []
    with begin(Role.RELAY) as one, begin(Role.RELAY) as other, begin(Role.RELAY) as third:
        held = [claim(one, [Channel.EMAIL], AT_TEN, ahead)]
        held += [claim(each, [Channel.EMAIL], AT_TEN) for each in (other, third)]
        assert {each.id for each in held if each} == {*map(message_number, range(3))}
        with begin(Role.RELAY) as fourth:
            assert claim(fourth, [Channel.EMAIL], AT_TEN, ahead) is None


def test_a_message_behind_more_locked_ones_than_are_seen_at_once_is_found() -> None:
    with begin(Role.DUTIES) as connection:
        enqueue(connection, *(written(number) for number in range(SEEN_AT_ONCE + 1)), at=AT_TEN)
    foremost = text("select id from channels.message order by not_before, id limit :many for update")
    with begin(Role.DUTIES) as holding, begin(Role.RELAY) as connection:
        locked = set(holding.execute(foremost, {"many": SEEN_AT_ONCE}).scalars())
        found = claim(connection, [Channel.EMAIL], AT_TEN)
        assert found is not None
        assert found.id not in locked
        assert claim_expired(connection, AT_TEN) is None


def test_destruction_empties_what_has_not_gone_out() -> None:
    duty = uuid4()
    with begin(Role.DUTIES) as connection:
        enqueue(connection, written(1, duty_id=duty), written(2), at=AT_TEN)
        assert destroy(connection, [duty]) == 1
        assert destroy(connection, [duty]) == 0
    gone, other = row(1), row(2)
    assert (gone.state, gone.recipient, gone.subject, gone.text_body, gone.html_body) == ("destroyed", *[None] * 4)
    assert other.state == "ready"


def test_a_jurisdiction_without_edition_is_refused_at_the_door() -> None:
    with pytest.raises(NeverRetry, match="zz"), begin(Role.DUTIES) as connection:
        enqueue(connection, written(jurisdiction="zz"), at=AT_TEN)


def test_nine_hundred_messages_are_written_in_one_go() -> None:
    with begin(Role.DUTIES) as connection:
        assert enqueue(connection, *(written(number) for number in range(900)), at=AT_TEN) == 900


@pytest.mark.parametrize("role", [Role.INTAKE, Role.LEDGER, Role.AUDITOR])
def test_no_other_room_reads_the_outbox(role: Role) -> None:
    with pytest.raises(StoreRefused, match="permission denied"), begin(role) as connection:
        connection.execute(text("select recipient from channels.message"))


def test_a_relay_writes_no_message_of_its_own() -> None:
    with pytest.raises(StoreRefused, match="permission denied"), begin(Role.RELAY) as connection:
        enqueue(connection, written(), at=AT_TEN)


def test_a_refused_message_is_quoted_nowhere() -> None:
    with pytest.raises(StoreRefused) as refused, begin(Role.DUTIES) as connection:
        enqueue(connection, written(template=None, recipient="canary@example.org"), at=AT_TEN)
    assert "canary" not in str(refused.value) + repr(refused.value) + repr(refused.value.__context__)


def test_a_message_shows_neither_recipient_nor_body() -> None:
    shown = repr(written(5))
    assert "example.org" not in shown
    assert "إشعار" not in shown
    assert "notice 5" not in shown
    assert "source_notice/1" in shown
