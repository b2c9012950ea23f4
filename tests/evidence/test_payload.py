"""The payload: one form for one meaning, and no room for a person."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta, timezone
from typing import Any
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from include.evidence import Refused, leaf
from include.evidence.merkle import EMPTY
from include.evidence.payload import LARGEST, canonical, checked_word, has_shape, payload

AT = datetime(2026, 1, 5, 6, 30, tzinfo=UTC)
RIYADH = timezone(timedelta(hours=3))

words = st.from_regex(r"[a-z][a-z_.:/-]{0,20}[0-9]{0,3}", fullmatch=True)
instants = st.datetimes(datetime(1970, 1, 1), datetime(2199, 12, 30), timezones=st.just(RIYADH))  # noqa: DTZ001
digests = st.binary(min_size=32, max_size=32).filter(lambda value: bytes(8) not in value)
contents = st.fixed_dictionaries(
    {
        "at": instants,
        "edition": st.sampled_from([None, "sa-2024-09-14", "eu-2018-05-25"]),
        "refs": st.dictionaries(words, st.uuids(version=4), max_size=3),
        "counts": st.dictionaries(words, st.integers(0, LARGEST), max_size=3),
        "codes": st.dictionaries(words, words, max_size=3),
        "hashes": st.dictionaries(words, digests, max_size=3),
        "times": st.dictionaries(words, instants, max_size=3),
        "leaves": st.lists(digests, max_size=5),
    }
)


def test_an_event_has_exactly_its_eight_sections() -> None:
    told = json.loads(payload(at=AT))
    assert sorted(told) == ["at", "codes", "counts", "edition", "hashes", "leaves", "refs", "times"]
    assert told["leaves"] == {"count": 0, "root": EMPTY.hex()}


@given(contents)
def test_whatever_can_be_told_is_told_in_one_form(content: dict[str, Any]) -> None:
    told = payload(**content)
    assert has_shape(told)
    assert told.isascii()
    assert " " not in told
    assert canonical(json.loads(told)) == told


@given(contents)
def test_the_order_of_entries_makes_no_difference(content: dict[str, Any]) -> None:
    turned = {k: dict(reversed(v.items())) if isinstance(v, dict) else v for k, v in content.items()}
    assert payload(**turned) == payload(**content)


def test_an_instant_is_told_in_utc_whatever_its_zone() -> None:
    assert json.loads(payload(at=AT.astimezone(RIYADH)))["at"] == "2026-01-05T06:30:00.000000Z"


@pytest.mark.parametrize(
    "entry",
    [
        {"counts": {"new": 966500000001}},
        {"counts": {"new": -1}},
        {"counts": {"new": True}},
        {"counts": {"new": 1.5}},
        {"counts": {"new": "966500000001"}},
        {"counts": {"someone@example.com": 1}},
        {"codes": {"reason": "someone@example.com"}},
        {"codes": {"reason": "+966500000001"}},
        {"codes": {"reason": "p966500000001"}},
        {"codes": {"reason": "p50-000-0001"}},
        {"codes": {"reason": "محمد"}},
        {"codes": {"reason": "he said no"}},
        {"codes": {"reason": "Mohammed"}},
        {"codes": {"reason": ""}},
        {"codes": {"reason": "a" * 65}},
        {"codes": {"reason": None}},
        {"codes": {"سبب": "iban"}},
        {"refs": {"delivery": "966500000001"}},
        {"refs": {"delivery": UUID(int=966500000001)}},
        {"hashes": {"sha256": b"966500000001"}},
        {"hashes": {"sha256": b"someone@example.com".rjust(32, b"\0")}},
        {"hashes": {"sha256": "00" * 32}},
        {"times": {"due_at": "2026-01-05"}},
        {"times": {"due_at": datetime(2026, 1, 5)}},  # noqa: DTZ001
        {"edition": "the Saudi one"},
        {"edition": "someone@example.com"},
        {"leaves": [b"someone@example.com"]},
        {"leaves": [b"\0" * 32]},
    ],
)
def test_what_may_be_personal_or_free_is_refused_and_not_repeated(entry: dict[str, Any]) -> None:
    with pytest.raises(Refused) as refusal:
        payload(at=AT, **entry)
    assert next(iter(entry)) in str(refusal.value)
    assert refusal.value.__cause__ is None
    for canary in ("966500000001", "example.com", "محمد", "he said", "Mohammed", "50-000", "سبب", "Saudi"):
        assert canary not in str(refusal.value)


def test_an_event_without_a_time_zone_is_refused() -> None:
    with pytest.raises(Refused, match="time zone"):
        payload(at=datetime(2026, 1, 5))  # noqa: DTZ001


def test_an_item_is_hashed_from_its_facts_and_from_nothing_else() -> None:
    row = uuid4()
    assert leaf(row=row, reason="iban", number=7) == leaf(number=7, reason="iban", row=row)
    facts: list[dict[str, Any]] = [{"row": row}, {"row": uuid4()}, {"other": row}, {"row": None}, {"row": AT}]
    facts += [
        {"row": 1},
        {"row": 0.5},
        {"row": "iban"},
        {"row": ["iban", 1]},
        {"row": [1, "iban"]},
        {"row": bytes([7]) * 32},
    ]
    assert len({leaf(**fact) for fact in facts}) == len(facts)


@pytest.mark.parametrize(
    "fact",
    ["someone@example.com", "+966500000001", "محمد", b"someone@example.com", -1, True, 1.5, UUID(int=1), {}, ["Ali"]],
)
def test_an_item_is_not_hashed_from_what_could_be_guessed(fact: Any) -> None:
    with pytest.raises(Refused, match="leaf fact who") as refusal:
        leaf(who=fact)
    assert str(fact) not in str(refusal.value)


@pytest.mark.parametrize("word", ["sa_trade", "source_notice/1", "sa-2024-09-14", "ir.4.3", "rules:2026.11"])
def test_codes_of_the_field_are_words(word: str) -> None:
    assert checked_word(word) == word


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{}",
        payload(at=AT) + " ",
        payload(at=AT) + "\n",
        payload(at=AT).replace(",", ", "),
        payload(at=AT).replace('"codes":{}', '"codes":{"note":"He said no"}'),
        payload(at=AT).replace('"edition":null', '"edition":null,"note":"x"'),
        payload(at=AT).replace('{"at"', '{"at":"someone@example.com","at"'),
        payload(at=AT).replace('"counts":{}', '"counts":{"new":100000000}'),
        payload(at=AT).replace('"counts":{}', '"counts":{"new":007}'),
        payload(at=AT).replace("Z", "+03:00"),
    ],
)
def test_no_other_text_passes_for_a_payload(text: str) -> None:
    assert has_shape(payload(at=AT))
    assert not has_shape(text)
