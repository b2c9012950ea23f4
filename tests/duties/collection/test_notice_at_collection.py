"""A form tells whoever fills it in everything that the law wants told, or it is refused."""

from __future__ import annotations

import json
from pathlib import Path
from textwrap import dedent
from typing import Any

import pytest
from command import call
from form_case import COLUMNS, FORM, PROFILE, PURPOSES, controller, notice, system
from notice_case import MARKS, Reader, edition

from include.duties.collection import Element, IncompleteForm, missing_elements
from include.errors import NeverRetry
from include.systems import System


def said(language: str, element: Element, of: System | None = None) -> str:
    return "\n".join(notice(of).elements[language][element])


def missing(of: System | None = None, *without: str, **changes: Any) -> tuple[str, ...]:
    return missing_elements(controller(*without, **changes), edition(), of or system(), "signup")


def test_every_element_stands_in_both_languages_arabic_first() -> None:
    made = notice()
    assert list(made.elements) == ["ar", "en"]
    for language in made.elements:
        assert {str(element) for element in Element} <= made.elements[language].keys()
        assert all(made.elements[language].values())
    assert made.text.translate(MARKS).startswith("إشعار")
    assert made.html.index('dir="rtl"') < made.html.index('dir="ltr"')
    assert '<html lang="ar" dir="rtl">' in made.html


def test_each_field_says_whether_it_is_mandatory_what_for_and_how_long_it_is_kept() -> None:
    english = said("en", Element.CATEGORIES).splitlines()
    assert english == [
        "E-mail address (mandatory). Purpose: keeping your account and giving the service. Kept: until your "
        "subscription ends, then for at least 3 months and at most 6 months after that; then it is destroyed for good; "
        "during that time it is kept in a backup.",
        english[1],
        english[2],
        "Address (mandatory). Purpose: keeping your account and giving the service. Kept: for at least 6 years from "
        "the day it was recorded, as the law requires (VAT IR 66); then it is destroyed for good.",
    ]
    assert english[1].startswith("Mobile number (optional). Purpose: telling you what is new.")
    assert english[2].startswith("Size of the company (optional).")
    arabic = said("ar", Element.CATEGORIES).splitlines()
    assert "البريد الإلكتروني (إلزامي)" in arabic[0]
    assert "مدة لا تقل عن 3 أشهر ولا تتجاوز 6 أشهر" in arabic[0]
    assert "مدة لا تقل عن 6 سنوات من تاريخ تسجيلها" in arabic[3]


def test_what_follows_from_not_giving_it_is_told_of_the_mandatory_fields_alone() -> None:
    assert said("en", Element.OBLIGATION).splitlines()[:4] == [
        "mandatory: E-mail address, Address",
        "optional: Mobile number, Size of the company",
        "Without the mandatory data we cannot do this for you:",
        "keeping your account and giving the service",
    ]
    more = system(form={"without": {"ar": "ولا نستطيع إصدار فاتورة", "en": "No invoice can be made either."}})
    assert "No invoice can be made either." in said("en", Element.OBLIGATION, more)


def test_every_purpose_has_its_own_legal_basis() -> None:
    assert said("en", Element.LEGAL_BASIS).splitlines() == [
        "Purpose: keeping your account and giving the service. Legal basis: a contract with you, Article 6",
        "Purpose: telling you what is new. Legal basis: your consent, Article 5",
    ]


def test_a_field_beyond_what_a_law_wants_is_kept_by_whoever_it_goes_with() -> None:
    rules = {"books": {**system().rules["books"].model_dump(), "columns": ("made_at",)}}
    (line,) = [line for line in said("en", Element.RETENTION, system(rules=rules)).splitlines() if "Address" in line]
    assert "until your subscription ends" in line
    assert "VAT" not in line


def test_of_two_rules_the_one_that_ends_first_is_told_to_apply() -> None:
    rules = {"books": {"trigger": "fixed_age", "column": "made_at", "maximum": {"days": 90}, "article": "house"}}
    told = said("en", Element.RETENTION, system(rules=rules))
    assert "for at most 90 days from the day it was recorded; then it is destroyed for good; or until" in told
    assert "Where more than one period is named, the one that ends first applies." in told
    assert "Where more than one" not in said("en", Element.RETENTION)


@pytest.mark.parametrize(
    ("element", "without"),
    [
        (Element.CONTROLLER, "legal_name.ar"),
        (Element.CONTROLLER, "contacts"),
        (Element.PRIVACY_CHANNEL, "privacy_channel"),
        (Element.DPO, "dpo"),
        (Element.RECIPIENTS, "recipients"),
        (Element.RECIPIENTS, "recipients.0.capacity"),
        (Element.RECIPIENTS, "transfers.en"),
    ],
)
def test_what_the_profile_lacks_refuses_the_notice_and_is_named(element: Element, without: str) -> None:
    assert without.split(".")[0] in PROFILE
    (told,) = missing(None, without)
    assert told.startswith(f"{element}: fill in {without.split('.')[0]}")


@pytest.mark.parametrize(
    ("told", "broken"),
    [
        ("obligation: fill in whether account.email is mandatory", {"columns": {"email": {"mandatory": None}}}),
        ("purpose: fill in purposes of account.email", {"columns": {"email": {"purposes": ()}}}),
        ("purpose: fill in purposes.fun.ar, purposes.fun.en", {"columns": {"email": {"purposes": ("fun",)}}}),
        ("categories: fill in labels.account.size of the form", {"form": {"labels": {}}}),
        ("retention: fill in a retention rule that reaches account.email", {"account": {"retention": None}}),
        ("retention: fill in what keeps account.email: no rule 'gone'", {"account": {"retention": "gone"}}),
        ("legal_basis: fill in one basis for account.email: the map says consent, and purposes.service of the "
         "profile contract", {"columns": {"email": {"basis": "consent"}}}),
        ("obligation: fill in without.ar of the form", {"form": {"without": {"en": "No invoice."}}}),
    ],
)  # fmt: skip
def test_what_the_map_lacks_refuses_the_notice_and_is_named(told: str, broken: dict[str, Any]) -> None:
    of = system(**broken)
    assert any(each.startswith(told) for each in missing(of)), missing(of)
    with pytest.raises(IncompleteForm, match="the form 'signup' lacks elements"):
        notice(of)


