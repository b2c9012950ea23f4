from __future__ import annotations

import ast
import hashlib
import inspect
import shutil
import textwrap
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path

import pytest
from pydantic import BaseModel, ValidationError

from include.errors import NeverRetry
from include.law import Edition, Rule, edition_for, edition_named, editions, now
from include.law.in_force import FOLDER, NoSuchEdition
from include.law.strict_yaml import BrokenYaml

SA = edition_named("sa-2024-09-14")
EU = edition_named("eu-2018-05-25")
EG = edition_named("eg-2025-11-01")
AE = edition_named("ae-2022-01-02")

every_edition = pytest.mark.parametrize("edition", editions(), ids=lambda edition: str(edition.name))


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def rules(part: BaseModel, place: str = "") -> Iterator[tuple[str, Rule[object]]]:
    for name in type(part).model_fields:
        value, here = getattr(part, name), f"{place}.{name}".removeprefix(".")
        if isinstance(value, Rule):
            yield here, value
        elif isinstance(value, BaseModel):
            yield from rules(value, here)


def coming(folder: Path, text: str, name: str = "sa/2027-01-01.yml") -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


@pytest.fixture
def saudi() -> str:
    return (FOLDER / "sa" / "2024-09-14.yml").read_text(encoding="utf-8")


# What the editions say.


def test_the_saudi_edition_holds_every_figure_of_the_law() -> None:
    values = {place: rule.value for place, rule in rules(SA)}
    assert (
        values
        | {
            "notice.days": 30,
            "notice.start": "received_at",
            "notice.also_first_contact": False,
            "notice.send_by_days": 7,
            "notice.answer_days_min": 14,
            "notice.review_days": 3,
            "requests.days": 30,
            "requests.day_type": "calendar",
            "requests.extension_days": 30,
            "requests.extension_notice_before_expiry": True,
            "breach.authority_hours": 72,
            "breach.harm_test": True,
            "breach.subject_rule": "without_undue_delay",
            "marketing.stop_max_hours": 24,
            "marketing.stop_target_hours": 0,
            "marketing.requires_consent": True,
            "marketing.requires_direct_source": True,
            "marketing.licence_required": False,
            "marketing.blanket_grant": False,
            "consent.answer_days": 30,
            "consent.record_months": 60,
            "retention.ropa_tail_years": 5,
            "retention.backup_min_months": 3,
            "retention.backup_max_months": 6,
            "authority.complaint_window_days": 90,
            "destruction.blast_radius": 0.2,
            "warning_share": 0.8,
        }
        == values
    )
    assert len(SA.sources.cases.value if SA.sources.cases else ()) == 7
    assert len(SA.notice.exceptions.value if SA.notice.exceptions else ()) == 5
    assert (SA.time_zone, SA.languages) == ("Asia/Riyadh", ("ar", "en"))
    assert SA.requests.silence_means is None


def test_the_other_editions_hold_the_figures_that_were_found() -> None:
    found = {
        f"{edition.jurisdiction}.{place}": rule.value for edition in (EU, EG, AE) for place, rule in rules(edition)
    }
    assert (
        found
        | {
            "eu.notice.months": 1,
            "eu.notice.also_first_contact": True,
            "eu.requests.months": 1,
            "eu.requests.extension_months": 2,
            "eu.breach.authority_hours": 72,
            "eu.roll_to_working_day": True,
            "eg.requests.days": 6,
            "eg.requests.day_type": "working",
            "eg.requests.silence_means": "refusal",
            "eg.breach.authority_hours": 72,
            "eg.breach.subject_working_days": 3,
            "eg.marketing.licence_required": True,
            "eg.consent.record_months": 36,
            "ae.authority.grievance_days": 30,
        }
        == found
    )
    assert {"eg.notice.days", "ae.notice.days", "ae.requests.days", "ae.breach.authority_hours"}.isdisjoint(found)


@every_edition
def test_a_personal_or_undecided_point_is_blocked_and_its_person_told(edition: Edition) -> None:
    assert edition.routing.of("business").value.permission == "business_use"
    assert edition.routing.of("business").value.duties == ()
    for klass in ("personal", "undetermined"):
        assert edition.routing.of(klass).value.permission == "blocked"
        assert edition.routing.of(klass).value.duties == ("source_notice",)


