"""Notices, letters and destructions whose process is killed with -9: begun again, they end as if nothing had been."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from signal import SIGKILL

import dying
import pytest
from builders import START, TERMS, person, terms, write
from dying import Processes
from journeys_house import Mailbox, open_mailbox
from moments import Moment
from wire import Wire
from worlds import World, Worlds, standing

from include.evidence import verify

pytestmark = pytest.mark.journey

PEOPLE = range(10)
TOLD = (START + timedelta(hours=1)).isoformat()
SENT = (START + timedelta(hours=2)).isoformat()
TOO_LATE = (START + timedelta(days=17)).isoformat()
Standing = dict[str, list[str]]


@pytest.fixture(scope="module")
def registered(worlds: Worlds, tmp_path_factory: pytest.TempPathFactory) -> World:
    """A world with ten people and a company in it."""
    file = tmp_path_factory.mktemp("inbox") / "guide.csv"
    firm = {"id": "c1", "name": "شركة النور للتجارة المحدودة", "phone": "920000001", "email": "info@alnoor.example"}
    write(file, list(TERMS["columns"]), [firm, *(person(number) for number in PEOPLE)])
    with worlds.inside(worlds.like()) as world:
        dying.take_in(str(file), terms().model_dump_json(), START.isoformat(), "nightly:1")
    return world


@pytest.fixture(scope="module")
def owing(worlds: Worlds, registered: World, processes: Processes) -> World:
    """The same world with a letter to each of them in the outbox."""
    with worlds.inside(worlds.like(registered)) as world:
        assert processes.run("notify", at=TOLD) == 0
    return world


@pytest.fixture
def house(worlds: Worlds, owing: World, mailbox: Mailbox) -> Iterator[World]:
    """A world of one's own whose letters are still to go out, with a mail server."""
    del mailbox
    with worlds.inside(worlds.like(owing)) as world:
        yield world


@pytest.fixture(scope="module")
def told(worlds: Worlds, owing: World, processes: Processes) -> Standing:
    """What stands where the letters went out at one go."""
    with (
        open_mailbox() as (_, port),
        pytest.MonkeyPatch.context() as patch,
        worlds.inside(worlds.like(owing)) as world,
    ):
        patch.setenv("AMANAH_SMTP_URL", f"smtp://127.0.0.1:{port}")
        assert processes.run("relay", at=SENT) == 0
        return standing(world.home)


@pytest.fixture(scope="module")
def destroyed(worlds: Worlds, owing: World, processes: Processes) -> Standing:
    """What stands where nobody was told in time and all was destroyed at one go."""
    with worlds.inside(worlds.like(owing)) as world:
        assert processes.run("destroy", at=TOO_LATE) == 0
        return standing(world.home)


def copies(mailbox: Mailbox) -> Counter[str]:
    return Counter(recipient for recipient, _ in mailbox.mails)


EACH_ONCE = {f"person.{number}@people.example": 1 for number in PEOPLE}


@pytest.mark.parametrize(
    "moment",
    [
        Moment("commit", "insert into duties.notice"),
        Moment("committed", "insert into duties.notice"),
        Moment("statement", "update duties.notice"),
        Moment("commit", "INSERT INTO channels.message"),
        Moment("committed", "INSERT INTO channels.message"),
    ],
    ids=str,
)
def test_each_letter_is_written_once_though_their_writer_was_killed(
    worlds: Worlds, registered: World, owing: World, processes: Processes, moment: Moment
) -> None:
    with worlds.inside(owing):
        undisturbed = standing(owing.home)
    with worlds.inside(worlds.like(registered)) as world:
        assert processes.run("notify", moment, at=TOLD) == -SIGKILL
        dying.notify(TOLD)
        assert standing(world.home) == undisturbed


