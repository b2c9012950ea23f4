"""What a mail is, whatever it holds; and which message of ours it answers."""

from __future__ import annotations

import io
import tracemalloc
from uuid import UUID, uuid4

import pytest
from returned_mails import SENDER, bounce, complaint, ours, reply

from include.channels.mime import return_path
from include.channels.returns import House, Return, ReturnKind, read_return
from include.channels.returns.bounded import KEPT_AT_MOST
from include.channels.tokens import message_of, token_of

HOUSE = House("example.com", "returns@example.com")
MESSAGE = uuid4()


@pytest.fixture(autouse=True)
def _key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AMANAH_KEY", "dev:" + "ab" * 32)


def told(mail: bytes) -> Return:
    return read_return(io.BytesIO(mail), HOUSE)


def test_a_return_is_matched_by_its_token_and_else_by_our_message_id() -> None:
    by_token = bounce(MESSAGE, returns_head=False)
    by_head = bounce(MESSAGE, address="privacy@example.com")
    by_reply = reply("hello", MESSAGE)
    by_text = reply(f"{ours(MESSAGE)}", sender="MAILER-DAEMON@mx.example.net", subject="failure notice")
    assert {told(mail).message_id for mail in (by_token, by_head, by_reply, by_text)} == {MESSAGE}
    assert told(bounce(MESSAGE, returns_head=False, address=return_path(MESSAGE, SENDER).upper())).message_id == MESSAGE


def test_a_token_says_nothing_and_none_can_be_made_without_the_key(monkeypatch: pytest.MonkeyPatch) -> None:
    token = token_of("return", MESSAGE)
    assert len(return_path(MESSAGE, SENDER).partition("@")[0]) <= 64
    assert message_of("return", token) == MESSAGE
    assert message_of("stop", token) is None, "one for another purpose"
    changed = [token[:place] + ("a" if token[place] != "a" else "b") + token[place + 1 :] for place in range(38)]
    assert not [forged for forged in (*changed, token[:-1], token + "a", "", "é" * 39) if message_of("return", forged)]
    monkeypatch.setenv("AMANAH_KEY", "dev:" + "cd" * 32)
    assert message_of("return", token) is None