@every_edition
def test_every_rule_has_an_article_and_a_confidence(edition: Edition) -> None:
    for place, rule in rules(edition):
        assert rule.article.strip(), place
        assert rule.confidence in ("Q", "Qg", "Q*", "P", "M", "R"), place


@every_edition
def test_an_edition_is_frozen_through_and_through(edition: Edition) -> None:
    with pytest.raises(ValidationError, match="frozen"):
        edition.notice.send_by_days.value = 8  # type: ignore[misc]
    with pytest.raises(ValidationError, match="frozen"):
        edition.jurisdiction = "xx"  # type: ignore[misc]
    hash(edition)  # nothing in it can be changed, so it can be a key


def told(model: type[BaseModel]) -> set[str]:
    """Name the fields under which a class, or one that it comes from, says what they mean."""
    own = [each for each in model.__mro__ if each.__module__.startswith("include.") and "[" not in each.__name__]
    bodies = [ast.parse(textwrap.dedent(inspect.getsource(each))).body[0].body for each in own]  # type: ignore[attr-defined]
    return {
        line.target.id
        for body in bodies
        for line, behind in pairwise(body)
        if isinstance(line, ast.AnnAssign) and isinstance(line.target, ast.Name)
        if isinstance(behind, ast.Expr) and isinstance(behind.value, ast.Constant) and behind.value.value
    }


def test_every_field_says_what_it_means() -> None:
    def undescribed(model: type[BaseModel]) -> Iterator[str]:
        yield from (f"{model.__name__}.{name}" for name in model.model_fields.keys() - told(model))

    parts = {
        type(part)
        for edition in editions()
        for part in [edition, *vars(edition).values()]
        if isinstance(part, BaseModel)
    }
    assert [place for part in parts for place in undescribed(part)] == []


def test_an_edition_that_has_taken_effect_is_never_edited() -> None:
    """Add a new edition's line to SHA256SUMS (`sha256sum sa/….yml`) before its first day; never change a line."""
    lines = (FOLDER / "SHA256SUMS").read_text(encoding="utf-8").splitlines()
    recorded = {name: digest for digest, name in (line.split("  ") for line in lines)}
    today = now()
    taken = [edition for edition in editions() if edition.effective_from <= today.astimezone(edition.zone).date()]
    for edition in taken:
        name = f"{edition.jurisdiction}/{edition.effective_from}.yml"
        assert recorded.get(name) == hashlib.sha256((FOLDER / name).read_bytes()).hexdigest(), name
    assert all((FOLDER / name).is_file() for name in recorded)


# Which edition holds.


def test_an_edition_holds_from_its_first_local_day() -> None:
    assert edition_for("sa", at("2024-09-13 21:00:00")) is SA  # midnight in Riyadh
    with pytest.raises(NoSuchEdition, match=r"no edition of 'sa' is in force on 2024-09-13; known: ae-2022-01-02"):
        edition_for("sa", at("2024-09-13 20:59:59"))


def test_an_unknown_edition_or_jurisdiction_is_refused_with_the_known_ones() -> None:
    with pytest.raises(NoSuchEdition, match="no edition of 'xx'"):
        edition_for("xx", at("2026-01-01"))
    with pytest.raises(NoSuchEdition, match=r"there is no edition 'sa-1999-01-01'; known: ae-2022-01-02, eg-"):
        edition_named("sa-1999-01-01")
    with pytest.raises(NeverRetry, match="has no time zone"):
        edition_for("sa", at("2026-01-01").replace(tzinfo=None))


