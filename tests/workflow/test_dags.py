"""The DAG files: a table of contents, written for whoever is woken by one, and cheap to look into."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from airflow_runs import dag_states, run_dag
from builders import ask, person
from journeys_house import House, Mailbox, house, mailbox

ROOT = Path(__file__).resolve().parent.parent.parent
FILES = sorted((ROOT / "dags").glob("*.py"))
__all__ = ["house", "mailbox"]


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_a_dag_file_is_a_docstring_and_wiring(file: Path) -> None:
    source = file.read_text(encoding="utf-8")
    tree = ast.parse(source)
    doc = ast.get_docstring(tree) or ""
    assert len(source.splitlines()) <= 60
    assert all(word in doc for word in ("Promises", "When it fails", "Safe to clear"))
    assert not [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)], "code belongs into include/"


def test_what_keeps_a_promise_runs_unasked_and_what_takes_in_or_hands_out_waits_to_be_switched_on() -> None:
    waits = {"collect", "enforce_retention", "redecide_held", "refresh_audience"}
    runs = {file.stem for file in FILES if "is_paused_upon_creation=False" in file.read_text(encoding="utf-8")}
    assert runs == {file.stem for file in FILES} - waits


def test_looking_into_the_dags_loads_no_data_library_and_no_database() -> None:
    heavy = {"pandas", "pyarrow", "great_expectations", "phonenumbers", "psycopg"}
    code = (
        "import sys, airflow.sdk; before = set(sys.modules); "
        "sys.path.insert(0, 'dags'); import answer_requests, audit, back_up, check_coverage, collect, destroy_due; "
        "import drill_restore, enforce_retention, notify_subjects, read_returns, ready_for_breach, redecide_held; "
        "import refresh_audience, relay_outbox, respond_to_breach, seal_evidence, tell_recipients, watch_promises; "
        f"print('heavy:', *sorted(({heavy!r} & set(sys.modules)) - before))"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr[-2000:]
    assert done.stdout.splitlines()[-1] == "heavy:"


def test_there_is_one_collect_dag_for_each_contract_and_a_broken_contract_says_what_is_wrong(house: House) -> None:
    house.has_source()
    broken = house.folder / "sources" / "broken_guide"
    broken.mkdir()
    (broken / "contract.yml").write_text(yaml.safe_dump({"key": "broken_guide", "colour": "red"}), encoding="utf-8")
    house.gets([person(1)])
    assert run_dag("collect_sample_guide").state == "success"
    assert run_dag("collect_broken_guide").state == "failed"


def test_a_run_by_hand_without_a_reason_is_refused_and_takes_nothing_in(house: House) -> None:
    house.has_source()
    house.gets([person(1)])
    run = run_dag("collect_sample_guide", reason="")
    assert dag_states(run)["receive"] == "failed"
    assert not ask("select 1 from register.receipt")


def test_a_second_run_of_every_dag_sends_nothing_and_changes_nothing(house: House, mailbox: Mailbox) -> None:
    house.patch.setenv("AMANAH_SENDING_WINDOW", "always")
    house.has_source()
    house.gets([person(number) for number in range(3)])
    for _ in range(2):
        for dag in ("collect_sample_guide", "notify_subjects", "relay_outbox", "seal_evidence", "watch_promises"):
            assert run_dag(dag).state == "success"
    assert sorted(to for to, _ in mailbox.mails) == [f"person.{number}@people.example" for number in range(3)]
    counts = [row[0] for row in ask("select counts from register.receipt order by received_at")]
    assert [(each["new"], each["changed"], each["unchanged"]) for each in counts] == [(3, 0, 0), (0, 0, 3)]


def test_an_unforeseen_error_is_told_by_its_place_and_not_in_its_own_words() -> None:
    from include.errors import place_of

    try:
        int("CANARY-VALUE")
    except ValueError as error:
        told = place_of(error)
    assert "CANARY" not in told
    assert "ValueError" in told
    assert "test_an_unforeseen_error" in told


def test_a_source_is_collected_nightly_in_riyadh_unless_its_contract_says_otherwise() -> None:
    from builders import terms

    from include.workflow.collect import collect_dag

    nightly, manual = collect_dag(terms(), "doc"), collect_dag(terms(refresh="manual"), "doc")
    assert (nightly.schedule.expression, str(nightly.schedule.timezone)) == ("0 2 * * *", "Asia/Riyadh")
    assert manual.schedule is None


def test_a_re_decision_by_dag_looks_first_and_changes_only_when_told_to(house: House) -> None:
    house.has_source()
    house.gets([person(1)])
    assert run_dag("collect_sample_guide").state == "success"
    ask("update register.contact_point set class = 'business', subject_id = null, rules = 'rules/0' returning 1")
    assert run_dag("redecide_held").state == "success"
    assert {row[0] for row in ask("select class from register.contact_point")} == {"business"}
    assert run_dag("redecide_held", apply=True).state == "success"
    assert "personal" in {row[0] for row in ask("select class from register.contact_point")}
    assert run_dag("redecide_held", reason="").state == "failed"
    contract = house.folder / "sources" / "sample_guide" / "contract.yml"
    contract.write_text(yaml.safe_dump({"key": "sample_guide", "colour": "red"}), encoding="utf-8")
    assert run_dag("redecide_held", apply=False).state == "success"
    assert run_dag("redecide_held", apply=True).state == "failed", "what is held of it was not decided"
