"""Where contracts are found, and what is said of one that is broken."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from include.errors import NeverRetry
from include.intake.contracts import (
    Contract,
    contract_hash,
    contract_named,
    contracts,
    file_of,
    load_all,
    load_contract,
    source_folders,
)

Build = Callable[..., Contract]
Write = Callable[..., Path]


def test_a_typo_names_the_line_and_the_field(written: Write) -> None:
    path = written()
    text = path.read_text(encoding="utf-8").replace("licence:", "license:")
    path.write_text(text, encoding="utf-8")
    line = next(number for number, row in enumerate(text.splitlines(), 1) if row.startswith("license:"))
    with pytest.raises(NeverRetry) as error:
        load_contract(path)
    assert f"contract.yml:{line}: license: is not a known field; did you mean 'licence'?" in str(error.value)


def test_terms_that_do_not_fit_name_their_line(written: Write) -> None:
    path = written(columns={"Name": "organisation", "Phone": "phone", "Site": "website"})
    line = next(number for number, row in enumerate(path.read_text(encoding="utf-8").splitlines(), 1) if "Site" in row)
    with pytest.raises(NeverRetry, match=rf":{line}: columns\.Site: website is outside"):
        load_contract(path)


def test_everything_that_is_wrong_is_said_at_once(written: Write) -> None:
    with pytest.raises(NeverRetry) as error:
        load_contract(written(columns={"Trade": "activity"}, row_id="Id"))
    for part in ("why it is needed", "holds a contact", "not among columns"):
        assert part in str(error.value)


def test_one_broken_contract_hides_no_other(written: Write, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AMANAH_SOURCES", str(tmp_path))
    written()
    written(folder="misnamed")
    written(folder="broken", key="broken", kind="rumour")
    (tmp_path / "empty").mkdir()
    (tmp_path / ".hidden").mkdir()
    good, broken = load_all()
    assert list(good) == ["riyadh_trade"]
    assert contracts() == good
    assert {fault.key for fault in broken} == {"misnamed", "broken", "empty"}
    assert all(str(fault.path) in fault.message for fault in broken)


def test_sources_may_lie_in_several_folders_but_each_once(
    written: Write, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = tmp_path / "first", tmp_path / "second"
    monkeypatch.setenv("AMANAH_SOURCES", f"{first}:{second}")
    for root in (first, second):
        written(root)
    written(second, "cairo_trade", key="cairo_trade")
    good, broken = load_all()
    assert set(good) == {"riyadh_trade", "cairo_trade"}
    assert [fault.path for fault in broken] == [second / "riyadh_trade" / "contract.yml"]


def test_a_folder_that_is_not_there_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AMANAH_SOURCES", str(tmp_path / "nowhere"))
    good, broken = load_all()
    assert good == {}
    assert "AMANAH_SOURCES names no folder" in broken[0].message


def test_the_projects_own_sources_all_load(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AMANAH_SOURCES", raising=False)
    assert [fault.message for fault in load_all()[1]] == []
    assert source_folders()[0].name == "sources"


def test_a_contract_is_found_by_its_key_or_its_path(
    written: Write, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = written()
    monkeypatch.setenv("AMANAH_SOURCES", str(tmp_path))
    assert contract_named("riyadh_trade") == contract_named(str(path))
    with pytest.raises(NeverRetry, match="known: riyadh_trade"):
        contract_named("ryadh_trade")


def test_a_broken_contract_asked_for_by_key_says_why(
    written: Write, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    written(kind="rumour")
    monkeypatch.setenv("AMANAH_SOURCES", str(tmp_path))
    with pytest.raises(NeverRetry, match="kind"):
        contract_named("riyadh_trade")


def test_the_hash_follows_the_terms_and_not_their_wording(contract: Build) -> None:
    assert contract_hash(contract()) == contract_hash(contract(format={"type": "csv"}, refresh="nightly"))
    assert contract_hash(contract()) != contract_hash(contract(purposes=["invoicing"]))
    assert len(contract_hash(contract())) == 32


def test_a_file_lies_in_the_inbox_unless_its_path_is_absolute(
    contract: Build, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AMANAH_INBOX", str(tmp_path))
    assert file_of(contract()) == tmp_path / "trade.csv"
    monkeypatch.delenv("AMANAH_INBOX")
    assert file_of(contract(location=str(tmp_path / "x.csv"))) == tmp_path / "x.csv"
    with pytest.raises(NeverRetry, match="set AMANAH_INBOX"):
        file_of(contract())


def test_the_schedule_is_cron_or_nothing(contract: Build) -> None:
    assert contract().cron == "0 2 * * *"
    assert contract(refresh="manual").cron is None
    assert contract(refresh="30 1 * * 0").cron == "30 1 * * 0"


def test_reading_contracts_loads_no_data_library() -> None:
    heavy = "pandas", "numpy", "pyarrow", "great_expectations", "phonenumbers", "ijson", "airflow"
    code = f"import sys, include.intake.contracts as c; c.load_all(); print([m for m in {heavy!r} if m in sys.modules])"
    root = Path(__file__).resolve().parents[3]
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=root)
    assert done.stdout.strip() == "[]"
