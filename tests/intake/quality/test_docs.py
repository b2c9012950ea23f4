"""Data Docs are published, closed, limited and without a value."""

from __future__ import annotations

import logging
import subprocess
import sys
import textwrap
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pandas as pd
import pytest

from include.intake.contracts import Contract
from include.intake.quality import check_delivery, publish_docs, scan

Builder = Callable[..., Contract]
CANARY = "canary-quokka"
BEGAN = datetime(2026, 1, 5, 0, 30, tzinfo=UTC)


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the installation keeps its files; the working folder is another one."""
    monkeypatch.setenv("AMANAH_HOME", str(tmp_path / "home"))
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path / "elsewhere")
    return tmp_path / "home"


def planted(rows: int = 40) -> pd.DataFrame:
    """Rows of which every cell holds the canary, and which break floors and ceilings, a missing cell among them."""
    cells = {
        name: [f"{CANARY} {name} {row}" for row in range(rows)] for name in ("Name", "Tel", "Tel 2", "Mail", "City")
    }
    frame = pd.DataFrame({"_row": range(rows), "_key": [CANARY.encode()] * rows, **cells})
    frame.loc[3, "City"] = None
    return frame


def pages(home: Path) -> list[Path]:
    return sorted((home / "data_docs" / "sample_guide" / "site" / "validations").rglob("*.html"))


def test_no_value_of_a_row_leaves_the_check(
    contract: Builder, home: Path, capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    terms = contract(floors={"rows": 1_000}, ceilings={"phone": 0.1, "city": 0.1})
    report = check_delivery([planted(), planted()], terms)
    index = publish_docs("sample_guide", report)
    scan(planted().fillna("").drop(columns=["_row", "_key"]), {"Tel": "phone"})
    assert index.is_file()
    assert len(report.failures) == 2
    assert len(report.warnings) == 4
    assert CANARY not in repr(report) + str(report.results)
    assert "fingerprint" not in str(report.results)
    assert CANARY not in caplog.text
    out, err = capfd.readouterr()
    assert CANARY not in out + err
    written = [file for file in home.parent.rglob("*") if file.is_file()]
    assert len(pages(home)) == 2
    assert not [file for file in written if CANARY.encode() in file.read_bytes() or CANARY in file.name]


def test_the_docs_show_what_was_expected_and_found_in_numbers(contract: Builder, home: Path) -> None:
    publish_docs("sample_guide", check_delivery([planted()], contract(floors={"rows": 1_000})), at=BEGAN)
    profile = next(page for page in pages(home) if "profile" in page.name).read_text(encoding="utf-8")
    assert "must be greater than or equal to" in profile
    assert "received" in profile
    assert "1000" in profile
    assert ">40<" in profile.replace("\n", "").replace(" ", "")


def test_opening_a_page_sends_nothing(contract: Builder, home: Path) -> None:
    index = publish_docs("sample_guide", check_delivery([planted(2)], contract()), at=BEGAN)
    for page in (index, *pages(home)):
        text = page.read_text(encoding="utf-8")
        assert "connect-src 'none'" in text
        assert "web-assets" not in text


def test_the_docs_are_closed_to_others(contract: Builder, home: Path) -> None:
    publish_docs("sample_guide", check_delivery([planted()], contract()))
    for folder in (home, home / "data_docs", home / "data_docs" / "sample_guide"):
        assert folder.stat().st_mode & 0o077 == 0


def test_old_checks_are_taken_off_the_site(contract: Builder, home: Path) -> None:
    report = check_delivery([planted(2)], contract())
    for night in range(4):
        index = publish_docs("sample_guide", report, at=BEGAN + timedelta(days=night), kept=2)
    assert len(pages(home)) == 4
    results = list((home / "data_docs" / "sample_guide" / "results").rglob("*.json"))
    assert len(results) == 4
    nights = {page.parent.name for page in pages(home)}
    assert min(nights) == "20260107T003000.000000Z"
    assert index.read_text(encoding="utf-8").count("20260105T003000") == 0


def test_publishing_a_check_again_changes_nothing(contract: Builder, home: Path) -> None:
    report = check_delivery([planted(2)], contract())
    publish_docs("sample_guide", report, at=BEGAN)
    before = pages(home)
    publish_docs("sample_guide", report, at=BEGAN)
    assert pages(home) == before


def test_a_check_writes_nothing_outside_the_installation_and_sends_nothing(
    contract: Builder, home: Path, tmp_path: Path
) -> None:
    script = f"""
        import socket, warnings
        warnings.simplefilter("error")
        def refuse(*args, **kwargs): raise AssertionError("network")
        socket.socket.connect = socket.create_connection = socket.getaddrinfo = refuse
        import pandas as pd
        from include.intake.contracts import Contract
        from include.intake.quality import check_delivery, publish_docs
        assert "great_expectations" not in __import__("sys").modules
        terms = Contract.model_validate_json({contract().model_dump_json()!r})
        frame = pd.DataFrame({{name: ["x"] for name in terms.columns}})
        publish_docs(terms.key, check_delivery([frame], terms))
    """
    (tmp_path / "user").mkdir()
    ran = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(script)],
        cwd=tmp_path / "elsewhere",
        env={"HOME": str(tmp_path / "user"), "AMANAH_HOME": str(home), "PYTHONPATH": str(Path(__file__).parents[3])},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (ran.returncode, ran.stdout, ran.stderr) == (0, "", "")
    assert list((tmp_path / "elsewhere").iterdir()) == []
    assert list((tmp_path / "user").iterdir()) == []
