"""What stands under a day's name is signed only if it is what the ledger gives, or what the ledger has the hash of."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Iterator
from dataclasses import fields
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from audit_case import AFTER, DAY, HOUR, Make, a_day, files, put_aside
from builders import recorded
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import NullPool, create_engine, text

from include.duties.audit import comparing, form, making, pack, verifier
from include.duties.audit.actions import audit
from include.duties.audit.comparing import PackDiffers
from include.duties.audit.verifier import CONTEXT, verify
from include.store import home
from include.store.urls import owner_url


class Killed(Exception):
    """The process ended here."""


def killed(*_: object) -> None:
    """End the process."""
    raise Killed


def audit_killed_at(monkeypatch: pytest.MonkeyPatch, where: object, what: str, at: datetime = AFTER) -> None:
    """Audit the day, and let the process end where it would call something."""
    with monkeypatch.context() as killing:
        killing.setattr(where, what, killed)
        with pytest.raises(Killed):
            audit(DAY, at)


@pytest.fixture
def newer(monkeypatch: pytest.MonkeyPatch) -> Iterator[pytest.MonkeyPatch]:
    """What the software is brought up to date with, until the test ends."""
    with monkeypatch.context() as patched:
        yield patched
    form.current_form.cache_clear()


def upgraded(newer: pytest.MonkeyPatch, name: str = "PRINTING") -> None:
    """Let the software print, or lay out, otherwise from here on."""
    newer.setattr(form, name, getattr(form, name) + 1)
    form.current_form.cache_clear()


@pytest.mark.parametrize("name", ["report.ar.pdf", "README.txt", "form.json"])
@pytest.mark.parametrize("signature", ["", "AAAA\nAAAA\n", "of another key"])
def test_a_changed_pack_of_an_older_form_is_not_signed_again_though_its_signature_is_gone(
    source: Make, newer: pytest.MonkeyPatch, name: str, signature: str
) -> None:
    a_day(source, people=1)
    made = audit(DAY, AFTER).pack
    upgraded(newer)
    signed, whole = Path(f"{made}.sig"), (made / name).read_bytes()
    (made / name).write_bytes(whole[:40] + bytes([whole[40] ^ 1]) + whole[41:])
    if signature == "of another key":
        key = Ed25519PrivateKey.generate()
        parts = (key.public_key().public_bytes_raw(), key.sign(CONTEXT + (made / "manifest.json").read_bytes()))
        signature = "".join(f"{base64.b64encode(part).decode()}\n" for part in parts)
    signed.write_text(signature, "ascii") if signature else signed.unlink()
    with pytest.raises(PackDiffers, match=rf"not as it was signed: {name}: .*byte 40"):
        audit(DAY, AFTER + HOUR)
    assert signature == (signed.read_text("ascii") if signed.exists() else ""), "nobody signed it"
    (made / name).write_bytes(whole)
    told = files(made)
    assert "data identical" in audit(DAY, AFTER + HOUR).notes[0]
    assert (files(made), verify(made)) == (told, []), "as it was, with a signature of ours"


def test_a_pack_of_another_form_that_the_ledger_does_not_know_is_put_aside_and_never_signed(
    source: Make, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    a_day(source, people=1)
    audit_killed_at(monkeypatch, making, "_record")
    made, planted = home() / "audits" / "2026-03-01", list[dict[str, bytes]]()
    for words in ("what somebody else says", "and says again"):
        told = json.loads((made / "form.json").read_bytes())
        told["manifest"]["form"] = form.Form(**{**vars_of(form.current_form()), "texts": {}}).keep()
        (made / "form.json").write_text(json.dumps(told), "utf-8")
        (made / "README.txt").write_text(words, "utf-8")
        (made / "manifest.json").write_bytes(verifier.manifest_of(made, **told["manifest"]))
        Path(f"{made}.sig").unlink()
        planted.append(files(made))
        audit_killed_at(monkeypatch, making, "_record", AFTER + HOUR)
        assert verify(made) == []
    assert audit(DAY, AFTER + HOUR).pack == made
    assert b"somebody" not in files(made)["README.txt"]
    aside = [each / made.name for each in made.parent.glob(f"{made.name}.aside-*")]
    assert sorted(files(each)["README.txt"] for each in aside) == sorted(each["README.txt"] for each in planted)
    assert all(files(each) in planted and verify(each) for each in aside), "as they were, without a signature"
    assert all(each.parent.name in caplog.text for each in aside)


def vars_of(told: form.Form) -> dict[str, Any]:
    return {each.name: getattr(told, each.name) for each in fields(told)}


@pytest.mark.parametrize(
    ("where", "what"),
    [(pack, "sign_text"), (pack, "write_private"), (making, "_record")],
    ids=["before it is signed", "while the signature is written", "before the ledger has it"],
)
def test_an_audit_that_is_killed_at_its_end_is_ended_by_the_next_one(
    source: Make, monkeypatch: pytest.MonkeyPatch, where: object, what: str
) -> None:
    a_day(source, people=1)
    audit_killed_at(monkeypatch, where, what)
    made = home() / "audits" / "2026-03-01"
    left = files(made)
    assert recorded("day_audited") == 0
    assert Path(f"{made}.sig").exists() == (what == "_record")
    assert audit(DAY, AFTER + HOUR).notes == ()
    assert (files(made), verify(made), recorded("day_audited")) == (left, [], 1)
    assert sorted(each.name for each in made.parent.iterdir()) == ["2026-03-01", "2026-03-01.sig", "kept"]
    audit(DAY, AFTER + 2 * HOUR)
    assert recorded("day_audited") == 1


def test_what_killed_processes_left_of_a_day_is_gone_when_it_is_audited_again(source: Make) -> None:
    a_day(source, people=1)
    audits = audit(DAY, AFTER).pack.parent
    for name in (".2026-03-01.1", ".2026-03-01.supplement-2026-03-02.77", ".2026-03-02.1"):
        (audits / name).mkdir()
        (audits / name / "ledger.jsonl").write_text("{}\n")
    audit(DAY, AFTER + HOUR)
    assert [each.name for each in audits.iterdir() if each.name.startswith(".")] == [".2026-03-02.1"]


@pytest.mark.parametrize("other", [{"colours": "blue"}, {"fonts": None}], ids=["a field more", "a field less"])
def test_a_day_whose_form_had_other_fields_is_audited_by_its_data(
    source: Make, newer: pytest.MonkeyPatch, other: dict[str, str | None]
) -> None:
    a_day(source, people=1)
    told = {name: each for name, each in {**vars_of(form.current_form()), **other}.items() if each is not None}
    older = json.dumps(told, ensure_ascii=False, separators=(",", ":")) + "\n"
    form.current_form.cache_clear()
    with newer.context() as then:
        then.setattr(form.Form, "written", older)
        then.setattr(form.Form, "version", hashlib.sha256(older.encode()).hexdigest())
        made = audit(DAY, AFTER).pack
    whole = files(made)
    form.current_form.cache_clear()
    (note,) = audit(DAY, AFTER + HOUR).notes
    assert "data identical, report differs" in note
    assert files(made) == whole


@pytest.mark.parametrize("known", [True, False], ids=["with the records' hash", "of an event without one"])
def test_a_pack_that_is_gone_and_was_laid_out_otherwise_has_its_records_compared_or_is_said_not_to(
    source: Make, newer: pytest.MonkeyPatch, tmp_path: Path, known: bool
) -> None:
    a_day(source, people=1)
    with newer.context() as then:
        if not known:
            then.setattr(comparing, "records_hash", lambda _: None)
            then.setattr(making, "HASHES", tuple(name for name in making.HASHES if name != "sealed"))
        made = audit(DAY, AFTER).pack
    upgraded(newer, "LAYOUT")
    assert "records identical, data laid out otherwise" in audit(DAY, AFTER + HOUR).notes[0], "it stands"
    put_aside(made, tmp_path)
    with create_engine(owner_url(), poolclass=NullPool).begin() as insider:
        insider.execute(text("alter table evidence.ledger disable trigger user"))
        insider.execute(text("update evidence.ledger set recorded_at = recorded_at + interval '1 s' where seq = 2"))
        insider.execute(text("alter table evidence.ledger enable trigger user"))
    if known:
        with pytest.raises(PackDiffers, match="is gone, and what the ledger gives now is not what it was: its records"):
            audit(DAY, AFTER + 2 * HOUR)
        assert not made.exists()
    else:
        assert "records not compared, data laid out otherwise" in audit(DAY, AFTER + 2 * HOUR).notes[0]