def test_a_purpose_without_its_basis_in_words_refuses_the_notice() -> None:
    without = {
        code: {key: said for key, said in each.items() if key != "legal_basis"} for code, each in PURPOSES.items()
    }
    assert any("purposes.news.legal_basis.ar" in each for each in missing(purposes=without))


def test_a_form_that_nobody_declared_is_refused() -> None:
    with pytest.raises(NeverRetry, match="declares no form 'contact'; it declares signup"):
        missing_elements(controller(), edition(), system(), "contact")


def test_the_version_changes_exactly_when_what_is_said_changes() -> None:
    version = notice().version
    assert version == notice(by=controller(automated_decisions=None, registration=PROFILE["registration"])).version
    assert version == notice(languages=["en"]).version
    assert version == notice(system(columns={"email": {"identity": "mail", "strategy": "fixed", "fixed": "x"}})).version
    others = [
        notice(by=controller(legal_name={"ar": "شركة أخرى", "en": "Amanah Sample Company"})),
        notice(system(columns={"phone": {"mandatory": True}})),
        notice(system(form={"fields": FORM["fields"][:3]})),
        notice(system(rules={"books": {**system().rules["books"].model_dump(), "minimum": {"years": 10}}})),
    ]
    assert len({version, *(other.version for other in others)}) == 5
    assert version in notice().text.translate(MARKS)


def test_the_page_fetches_nothing_and_runs_nothing_whatever_the_map_says() -> None:
    label = {"ar": "<script>x</script>", "en": '"><img src=x onerror=alert(1)>'}
    made = notice(system(form={"labels": {"account.size": label}, "title": label}))
    for tag, attributes in Reader(made.html).tags:
        assert tag not in {"img", "script", "link", "iframe", "object", "form", "base"}
        assert not attributes.keys() & {"src", "srcset", "onerror", "onload"}
    assert "url(" not in made.html
    assert "@import" not in made.html
    assert "&lt;script&gt;" in made.html


MAP = """
    dataset:
      - fides_key: shop
        name: shop
        collections:
          - name: account
            fields:
              - {name: id, data_categories: [user.unique_id], fides_meta: {primary_key: True}}
              - {name: email, data_categories: [user.contact.email]}
              - {name: ended_at, data_categories: [system.operations]}
    amanah:
      shop:
        retention:
          account: {trigger: subscription_end, column: ended_at, maximum: {months: 6}, article: policy 4}
        forms:
          signup: {title: {ar: إنشاء حساب, en: Create an account}, fields: [account.email]}
        tables:
          account:
            subject: true
            retention: account
            columns: {email: {mandatory: true, purposes: [service], basis: contract}}
"""


@pytest.fixture
def at_hand(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A map and a profile as files."""
    profile = controller().model_dump(mode="json", exclude_none=True)
    (tmp_path / "controller.yml").write_text(json.dumps(profile, ensure_ascii=False), encoding="utf-8")
    monkeypatch.setenv("AMANAH_CONTROLLER", str(tmp_path / "controller.yml"))
    file = tmp_path / "map.yml"
    file.write_text(dedent(MAP), encoding="utf-8")
    return file


def test_the_command_writes_it_as_text_page_or_json(
    at_hand: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    shown = call(monkeypatch, capsys, "systems", "notice", str(at_hand), "signup", "--language", "en")
    assert shown.code == 0
    assert "E-mail address (mandatory)" in shown.out
    assert "إلزامي" not in shown.out
    for name in ("n.html", "n.json"):
        made = call(
            monkeypatch, capsys, "systems", "notice", str(at_hand), "signup", "--output", str(at_hand.with_name(name))
        )
        assert made.out.startswith("collection_notice/")
    told = json.loads(at_hand.with_name("n.json").read_text("utf-8"))
    assert told["version"] == made.out.strip()
    assert told["ar"]["obligation"][0] == "إلزامي: البريد الإلكتروني"
    assert "<!DOCTYPE html>" in at_hand.with_name("n.html").read_text("utf-8")


def test_the_command_names_what_is_missing(
    at_hand: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    at_hand.write_text(dedent(MAP).replace("mandatory: true, ", ""), encoding="utf-8")
    refused = call(monkeypatch, capsys, "systems", "notice", str(at_hand), "signup")
    assert refused.code != 0
    assert "obligation: fill in whether account.email is mandatory" in refused.error
    unknown = call(monkeypatch, capsys, "systems", "notice", str(at_hand), "contact")
    assert "no system declares a form 'contact'" in unknown.error


def test_a_form_that_names_a_column_that_is_not_there_breaks_its_map(
    at_hand: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    at_hand.write_text(dedent(MAP).replace("account.email]", "account.mail]"), encoding="utf-8")
    refused = call(monkeypatch, capsys, "systems", "check", str(at_hand), "--no-live")
    assert "amanah.shop.forms.signup: account.mail: there is no such column in the dataset" in refused.error


def test_every_category_that_has_a_name_has_it_in_both_languages() -> None:
    from include.duties.collection.words import words_in

    assert words_in("ar").labels.keys() == words_in("en").labels.keys()
    assert COLUMNS["email"]["categories"][0] in words_in("ar").labels
