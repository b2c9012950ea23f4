"""Re-decision and review as an officer types them."""

from __future__ import annotations

import csv
import json
import stat
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml
from builders import TERMS, Held, ask
from command import call

Make = Callable[..., Held]
SHOP = {"id": "8", "name": "=شركة الواحة للتجارة المحدودة", "email": "kdzx@alwaha.example"}


def test_the_queue_is_listed_shown_decided_and_exported(
    source: Make, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    source().delivers([SHOP])

    def says(*words: str) -> str:
        said = call(monkeypatch, capsys, "review", *words)
        assert said.code == 0, said.error
        return said.out

    (waits,) = json.loads(says("list", "--json"))
    assert "alwaha" not in says("list")
    point = str(waits["id"])
    assert "kdzx@alwaha.example" in says("show", point)
    assert "confirmed_by_organisation" in says("reasons")
    decided = says("decide", point, "--class", "business", "--reason", "confirmed_by_organisation", "--by", "officer")
    assert decided.strip() == f"contact point {point}: undetermined → business"
    shown = says("show", point)
    assert "confirmed_by_organisation: The organisation confirmed that it is its own" in shown
    assert "confirmed_by_organisation: أكدت المنشأة أن وسيلة الاتصال لها" in shown
    assert "own_domain: " in shown
    assert "أكدت" not in says("show", point, "--language", "en")
    assert "The organisation" not in says("show", point, "--language", "ar")
    assert json.loads(says("list", "--json")) == []
    file = tmp_path / "labels.csv"
    file.write_text("older", encoding="utf-8")
    says("export", str(file), "--by", "officer")
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    with file.open(encoding="utf-8", newline="") as rows:
        (row,) = csv.DictReader(rows)
    assert (row["value"], row["kind"], row["label"]) == ("kdzx@alwaha.example", "email", "organisation")
    assert row["owner_name"].startswith("'="), "no cell is a formula"
    assert len(ask("select 1 from register.review")) == 1


SITED = {**TERMS["columns"], "site": {"field": "website", "why": "tells whose it is"}}
MIXED = {
    "id": "9",
    "name": "@شركة الواحة للتجارة المحدودة",
    "contact": "سعد القحطاني",
    "phone": "+966 50 000 0011",
    "email": "info@alwaha.example",
    "city": "طريق العليا، الرياض",
    "site": "alwaha.example",
}
FOUND = {"phone": "business", "website": "personal", "person": "personal", "address": "personal"}
WHY = {"business": "confirmed_by_organisation", "personal": "answered_by_a_person"}


def test_what_people_decided_is_measured_at_its_word_and_learned_from(
    source: Make, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    source(columns=SITED).delivers([MIXED, {"id": "10", "name": "شركة الأفق", "contact": "قسم المبيعات"}])

    def says(*words: str) -> str:
        said = call(monkeypatch, capsys, *words)
        assert said.code == 0, said.error
        return said.out

    for point in ask("select id, kind, value from register.contact_point where kind <> 'email' order by id"):
        klass = "business" if point.value == "قسم المبيعات" else FOUND[point.kind]
        says("review", "decide", str(point.id), "--class", klass, "--reason", WHY[klass], "--by", "officer")
    file, weights = tmp_path / "labels.csv", tmp_path / "weights.npz"
    says("review", "export", str(file), "--by", "officer")
    found = json.loads(says("classification", "evaluate", str(file), "--json"))
    strata = found["by"]["stratum"]
    assert {stratum: figures["n"] for stratum, figures in strata.items()} == {
        "number found business on review": 1,
        "website found personal on review": 1,
        "address found personal on review": 1,
        "name found personal on review": 1,
        "name found business on review": 1,
    }
    assert strata["number found business on review"]["business"]["recall"] == 0.0, "the rules call a mobile personal"
    assert strata["website found personal on review"]["confusion"] == {"personal as business": 1}
    assert strata["name found personal on review"]["personal"]["recall"] == 1.0
    assert " 2 names" in says("classification", "train", str(file), "-o", str(weights))
    more = tmp_path / "more.csv"
    more.write_text("name,label\nPalm Clinic,organisation\n", encoding="utf-8")
    assert " 3 names" in says("classification", "train", str(file), str(more), "-o", str(weights))


def test_a_number_that_nothing_has_is_a_clear_error(
    source: Make, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    source().delivers([SHOP])
    words = ("review", "decide", "77", "--class", "personal", "--reason", "names_a_person", "--by", "officer")
    said = call(monkeypatch, capsys, *words)
    assert said.code == 1
    assert "no contact point has the number 77" in said.error


def test_a_reason_that_nothing_knows_any_more_is_shown_by_its_code(
    source: Make, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    source().delivers([SHOP])
    (point,) = ask("""
        update register.contact_point set reasons = '{older_code,inner_capital}' where kind = 'email' returning id
    """)
    said = call(monkeypatch, capsys, "review", "show", str(point.id), "--language", "en")
    assert said.code == 0, said.error
    assert "older_code: older_code" in said.out
    assert "inner_capital: A capital inside a word" in said.out


def test_a_re_decision_is_shown_first_and_applied_when_asked(
    source: Make, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    source().delivers([SHOP])
    ask("update register.contact_point set class = 'business', subject_id = null, rules = 'rules/0' returning 1")
    contract = tmp_path / "contract.yml"
    contract.write_text(yaml.safe_dump(TERMS, allow_unicode=True), encoding="utf-8")

    def redecided(*more: str) -> list[dict[str, object]]:
        said = call(monkeypatch, capsys, "classification", "redecide", str(contract), *more)
        assert said.code == 0, said.error
        (found,) = json.loads(said.out.splitlines()[-1])
        return [change for change in found["transitions"] if change["from"] != change["to"]]

    (change,) = redecided("--json")
    assert (change["from"], change["to"], change["points"]) == ("business", "undetermined", 1)
    assert ask("select class from register.contact_point") == [("business",)]
    assert redecided("--apply") == [change]
    assert ask("select class from register.contact_point") == [("undetermined",)]
    assert redecided() == []
    assert len(ask("select 1 from duties.notice")) == 1


def test_a_source_whose_contract_cannot_be_read_is_told_as_skipped_and_fails_what_is_applied(
    source: Make, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for key in ("sample_guide", "lost_guide", "broken_guide"):
        source(key=key).delivers([SHOP])
    sources = tmp_path / "sources"
    monkeypatch.setenv("AMANAH_SOURCES", str(sources))
    for key, terms in (("sample_guide", TERMS), ("broken_guide", {"key": "broken_guide", "colour": "red"})):
        (sources / key).mkdir(parents=True)
        (sources / key / "contract.yml").write_text(yaml.safe_dump(terms, allow_unicode=True), encoding="utf-8")
    ask("update register.contact_point set class = 'business', subject_id = null, rules = 'rules/0' returning 1")

    looked = call(monkeypatch, capsys, "classification", "redecide", "--json")
    assert looked.code == 0, looked.error
    first, broken, lost = json.loads(looked.out)
    assert (first["source"], broken["source"], lost["source"]) == ("sample_guide", "broken_guide", "lost_guide")
    assert "colour" in broken["skipped"]
    assert "no folder" in lost["skipped"]
    assert "skipped" not in first
    applied = call(monkeypatch, capsys, "classification", "redecide", "--apply")
    assert applied.code == 1
    assert "broken_guide, lost_guide" in applied.error
    assert len(ask("select 1 from register.contact_point where class = 'undetermined'")) == 1, "the rest is decided"
    named = call(monkeypatch, capsys, "classification", "redecide", "sample_guide", "--apply", "--json")
    assert named.code == 0, named.error
    assert len(json.loads(named.out)) == 1
