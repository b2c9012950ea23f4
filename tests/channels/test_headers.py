from __future__ import annotations

import runpy
from email import message_from_bytes, policy
from email.charset import CHARSETS, QP, add_charset
from email.header import decode_header, make_header
from email.utils import parseaddr

import pytest

from include.channels import headers
from include.channels.headers import mailbox, unstructured

ARABIC = "شركة العينة للتجارة والمقاولات العامة المحدودة "


@pytest.mark.parametrize(
    "subject",
    [
        "Notice about your data",
        "plain words " * 20,
        ARABIC * 4,
        "x" * 300,
        "it reads =?utf-8?b?2LPYsQ==?= as if it were encoded",
        "a bell \x07 and a hole \x00",
        "",
    ],
)
def test_a_subject_arrives_as_it_was_written_on_short_ascii_lines(subject: str) -> None:
    lines = unstructured("Subject", subject)
    assert lines.isascii()
    assert max(map(len, lines.split("\r\n"))) <= 78
    assert message_from_bytes(lines.encode(), policy=policy.default)["Subject"] == subject.strip()


@pytest.mark.parametrize("name", ["Amanah", 'Sample, "Example" (& Sons)', "Sample Company " * 6, ARABIC, ARABIC * 4])
def test_a_name_arrives_as_it_was_written_on_short_ascii_lines(name: str) -> None:
    lines = mailbox("From", "notices@example.com", name)
    assert lines.isascii()
    assert max(map(len, lines.split("\r\n"))) <= 78
    shown = str(make_header(decode_header(message_from_bytes(lines.encode())["From"])))
    assert parseaddr(shown) == (name.strip(), "notices@example.com")


def test_another_library_does_not_choose_the_encoding(monkeypatch: pytest.MonkeyPatch) -> None:
    before = unstructured("Subject", ARABIC)
    monkeypatch.setitem(CHARSETS, "utf-8", CHARSETS["utf-8"])  # to be put back
    add_charset("utf-8", QP, QP, "utf-8")
    assert runpy.run_path(headers.__file__)["unstructured"]("Subject", ARABIC) == before