def test_a_coming_edition_takes_over_on_its_day_without_a_change_of_code(
    tmp_path: Path, saudi: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = saudi.replace("effective_from: 2024-09-14", "effective_from: 2027-01-01")
    coming(
        tmp_path, text.replace("days: {value: 30, article: IR 4(3)", "days: {value: 25, article: IR 4(3) as amended")
    )
    monkeypatch.setenv("AMANAH_EDITIONS", str(tmp_path))
    before, after = edition_for("sa", at("2026-12-31 20:59:59")), edition_for("sa", at("2026-12-31 21:00:00"))
    assert (before.name, after.name) == ("sa-2024-09-14", "sa-2027-01-01")
    assert (before.notice.days and before.notice.days.value, after.notice.days and after.notice.days.value) == (30, 25)
    assert [edition.name for edition in editions("sa")] == ["sa-2024-09-14", "sa-2027-01-01"]
    assert edition_named("sa-2027-01-01") == after


def test_an_edition_that_ends_leaves_a_gap_that_is_named(
    tmp_path: Path, saudi: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = saudi.replace("jurisdiction: sa", "jurisdiction: bh")
    coming(tmp_path, text.replace("2024-09-14\n", "2024-09-14\neffective_to: 2025-01-01\n"), "bh/2024-09-14.yml")
    monkeypatch.setenv("AMANAH_EDITIONS", str(tmp_path))
    assert edition_for("bh", at("2025-01-01 20:59:59")).name == "bh-2024-09-14"
    with pytest.raises(NoSuchEdition):
        edition_for("bh", at("2025-01-01 21:00:00"))


# What is wrong with an edition is named.


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (
            "send_by_days:",
            "send_by_day:",
            r"2027-01-01.yml:\d+: notice.send_by_day: is not a known field; did you mean 'send_by_days'",
        ),
        (
            "send_by_days: {value: 7",
            "send_by_days: {value: soon",
            "notice.send_by_days.value: Input should be a valid integer",
        ),
        (
            "send_by_days: {value: 7",
            "send_by_days: {value: 17",
            "notice: send_by_days and answer_days_min together pass the 30",
        ),
        ("review_days: {value: 3", "review_days: {value: 8", "notice: review_days must not pass send_by_days"),
        (
            "article: IR 4(3), confidence: Q, note: Thirty",
            "confidence: Q, note: Thirty",
            "notice.days.article: is missing",
        ),
        ("confidence: Q}", "confidence: sure}", "confidence: Input should be 'Q', 'Qg'"),
        ("Asia/Riyadh", "Asia/Riyad", "time_zone: is not an IANA time zone"),
        ('start: {value: "09:00"', 'start: {value: "22:00"', "sending_window: the window must open before it closes"),
        ("[friday, saturday]", "[friday, caturday]", r"weekend.value\[1\]"),
        ("backup_min_months: {value: 3", "backup_min_months: {value: 6", "retention: backup_min_months must be below"),
        (
            "undetermined:\n    value: {permission: blocked",
            "undetermined:\n    value: {permission: business_use",
            "routing: undetermined_is_personal holds",
        ),
        (
            "  start: {value: received_at",
            "  months: {value: 1, article: x y, confidence: R}\n  start: {value: received_at",
            "not both",
        ),
        ("time_zone:", "effective_to: 2026-01-01\ntime_zone:", "effective_to lies before effective_from"),
    ],
)
def test_a_fault_in_an_edition_names_its_line_and_field(
    tmp_path: Path, saudi: str, monkeypatch: pytest.MonkeyPatch, old: str, new: str, message: str
) -> None:
    assert old in saudi
    coming(tmp_path, saudi.replace("2024-09-14\n", "2027-01-01\n").replace(old, new))
    monkeypatch.setenv("AMANAH_EDITIONS", str(tmp_path))
    with pytest.raises(BrokenYaml, match=message):
        editions()


def test_an_edition_stands_where_its_name_says_and_only_once(
    tmp_path: Path, saudi: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    misplaced = coming(tmp_path / "a", saudi)
    monkeypatch.setenv("AMANAH_EDITIONS", str(tmp_path / "a"))
    with pytest.raises(NeverRetry, match=r"holds sa-2024-09-14; a file stands at <jurisdiction>/<effective_from>"):
        editions()
    (tmp_path / "b" / "sa").mkdir(parents=True)
    shutil.copy(misplaced, tmp_path / "b" / "sa" / "2024-09-14.yml")
    monkeypatch.setenv("AMANAH_EDITIONS", str(tmp_path / "b"))
    with pytest.raises(NeverRetry, match="is known already; an edition is never edited"):
        editions()
    monkeypatch.setenv("AMANAH_EDITIONS", str(tmp_path / "none"))
    with pytest.raises(NeverRetry, match="which is not a folder"):
        editions()
