"""A newcomer brings a file: drafts its contract, fills in two lines, and takes it in; by real processes."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from builders import ask
from drafted_intake import filled_in, parts_add_up
from invented import INVENTED, column
from unseen_directories import UNSEEN

ROOT = Path(__file__).resolve().parent.parent.parent
BROUGHT = UNSEEN[0]


def amanah(*words: object, expect: int = 0) -> subprocess.CompletedProcess[str]:
    """Run `python -m include` with the test's settings and return what it printed."""
    done = subprocess.run(
        [sys.executable, "-m", "include", *map(str, words)],
        cwd=ROOT,
        env={**os.environ, "PYTHONIOENCODING": "ascii"},
        capture_output=True,
        encoding="utf-8",
        timeout=120,
    )
    assert done.returncode == expect, done.stderr[-2000:]
    return done


def test_a_drafted_contract_runs_once_its_two_lines_are_filled_in(database: str, tmp_path: Path) -> None:
    file, saved = BROUGHT.write(tmp_path), tmp_path / "mine.yml"
    done = amanah("contract", "draft", file)
    saved.write_text(done.stdout, encoding="utf-8")
    refused = amanah("intake", file, "--contract", saved, expect=1)
    assert "basis.case is empty" in refused.stderr
    assert "basis.proof is empty" in refused.stderr
    saved.write_text(filled_in(done.stdout), encoding="utf-8")
    counts = json.loads(amanah("intake", file, "--contract", saved, "--json").stdout)
    assert parts_add_up(counts)
    assert (counts["received"], counts["new"]) == (INVENTED, INVENTED)
    assert sum(counts["contact_points"].values()) >= 4 * INVENTED


def test_a_file_without_names_is_drafted_and_taken_in(database: str, tmp_path: Path) -> None:
    file, saved, output = tmp_path / "numbers.csv", tmp_path / "mine.yml", tmp_path / "classes.csv"
    mailboxes = ["info@palm.example", *column("mail")[1:]]
    rows = zip(mailboxes, column("mobile:sa"), strict=True)
    file.write_text("E-mail,Phone\n" + "".join(f"{mailbox},{phone}\n" for mailbox, phone in rows), encoding="utf-8")
    saved.write_text(filled_in(amanah("contract", "draft", file).stdout), encoding="utf-8")
    amanah("classify", file, "--contract", saved, "--output", output)
    assert "nameless_listing" in output.read_text(encoding="utf-8")
    counts = json.loads(amanah("intake", file, "--contract", saved, "--json").stdout)
    assert parts_add_up(counts)
    assert (counts["received"], counts["new"]) == (INVENTED, INVENTED)
    assert sum(counts["contact_points"].values()) == 2 * INVENTED
    assert ask("select count(*) from register.listing where state = 'active'") == [(INVENTED,)]


def test_standard_output_is_the_contract_and_no_value_of_the_file_is_printed(tmp_path: Path) -> None:
    done = amanah("contract", "draft", BROUGHT.write(tmp_path))
    assert done.stdout.startswith("# ")
    printed = done.stdout + done.stderr
    for _, kind, _ in BROUGHT.columns:
        if kind not in ("number", "word:تجاري|خدمي|صناعي"):
            assert not [cell for cell in column(kind) if re.search(rf"(?<!\w){re.escape(cell)}(?!\w)", printed)], kind


@pytest.mark.parametrize(("content", "why"), [(None, "no such file"), (b"Name,Phone\n", "no rows")])
def test_what_cannot_be_drafted_is_one_sentence_and_no_contract(
    content: bytes | None, why: str, tmp_path: Path
) -> None:
    file = tmp_path / "given.csv"
    if content is not None:
        file.write_bytes(content)
    done = amanah("contract", "draft", file, expect=1)
    assert done.stdout == ""
    assert "Traceback" not in done.stderr
    assert why in done.stderr
    assert "given.csv" in done.stderr