@pytest.mark.parametrize(
    "moment",
    [
        Moment("statement", r"from suppression\.entry"),
        Moment("committed", "UPDATE channels.message"),
        Moment("statement", r"from suppression\.entry", 5),
        Moment("committed", "UPDATE channels.message", 9),
    ],
    ids=str,
)
def test_a_relay_killed_between_two_letters_sends_each_exactly_once(
    house: World, mailbox: Mailbox, processes: Processes, told: Standing, moment: Moment
) -> None:
    assert processes.run("relay", moment, at=SENT) == -SIGKILL
    dying.relay(SENT)
    assert copies(mailbox) == EACH_ONCE
    assert standing(house.home) == told
    assert verify().first_fault is None


@pytest.mark.parametrize("octets", [1, 2000])
def test_a_letter_that_broke_off_half_way_is_sent_whole_and_once(
    house: World, mailbox: Mailbox, processes: Processes, told: Standing, monkeypatch: pytest.MonkeyPatch, octets: int
) -> None:
    server = os.environ["AMANAH_SMTP_URL"]
    running: list[int] = []
    far_end = int(server.rpartition(":")[2])
    with closing(Wire(far_end, 4, octets, lambda: os.kill(running[0], SIGKILL))) as wire:
        monkeypatch.setenv("AMANAH_SMTP_URL", f"smtp://127.0.0.1:{wire.port}")
        running.append(processes.start("relay", at=SENT))
        assert processes.end() == -SIGKILL
    assert sum(copies(mailbox).values()) == 3, "half a letter is none"
    monkeypatch.setenv("AMANAH_SMTP_URL", server)
    dying.relay(SENT)
    assert copies(mailbox) == EACH_ONCE
    assert standing(house.home) == told


@pytest.mark.parametrize(
    "moment",
    [
        Moment("statement", "UPDATE channels.message", 4),
        Moment("statement", "evidence.append", 4),
        Moment("commit", "UPDATE channels.message", 4),
    ],
    ids=str,
)
def test_only_the_one_letter_that_was_taken_and_not_yet_recorded_goes_twice_and_both_have_one_message_id(
    house: World, mailbox: Mailbox, processes: Processes, told: Standing, moment: Moment
) -> None:
    assert processes.run("relay", moment, at=SENT) == -SIGKILL
    assert len(mailbox.mails) == 4
    doubtful, first = mailbox.mails[-1]
    dying.relay(SENT)
    assert copies(mailbox) == EACH_ONCE | {doubtful: 2}
    again = mailbox.to(doubtful)[-1]
    assert again["Message-ID"] == first["Message-ID"]
    assert len({mail["Message-ID"] for _, mail in mailbox.mails}) == len(PEOPLE)
    assert standing(house.home) == told, "the ledger tells of one sending"


@pytest.mark.parametrize(
    "moment",
    [
        Moment("commit", r"insert into duties\.destruction\s"),
        Moment("committed", r"insert into duties\.destruction\s"),
        Moment("statement", "delete from register.contact_point"),
        Moment("commit", "insert into suppression.entry"),
        Moment("committed", "insert into suppression.entry"),
        Moment("file", r"rename .*rows-00001\.parquet"),
        Moment("file", r"rename .*rows-00002\.parquet"),
        Moment("commit", r"update duties\.destruction\s", 2),
        Moment("committed", r"update duties\.destruction\s", 2),
        Moment("committed", r"update duties\.unjournalled"),
        Moment("file", r"open .*destroyed\.jsonl"),
        Moment("file", r"rename .*destroyed\.jsonl\.head"),
        Moment("commit", r"delete from duties\.unjournalled"),
    ],
    ids=str,
)
def test_a_destruction_killed_at_any_point_and_begun_again_leaves_nobody_and_is_verified(
    house: World, processes: Processes, destroyed: Standing, moment: Moment
) -> None:
    assert processes.run("destroy", moment, at=TOO_LATE) == -SIGKILL
    dying.destroy(TOO_LATE)
    assert standing(house.home) == destroyed
    assert '"state": "verified"' in destroyed["duties.destruction"][0]
    assert b"person.3@people.example" not in everything_under(house.home)
    assert b"info@alnoor.example" in everything_under(house.home)


def everything_under(folder: Path) -> bytes:
    return b"".join(file.read_bytes() for file in folder.rglob("*") if file.is_file())
