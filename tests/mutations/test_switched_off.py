"""Each safeguard of a destruction or a breach, switched off, makes a named test fail: none of these passes without.

`MUTATIONS=1 python -m pytest tests/mutations -s` switches them off one by one, in copies of the code, and says what
failed. Without it, what is switched off and by what that shows are only looked up, so that the list stays true.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
COPIED = ("include", "tests", "dags", "plugins", "pyproject.toml")
RETENTION = "tests/duties/test_retention.py"
STORAGES = "tests/systems/test_files_in_other_storages.py"
BATCHES = "tests/duties/test_going_in_batches.py"
BREACH = "tests/duties/breach"
RIGHTS = "tests/duties/rights/test_rights_rules.py"
PACKAGES = "tests/duties/packages/test_packages.py"


@dataclass(frozen=True)
class Mutation:
    """One safeguard: where it stands, how it is switched off, and the test that has to fail then."""

    name: str
    file: str
    stands: str
    instead: str
    shown_by: str


MUTATIONS = (
    Mutation(
        "hold", "include/duties/holds/actions.py",
        "return Keeping(tuple(people), tuple(rows))", "return Keeping()",
        f"{RETENTION}::test_a_legal_hold_on_a_person_keeps_everything_of_theirs_and_its_release_lets_it_go",
    ),
    Mutation(
        "cap", "include/duties/destruction/planning.py",
        "return subjects > rule.blast_radius_floor.value and", "return False and",
        f"{RETENTION}::test_a_plan_over_the_editions_share_waits_though_the_rule_has_run_before",
    ),
    Mutation(
        "verification", "include/duties/retention/carrying.py",
        "    if found:\n", "    if False:\n",
        f"{RETENTION}::test_a_second_look_that_finds_something_fails_the_night",
    ),
    Mutation(
        "suppression", "include/duties/destruction/destruction.sql",
        "  from forgotten\n where not exists (", "  from forgotten\n where false and not exists (",
        "tests/duties/test_destruction.py::test_a_destroyed_person_does_not_come_back_with_the_next_delivery",
    ),
    Mutation(
        "refcount", "include/systems/sparing.py",
        "            if sets.connection.execute(_sparing(sets, name)).rowcount:\n", "            if False:\n",
        "tests/systems/test_forgetting.py::test_a_row_of_two_owners_stays_until_the_last_has_gone",
    ),
    Mutation(
        "hash", "include/systems/forgetting.py",
        "return planned in (None, found.hash) or", "return True or",
        f"{RETENTION}::test_what_was_allowed_is_what_goes_and_what_moved_meanwhile_is_planned_anew",
    ),
    Mutation(
        "hold between batches", "include/duties/retention/batches.py",
        "            holds = standing(store)\n", "            holds = ()\n",
        f"{BATCHES}::test_a_hold_that_is_placed_between_two_batches_keeps_what_has_not_gone",
    ),
    Mutation(
        "standstill", "include/duties/holds/standstill.py",
        "    if since is not None:\n", "    if False:\n",
        f"{RETENTION}::test_nothing_goes_while_destruction_stands_still",
    ),
    Mutation(
        "what is done is known", "include/duties/retention/noting.py",
        "if meet(bytes(batch.names), standing):", "if True:",
        f"{BATCHES}::test_a_large_plan_killed_in_its_third_batch_goes_on_there_and_counts_every_row_once",
    ),
    Mutation(
        "all versions", "include/systems/versions.py",
        'if version["Key"] == key]', 'if version["Key"] == key][:1]',
        "tests/systems/test_files_with_versions.py",
    ),
    Mutation(
        "clock of a breach", "include/law/clocks.py",
        'return utc(known_at, "known_at") + timedelta(hours=hours)\n\n\ndef breach_subject_due',
        'return utc(known_at, "known_at") + timedelta(hours=hours + 24)\n\n\ndef breach_subject_due',
        f"{BREACH}/test_breach_noted.py::test_the_authority_is_told_within_72_hours_of_knowing_through_the_weekend",
    ),
    Mutation(
        "element of the report", "include/duties/breach/report.py",
        "for element in Element if element not in facts.deferred}",
        "for element in Element if element not in (*facts.deferred, Element.EFFECTS)}",
        f"{BREACH}/test_breach_reports.py::test_the_report_says_every_element_that_the_law_names_in_both_languages",
    ),
    Mutation(
        "reason of a supplement", "include/duties/breach/report.py",
        "why_late = facts.late or bool(facts.owed)", "why_late = facts.late",
        f"{BREACH}/test_breach_going_on.py::test_its_end_is_recorded_later_counted_over_the_whole_time_and_"
        "supplemented_with_the_reason",
    ),
    Mutation(
        "people found later", "include/duties/breach/scoping.py",
        "if about.told_at is not None and row.told_at is None:", "if False:",
        f"{BREACH}/test_breach_going_on.py::test_who_is_found_once_all_were_told_is_told_by_a_clock_of_their_own_and_"
        "nobody_twice",
    ),
    Mutation(
        "rehearsal", "include/duties/breach/telling.py",
        "        if not real.get(message.id)\n", "        if message.id not in real\n",
        f"{BREACH}/test_breach_people.py::test_a_letter_that_got_into_the_outbox_of_a_rehearsal_is_held_back_there",
    ),
    Mutation(
        "all versions of Google", "include/systems/versions.py",
        'if each["name"] == key]', 'if each["name"] == key][:1]',
        f"{STORAGES}::test_every_version_goes_and_no_file_whose_name_only_begins_so",
    ),
    Mutation(
        "all versions of Azure", "include/systems/versions.py",
        'if blob.version_id):', 'if False):',
        f"{STORAGES}::test_every_version_goes_and_no_file_whose_name_only_begins_so",
    ),
    Mutation(
        "end of the time for an extension", "include/duties/rights/rules.py",
        "    if at >= request.first_due_at:\n        return Why.TOO_LATE\n", "",
        f"{RIGHTS}::test_an_extension_is_told_before_day_thirty_or_not_at_all",
    ),
    Mutation(
        "clock of a request", "include/law/clocks.py",
        "return _request_end(edition, received_at, extended=False)",
        "return _request_end(edition, received_at + timedelta(days=1), extended=False)",
        f"{RIGHTS}::test_the_clock_is_thirty_days_from_receipt_and_sixty_with_the_extension",
    ),
    Mutation(
        "redaction of names", "include/duties/packages/redacting.py",
        "            text = self._without(text, [name, *parts])\n", "            pass\n",
        f"{PACKAGES}::test_a_name_that_the_register_holds_of_somebody_else_is_taken_out_of_what_was_written",
    ),
    Mutation(
        "redaction of mailboxes", "include/duties/packages/redacting.py",
        "        text = MAILBOX.sub(self._unless_own, text)\n", "",
        f"{PACKAGES}::test_other_people_who_are_named_in_what_was_written_are_taken_out",
    ),
)  # fmt: skip


@pytest.mark.parametrize("mutation", MUTATIONS, ids=lambda mutation: mutation.name.replace(" ", "-"))
def test_what_is_switched_off_stands_once_and_the_test_that_shows_it_is_there(mutation: Mutation) -> None:
    assert (ROOT / mutation.file).read_text("utf-8").count(mutation.stands) == 1
    file, _, name = mutation.shown_by.partition("::")
    assert re.search(rf"^def {name or 'test_'}", (ROOT / file).read_text("utf-8"), re.MULTILINE)


@pytest.mark.skipif("MUTATIONS" not in os.environ, reason="takes minutes: MUTATIONS=1 switches each safeguard off")
@pytest.mark.parametrize("mutation", MUTATIONS, ids=lambda mutation: mutation.name.replace(" ", "-"))
def test_switched_off_it_makes_its_test_fail(mutation: Mutation, tmp_path: Path) -> None:
    for name in COPIED:
        copy = shutil.copytree if (ROOT / name).is_dir() else shutil.copy2
        copy(ROOT / name, tmp_path / name)
    file = tmp_path / mutation.file
    file.write_text(file.read_text("utf-8").replace(mutation.stands, mutation.instead), encoding="utf-8")
    words = ["-m", "pytest", mutation.shown_by, "-x", "-q", "-n", "0", "-p", "no:cacheprovider", "--tb=line"]
    done = subprocess.run([sys.executable, *words], cwd=tmp_path, capture_output=True, text=True, check=False)
    failed = re.findall(r"^FAILED \S+?::(\w+)", done.stdout, re.MULTILINE)
    print(f"| {mutation.name} | {', '.join(failed) or 'nothing'} |")
    assert done.returncode == 1, done.stdout[-2000:]
    assert failed, done.stdout[-2000:]
