"""Why a mail came back: sentences as servers write them, each with what it means."""

from __future__ import annotations

import csv
import io
from collections import Counter
from pathlib import Path

import pytest
import yaml

from include.channels.returns import House, ReturnKind, read_return
from include.channels.returns.bounces import verdict_of
from include.channels.returns.bounded import read
from include.channels.returns.parts import taken_apart
from include.channels.returns.reasons import reason_by_phrase, reason_by_status

SENTENCES = yaml.safe_load(Path(__file__).with_name("sentences.yml").read_text(encoding="utf-8"))
GONE = {"user_unknown", "host_unknown", "not_accepting", "has_moved"}
FLOOR = 0.95
"""F1 on hard bounces over the published mails; the rule that 5.x.x is hard makes 0.41."""


@pytest.mark.parametrize(
    ("code", "said"), [(code, said) for code, sentences in SENTENCES.items() for said in sentences]
)
def test_a_server_s_sentence_means(code: str, said: str) -> None:
    reason = reason_by_phrase(said)
    assert reason is not None
    assert reason.code == code
    assert reason.gone == (code in GONE)


@pytest.mark.parametrize(
    ("status", "code"),
    [
        ("5.1.1", "user_unknown"),
        ("5.1.2", "host_unknown"),
        ("5.1.6", "has_moved"),
        ("5.1.10", "not_accepting"),
        ("5.2.1", "account_suspended"),
        ("5.2.2", "mailbox_full"),
        ("5.3.4", "message_too_big"),
        ("4.4.1", "expired"),
        ("5.7.1", "policy"),
    ],
)
def test_where_no_word_is_known_the_code_tells(status: str, code: str) -> None:
    reason = reason_by_status(status)
    assert reason is not None
    assert reason.code == code


def test_hard_bounces_are_found_among_published_mails(test_data: Path) -> None:
    counts = Counter[str]()
    with (test_data / "bounces" / "expected.csv").open(encoding="utf-8") as table:
        rows = list(csv.DictReader(table))
    for row in rows:
        found = _gone(test_data / "bounces" / "mail" / row["file"], int(row["recipient_index"]))
        counts[f"{found}, {row['hardbounce'] == 'true'}"] += 1
    right, wrong, missed = counts["True, True"], counts["True, False"], counts["False, True"]
    assert 2 * right / (2 * right + wrong + missed) >= FLOOR, counts


def test_no_published_mail_makes_the_reading_fail_and_complaints_are_told_from_other_reports(test_data: Path) -> None:
    kinds = {
        path.name: read_return(io.BytesIO(path.read_bytes()), House("example.com")).kind
        for path in (test_data / "bounces" / "mail").iterdir()
    }
    assert Counter(kinds.values())[ReturnKind.COMPLAINT] == 4
    assert kinds["arf-18.eml"] is ReturnKind.REPORT, "about authentication: nobody complained"
    assert kinds["arf-26.eml"] is ReturnKind.STOP
    assert {kinds[name] for name in kinds if name.startswith("rfc3834")} == {ReturnKind.AUTO_REPLY}
    assert ReturnKind.UNREADABLE not in kinds.values()


def _gone(path: Path, recipient: int) -> bool:
    mail = taken_apart(read(io.BytesIO(path.read_bytes())).content)
    verdict = verdict_of(mail)
    if verdict is None or verdict.delayed or mail.feedback is not None:
        return False
    return verdict.reasons[min(recipient, len(verdict.reasons) - 1)].gone
