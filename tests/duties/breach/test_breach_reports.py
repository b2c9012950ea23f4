"""The authority's report: whole or not at all, in its hours, approved by its hash, filed by a person, supplemented."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from breach_case import HARMLESS, KNOWN, WHO, WORDS, hour, noted, ready
from builders import ask, recorded
from command import call
from printed_pages import seen
from sqlalchemy import text

from include.documents import Language
from include.duties.breach import (
    IncompleteReport,
    Moved,
    Unfit,
    approve,
    decide,
    document,
    draft,
    estimate,
    file,
    say,
    weigh,
)
from include.duties.breach import scope as count_people
from include.duties.breach.model import Block, Element
from include.duties.breach.reporting import Report
from include.duties.breach.rules import BLOCKS
from include.duties.breach.words import LANGUAGES, Words, gaps, words_in
from include.duties.watch import watch
from include.law import Controller, edition_for
from include.store import Role, begin, keyed

ROOT = Path(__file__).resolve().parents[3]


def told(report: Report) -> dict[str, Any]:
    with begin(Role.DUTIES) as connection:
        found: dict[str, Any] = json.loads(document(connection, report.id, "json", "en"))
    return found


def filed(breach: UUID, at: Any, reference: str = "NDGP-1", **said: Any) -> Report:
    """Draft, approve and file a report."""
    made = draft(breach, WHO, at=at, **said)
    approve(breach, made.hash.hex(), WHO, by="dpo", at=at)
    file(breach, reference, by="dpo", at=at)
    return made


def test_the_report_says_every_element_that_the_law_names_in_both_languages(database: str) -> None:
    said = told(draft(ready(), WHO, at=hour(20)))
    assert [*said["elements"]] == sorted(Element)
    assert {each["block"] for each in said["elements"].values()} == set("abcde")
    assert all(
        each["ar"] and each["en"] and each["article"].startswith("IR 24(1)") for each in said["elements"].values()
    )
    assert said["deferred"] == {}
    assert said["delays"] == []
    assert not said["late"]
    assert {BLOCKS[each] for each in Element} == {*Block}


@pytest.mark.parametrize("element", ["description", "how", "risks", "effects", "measures_taken", "measures_planned"])
def test_a_report_that_lacks_an_element_is_not_made_and_the_element_is_named(database: str, element: str) -> None:
    breach = ready(element)
    with pytest.raises(IncompleteReport, match=element) as refused:
        draft(breach, WHO, at=hour(20))
    assert refused.value.missing == (element,)
    assert ask("select 1 from duties.breach_report") == []


def test_nor_without_the_people_counted_or_somebody_to_ask(database: str) -> None:
    breach = ready()
    ask("update duties.breach set scoped_at = null returning 1")
    with pytest.raises(IncompleteReport, match="categories, subjects, data_types"):
        draft(breach, WHO, at=hour(20))
    count_people(breach, hour(20))
    silent = WHO.model_copy(update={"dpo": None})
    with pytest.raises(IncompleteReport, match="contact"):
        draft(breach, silent, at=hour(20))


def test_a_detail_may_come_later_with_a_reason_and_what_is_known_to_whoever_reports_may_not(database: str) -> None:
    breach = ready("how", "description")
    with pytest.raises(Unfit, match="description"):
        draft(breach, WHO, at=hour(20), deferred={"description": "still_investigated", "how": "still_investigated"})
    say(breach, "description", dict(zip(LANGUAGES, WORDS["description"], strict=True)), by="dpo", at=hour(20))
    with pytest.raises(Unfit, match="because of"):
        draft(breach, WHO, at=hour(20), deferred={"how": "no idea"})
    said = told(draft(breach, WHO, at=hour(20), deferred={"how": "still_investigated"}))
    assert said["deferred"] == {"how": "still_investigated"}
    assert "how" not in said["elements"]


def test_a_breach_is_reported_at_hour_50_and_supplemented_at_hour_80_with_the_reason(database: str) -> None:
    breach = ready("how", "delay")
    first = filed(breach, hour(50), deferred={"how": "still_investigated"})
    assert ask("select state, outcome from duties.duty where kind = 'breach_authority'") == [("done", "reported")]
    assert not watch(hour(80), WHO)["missed"] or ask(
        "select count(*) from duties.alert join duties.duty on duty.id = duty_id where kind = 'breach_authority' "
        "and level = 'missed'"
    ) == [(0,)]
    with pytest.raises(IncompleteReport, match="how, delay"):
        draft(breach, WHO, at=hour(80), delays=["investigation"])
    say(breach, "how", dict(zip(LANGUAGES, WORDS["how"], strict=True)), by="dpo", at=hour(79))
    with pytest.raises(IncompleteReport, match="delay"):
        draft(breach, WHO, at=hour(80), delays=["investigation"])
    say(breach, "delay", dict(zip(LANGUAGES, WORDS["delay"], strict=True)), by="dpo", at=hour(80))
    with pytest.raises(IncompleteReport, match="delay"):
        draft(breach, WHO, at=hour(80))
    second = filed(breach, hour(80), "NDGP-2", delays=["investigation"])
    said = told(second)
    assert (first.number, second.number, said["supplied"], said["delays"]) == (0, 1, ["how"], ["investigation"])
    assert said["delay"]["en"] == WORDS["delay"][1]
    assert (told(first)["filed"], said["filed"]) == (
        [], [{"number": 0, "reference": "NDGP-1", "at": hour(50).isoformat(timespec="seconds")}]
    )  # fmt: skip
    stages = ask("select reported_at, supplemented_at from duties.breach")
    assert stages == [(hour(50), hour(80))]


@pytest.mark.parametrize(("at", "state", "outcome"), [(72, "done", "reported"), (72.01, "missed", "reported_late")])
def test_the_last_instant_of_the_72nd_hour_is_in_time_and_the_next_is_late_with_reasons(
    database: str, at: float, state: str, outcome: str
) -> None:
    breach = ready()
    if outcome == "reported_late":
        with pytest.raises(IncompleteReport, match="delay"):
            draft(breach, WHO, at=hour(at))
    made = filed(breach, hour(at), delays=["found_late"])
    assert told(made)["late"] is (outcome == "reported_late")
    assert told(made)["delays"] == (["found_late"] if outcome == "reported_late" else [])
    assert ask("select state, outcome from duties.duty where kind = 'breach_authority'") == [(state, outcome)]


def test_a_report_that_was_drafted_in_time_and_is_filed_late_has_to_say_why(database: str) -> None:
    breach = ready()
    made = draft(breach, WHO, at=hour(70))
    approve(breach, made.hash.hex(), WHO, by="dpo", at=hour(70))
    with pytest.raises(Unfit, match="late by now"):
        file(breach, "NDGP-1", by="dpo", at=hour(73))
    filed(breach, hour(73), delays=["platform_away"])


def test_what_is_approved_is_what_is_shown(database: str) -> None:
    breach = ready()
    made = draft(breach, WHO, at=hour(20))
    with pytest.raises(Moved, match="not the report"):
        approve(breach, "0" * 64, WHO, by="dpo", at=hour(21))
    say(breach, "how", {"ar": "طريقة أخرى", "en": "another way"}, by="dpo", at=hour(21))
    with pytest.raises(Moved, match="changed since"):
        approve(breach, made.hash.hex(), WHO, by="dpo", at=hour(22))
    with pytest.raises(Unfit, match="approved"):
        file(breach, "NDGP-1", by="dpo", at=hour(22))
    again = draft(breach, WHO, at=hour(23))
    assert again.hash != made.hash
    approve(breach, again.hash.hex(), WHO, by="dpo", at=hour(23))
    assert ask("select state, approved_by from duties.breach_report order by drafted_at") == [
        ("replaced", None), ("approved", "dpo"),
    ]  # fmt: skip


def test_filing_is_recorded_once_with_the_authoritys_reference(database: str) -> None:
    breach = ready()
    filed(breach, hour(30))
    file(breach, "NDGP-1", by="dpo", at=hour(31))
    assert ask("select authority_reference, filed_at, filed_by from duties.breach_report") == [
        ("NDGP-1", hour(30), "dpo")
    ]
    with pytest.raises(Unfit, match="no name"):
        file(breach, "told Mr. X", by="dpo", at=hour(31))


def test_a_system_without_a_map_is_left_to_an_estimate_that_the_report_names(database: str) -> None:
    breach = ready(systems=("register", "paper_files"))
    with pytest.raises(IncompleteReport, match="subjects"):
        draft(breach, WHO, at=hour(20), deferred={"data_types": "still_investigated"})
    estimate(breach, 300, by="dpo", at=hour(20))
    said = told(draft(breach, WHO, at=hour(20), deferred={"data_types": "still_investigated"}))
    assert said["elements"]["subjects"]["en"][2:] == ["about 300 people, by estimate", "not counted: paper_files"]


def test_no_report_is_drafted_against_the_decision_or_before_the_risk_is_weighed(database: str) -> None:
    breach = noted()
    with pytest.raises(Unfit, match="weighed"):
        draft(breach, WHO, at=hour(1))
    weigh(breach, HARMLESS, by="dpo", at=hour(1))
    decide(breach, "authority", ["no_harm"], by="dpo", at=hour(2))
    with pytest.raises(Unfit, match="not told"):
        draft(breach, WHO, at=hour(3))


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_printed_supplement_names_what_was_filed_before_it_by_the_authoritys_reference(
    database: str, language: Language
) -> None:
    breach = ready("how")
    filed(breach, hour(50), "NDGP-2026-17", deferred={"how": "still_investigated"})
    say(breach, "how", dict(zip(LANGUAGES, WORDS["how"], strict=True)), by="dpo", at=hour(79))
    say(breach, "delay", dict(zip(LANGUAGES, WORDS["delay"], strict=True)), by="dpo", at=hour(80))
    second = draft(breach, WHO, at=hour(80), delays=["investigation"])
    with begin(Role.DUTIES) as connection:
        page = document(connection, second.id, "pdf", language)
    assert "NDGP-2026-17" in "\n".join(seen(page))


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_printed_report_shows_what_it_says_and_is_the_same_bytes_again(database: str, language: Language) -> None:
    made = draft(ready(rehearsal=True), WHO, at=hour(20), deferred={"how": "still_investigated"})
    with begin(Role.DUTIES) as connection:
        pages = [document(connection, made.id, "pdf", language) for _ in range(2)]
    assert pages[0] == pages[1]
    found = "\n".join(seen(pages[0]))
    assert made.hash.hex()[:32] in found
    assert "+966110000000" in found
    assert "dpo@example.com" in found
    if language == "en":
        whole = found.replace(" ", "")
        words = words_in("en")
        for element in Element:
            if element is not Element.HOW:
                assert words.elements[element].replace(" ", "") in whole
        assert words.rehearsal.replace(" ", "") in whole
        assert words.deferrals["still_investigated"].replace(" ", "") in whole  # type: ignore[index]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    "place",
    ["title", "when", "notice.short", "notice.subject", "headings.due", "people_told.will", "contact.dpo",
     "labels.user.name", "categories.system", "destroyed.none", "kinds.damage", "delays.found_late"],
)  # fmt: skip
def test_a_text_of_the_documents_that_is_empty_or_missing_is_named_wherever_it_stands(
    language: Language, place: str
) -> None:
    raw = words_in(language).model_dump(mode="json")
    part, _, name = place.partition(".")
    empty = raw | {part: raw[part] | {name: " "} if name else ""}
    assert gaps(ours(language, empty)) == (f"{language}.{place}",)
    if name and part != "notice":
        del raw[part][name]
        assert gaps(ours(language, raw)) == (f"{language}.{place}",)


def ours(language: Language, raw: dict[str, Any]) -> dict[Language, Words]:
    """Our words, with one language as given."""
    return {each: words_in(each) for each in LANGUAGES} | {language: Words.model_validate(raw)}


def test_the_words_of_both_languages_are_whole() -> None:
    assert gaps() == ()
    assert words_in("ar").model_fields_set == words_in("en").model_fields_set
    for name in ("headings", "elements", "labels", "people_told", "categories", "contact"):
        assert {*getattr(words_in("ar"), name)} == {*getattr(words_in("en"), name)}


def test_a_controller_without_an_officer_says_so_and_reports_all_the_same(database: str) -> None:
    none = Controller.model_validate(WHO.model_dump() | {"dpo": {"appointed": False}})
    assert "contact" in told(draft(ready(), none, at=KNOWN))["elements"]


def test_what_a_system_without_a_map_holds_is_written_by_an_officer_before_a_report_is_complete(database: str) -> None:
    breach = ready(systems=("register", "paper_files"))
    estimate(breach, 300, by="dpo", at=hour(20))
    with pytest.raises(IncompleteReport) as refused:
        draft(breach, WHO, at=hour(20))
    assert refused.value.missing == ("data_types",)
    say(breach, "data_types", {"ar": "أسماء وعناوين على ورق", "en": "names and addresses on paper"}, by="dpo", at=KNOWN)
    said = told(draft(breach, WHO, at=hour(20)))
    assert said["deferred"] == {}
    assert said["elements"]["data_types"]["en"][-1] == "names and addresses on paper"


def test_a_report_drafted_before_it_was_decided_otherwise_is_not_approved(database: str) -> None:
    breach = ready(answers=HARMLESS)
    decide(breach, "people", ["no_harm"], by="dpo", at=hour(1))
    made = draft(breach, WHO, at=hour(2))
    assert "they are not told" in told(made)["elements"]["people_told"]["en"]
    weigh(breach, dict.fromkeys(HARMLESS, "unknown"), by="dpo", at=hour(3))
    with pytest.raises(Moved, match="changed since"):
        approve(breach, made.hash.hex(), WHO, by="dpo", at=hour(4))


def test_a_supplement_stands_under_the_edition_of_its_incident_whatever_came_into_force_meanwhile(
    database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    breach = ready("how", "delay")
    filed(breach, hour(50), deferred={"how": "still_investigated"})
    held = (ROOT / "include/law/editions/sa/2024-09-14.yml").read_text("utf-8")
    (tmp_path / "sa").mkdir()
    coming = held.replace("effective_from: 2024-09-14", "effective_from: 2026-03-22").replace("SDAIA", "NEWER BODY")
    (tmp_path / "sa/2026-03-22.yml").write_text(coming, encoding="utf-8")
    monkeypatch.setenv("AMANAH_EDITIONS", str(tmp_path))
    assert edition_for("sa", hour(80)).name == "sa-2026-03-22"
    for element in ("how", "delay"):
        say(breach, element, dict(zip(LANGUAGES, WORDS[element], strict=True)), by="dpo", at=hour(80))
    second = filed(breach, hour(80), "NDGP-2", delays=["investigation"])
    said = told(second)
    assert (said["number"], said["edition"]) == (1, "sa-2024-09-14")
    assert "NEWER BODY" not in json.dumps(said)
    assert ask("select edition from duties.breach_report") == [("sa-2024-09-14",)] * 2


def test_a_report_that_is_printed_by_command_is_a_reading_with_its_reader_and_reason(
    database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    breach = ready()
    draft(breach, WHO, at=hour(20))
    given = ("breach", "print", str(breach), "--output", str(tmp_path / "report.json"), "--json")
    assert call(monkeypatch, capsys, *given).code == 2, "nobody prints it without a login"
    assert recorded("value_read") == 0
    said = call(monkeypatch, capsys, *given, "--by", "dpo", "--why", "authority_asked")
    assert said.code == 0, said.error
    assert WORDS["description"][1] in (tmp_path / "report.json").read_text("utf-8")
    assert recorded("value_read") == 1
    with begin(Role.AUDITOR) as connection:
        (payload,) = connection.execute(text("select payload from evidence.ledger where kind = 'value_read'")).scalars()
    assert json.loads(payload)["codes"]["reason"] == "authority_asked"
    assert json.loads(payload)["hashes"]["actor"] == keyed("login", "dpo").hex()
    assert call(monkeypatch, capsys, *given, "--by", "dpo", "--why", "curious").code != 0
    assert recorded("value_read") == 1