def test_a_forged_token_is_told_and_one_of_an_earlier_key_leaves_the_message_id(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    found = told(bounce(None, address="returns+aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa@example.com"))
    assert (found.forged, found.message_id) == (True, None)
    mail = bounce(MESSAGE)
    monkeypatch.setenv("AMANAH_KEY", "dev:" + "cd" * 32)
    assert (told(mail).forged, told(mail).message_id) == (False, MESSAGE)


@pytest.mark.parametrize(
    "address", ["returns+x@other.example", "xreturns+abc@example.com", "prvs=12ab=returns@example.net", "a=b@c.example"]
)
def test_another_sender_s_token_means_nothing_here(address: str) -> None:
    found = told(bounce(None, address=address))
    assert (found.forged, found.message_id, found.kind) == (False, None, ReturnKind.HARD_BOUNCE)


@pytest.mark.parametrize(
    ("mail", "kind"),
    [
        (bounce(MESSAGE_OF_TESTS := UUID(int=7, version=4), "552 5.2.2 over quota", status="5.2.2"), "soft_bounce"),
        (bounce(MESSAGE_OF_TESTS, "451 4.4.1 try later", status="4.4.1", action="delayed"), "delayed"),
        (bounce(MESSAGE_OF_TESTS, "250 2.1.5 ok", status="2.0.0", action="delivered"), "report"),
        (complaint(MESSAGE_OF_TESTS), "complaint"),
        (complaint(MESSAGE_OF_TESTS, "auth-failure"), "report"),
        (reply("I am away", heads=["Auto-Submitted: auto-replied (vacation)"]), "auto_reply"),
        (reply("أنا في إجازة", subject="رد تلقائي: إشعار"), "auto_reply"),
        (reply("On holiday. STOP", subject="Out of office"), "auto_reply"),
        (reply("STOP"), "stop"),
        (reply("سعد\n\nsaad@people.example\nsales@shop.example\n550 Street, no such user"), "reply"),
        (reply("Status: 5.1.1\nDiagnostic-Code: user unknown"), "reply"),
        (reply("We are busy: the user is unknown.", sender="no-reply@desk.example"), "reply"),
        (reply("", subject="STOP"), "stop"),
        (reply("إلغاء", charset="windows-1256"), "stop"),
        (reply("إلغاء", charset="windows-1256", declared="utf-8"), "stop"),
        (reply("إلغاء", charset="utf-8", declared="nonsense-1"), "stop"),
        (reply("ما مصدر بياناتي؟"), "reply"),
        (b"", "unreadable"),
        (b"\r\n\r\n", "unreadable"),
        (b"\x00\xff\xfe" * 50, "unreadable"),
        (
            b"Content-Type: text/plain; charset*=a\x00b''%ff\r\nContent-Transfer-Encoding: 8bit\r\n\r\n\xff",
            "unreadable",
        ),
        (reply("STOP", subject="=?a\x00b?q?=ff?="), "stop"),
        (
            bounce(MESSAGE_OF_TESTS).replace(
                b"delivery-status\r\n", b"delivery-status\r\nContent-Transfer-Encoding: \xff\r\n"
            ),
            "hard_bounce",
        ),
        (b"From: a@b.example\r\nContent-Type: multipart/mixed; boundary=x\r\n\r\n", "unreadable"),
    ],
)
def test_a_mail_is_told_for_what_it_is(mail: bytes, kind: str) -> None:
    assert told(mail).kind == kind


def test_a_broken_tree_of_parts_is_read_as_far_as_it_holds() -> None:
    cut = bounce(MESSAGE)
    assert told(cut[: cut.index(b"text/rfc822-headers")]).kind is ReturnKind.HARD_BOUNCE
    no_boundary = reply("STOP").replace(b"Content-Type: text/plain; charset=utf-8", b"Content-Type: multipart/mixed")
    assert told(no_boundary).kind is ReturnKind.STOP
    nested = b"".join(b'Content-Type: multipart/mixed; boundary="%d"\r\n\r\n--%d\r\n' % (n, n) for n in range(500))
    assert told(b"From: a@b.example\r\n" + nested).kind in ReturnKind


def test_a_mail_of_fifty_megabytes_is_read_in_bounded_memory_and_its_text_is_found_behind_the_attachment() -> None:
    line = b"QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVphYmNkZWZnaGlqa2xtbm9wcXJzdHV2d3h5ejAxMjM0NTY3\r\n"

    class Huge(io.RawIOBase):
        """A mail that is made while it is read."""

        def __init__(self) -> None:
            head = b'From: a@b.example\r\nSubject: x\r\nContent-Type: multipart/mixed; boundary="=_h"\r\n\r\n'
            attachment = b"--=_h\r\nContent-Type: image/png\r\nContent-Transfer-Encoding: base64\r\n\r\n"
            last = b"--=_h\r\nContent-Type: text/plain\r\n\r\nSTOP" + b" " * 500 + b"\r\n--=_h--\r\n"
            self.before, self.left, self.after = io.BytesIO(head + attachment), 50_000_000, io.BytesIO(last)

        def readline(self, size: int | None = -1, /) -> bytes:
            if found := self.before.readline():
                return found
            if self.left > 0:
                self.left -= len(line)
                return line
            return self.after.readline()

    tracemalloc.start()
    found = read_return(Huge(), HOUSE)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert found.kind is ReturnKind.STOP
    assert peak < 12 * KEPT_AT_MOST


def test_a_line_without_an_end_is_read_in_pieces() -> None:
    assert told(b"From: a@b.example\r\n\r\n" + b"x" * 3_000_000).kind is ReturnKind.REPLY


def test_a_return_shows_nothing_of_the_mail() -> None:
    assert "people.example" not in repr(told(reply("STOP", MESSAGE)))
    assert "people.example" not in repr(told(bounce(MESSAGE)))
