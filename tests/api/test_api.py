"""The API answers a recipient about what was handed to them, tells nobody else anything, and repeats nothing."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from builders import Held, ask, person
from httpx import Client
from journeys_house import CONTROLLER
from serving_here import served
from sqlalchemy import text

from include.api import create_app
from include.api.keys import BY_ITSELF, SCOPES, end_key, issue_key
from include.duties.audience import Asked, build, export, find_removals
from include.errors import NeverRetry
from include.law import load_controller
from include.store import Role, StoreRefused, begin

Make = Callable[..., Held]
NOON = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
ASKED = Asked(purpose="promotion", recipient="mailer", asked_by="engineer", run="run-1")
PROOF = "ab" * 32


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Callable[[datetime], None]:
    def at(instant: datetime) -> None:
        monkeypatch.setenv("AMANAH_SIMULATED_NOW", instant.isoformat())

    return at


@pytest.fixture
def client(begins: Callable[..., str], source: Make, clock: Callable[[datetime], None]) -> Iterator[Client]:
    """The API in front of a register with two businesses in an audience, and a person in none."""
    clock(NOON)
    mine = begins(lambda: two_businesses(source()), "two businesses in an audience, and a person in none")
    with served(create_app(load_controller(CONTROLLER))) as made:
        made.headers["Authorization"] = f"Bearer {mine}"
        yield made


def two_businesses(held: Held) -> str:
    """Take them in, build the audience, and return a key of the API."""
    shops = [
        {"id": f"9{number}", "name": "شركة النخيل للتجارة", "email": f"info@palm-{number}.example"} for number in (1, 2)
    ]
    held.delivers([*shops, person(5)])
    ask(
        "update register.contact_point set class = 'business', permission = 'business_use', subject_id = null "
        "where normalised like 'info%' returning 1"
    )
    ask(
        "update register.listing set name_class = 'organisation', name_holds_person = false "
        "where id in (select listing_id from register.contact_point where class = 'business') returning 1"
    )
    export(build(ASKED, NOON), ASKED, NOON)
    return key("mailer_key", "mailer", scopes=SCOPES)


def key(name: str, recipient: str, days: int = 30, scopes: Collection[str] = BY_ITSELF) -> str:
    with begin(Role.DUTIES) as connection:
        return issue_key(connection, name, recipient, days=days, at=NOON, scopes=scopes)


def points(kind: str = "email") -> list[int]:
    return [
        row[0] for row in ask("select id from register.contact_point where kind = :kind order by normalised", kind=kind)
    ]


def may_use(client: Client, **changes: Any) -> Any:
    body = {"purpose": "promotion", "channel": "email", "points": points()} | changes
    return client.post("/v1/may-use", json={name: value for name, value in body.items() if value is not None})


def test_a_contact_that_the_database_cannot_keep_is_refused(client: Client) -> None:
    before = standing()
    for path, more in (("/v1/stops", {}), ("/v1/consents", CONSENT)):
        answer = client.post(path, json={**more, "contact": "own\x00er@people.example"})
        assert answer.status_code == 422
        assert "people.example" not in answer.text
    assert standing() == before


def standing() -> list[int]:
    tables = ("duties.stop", "duties.consent_event", "duties.removal", "register.subject", "channels.message")
    return [ask(f"select count(*) from {table}")[0][0] for table in tables]


def test_a_batch_is_answered_in_its_order_and_only_about_what_was_handed_over(client: Client) -> None:
    first, second, persons = points()
    answer = may_use(client, points=[second, persons, 4711, first])
    assert answer.status_code == 200
    assert [(each["point"], each["allowed"], each["reasons"]) for each in answer.json()["verdicts"]] == [
        (second, True, []),
        (persons, False, ["point_unknown"]),
        (4711, False, ["point_unknown"]),
        (first, True, []),
    ]
    assert answer.headers["cache-control"] == "no-store"


def test_another_recipient_learns_nothing_by_guessing_numbers(client: Client) -> None:
    client.headers["Authorization"] = f"Bearer {key('other_key', 'other')}"
    assert {tuple(each["reasons"]) for each in may_use(client).json()["verdicts"]} == {("point_unknown",)}
    audience = ask("select id from duties.audience")[0][0]
    assert client.get(f"/v1/audiences/{audience}/removals").status_code == 404
    assert client.post(f"/v1/audiences/{audience}/removals", json={"removals": [str(uuid4())]}).status_code == 404


@pytest.mark.parametrize("header", [None, "", "Bearer", "Bearer amanah_wrong", "Basic abc", "Bearer \udcff"])
def test_without_a_key_nothing_is_answered_and_nothing_changes(client: Client, header: str | None) -> None:
    before = standing()
    client.headers.pop("Authorization")
    given = {} if header is None else {"Authorization": header.encode("utf-8", "surrogateescape")}
    for path, body in (
        ("/v1/may-use", {"purpose": "promotion", "channel": "email", "points": [1]}),
        ("/v1/stops", {"contact": "info@palm-1.example"}),
        ("/v1/consents", {}),
        (f"/v1/audiences/{uuid4()}/removals", {}),
    ):
        answer = client.post(path, json=body, headers=given)
        assert (answer.status_code, answer.json()) == (401, {"error": "key"})
        assert answer.headers["www-authenticate"] == "Bearer"
    assert standing() == before


def test_a_key_ends_by_itself_or_at_once_and_is_kept_as_a_hash(
    client: Client, clock: Callable[[datetime], None]
) -> None:
    shown = client.headers["Authorization"].removeprefix("Bearer ")
    assert shown.encode() not in b"".join(bytes(row[0]) for row in ask("select hash from duties.api_key"))
    clock(NOON + timedelta(days=30))
    assert may_use(client).status_code == 401
    clock(NOON)
    with begin(Role.DUTIES) as connection:
        end_key(connection, "mailer_key", NOON)
        with pytest.raises(NeverRetry, match="no key"):
            end_key(connection, "mailer_key", NOON)
    assert may_use(client).status_code == 401
    with pytest.raises(NeverRetry, match="already"):
        key("mailer_key", "mailer")
    with pytest.raises(NeverRetry, match="codes"):
        key("Some Body", "mailer")


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"purpose": "fun"}, "purpose_unknown"),
        ({"channel": "pigeon"}, "unfit"),
        ({"points": []}, "unfit"),
        ({"points": ["CANARY"]}, "unfit"),
        ({"points": list(range(1, 10_002))}, "unfit"),
        ({"points": [2**70]}, "unfit"),
        ({"CANARY": "CANARY"}, "unfit"),
        ({"at": "2026-03-02T09:00:00"}, "unfit"),
        ({"at": "2026-03-02T09:06:00Z"}, "clock_skew"),
        ({"at": "2027-03-02T09:00:00Z"}, "clock_skew"),
        ({"at": "2026-03-02T08:54:00Z"}, "clock_skew"),
    ],
)
def test_what_does_not_fit_is_refused_by_its_place_and_not_repeated(
    client: Client, changes: dict[str, Any], error: str
) -> None:
    answer = may_use(client, **changes)
    assert (answer.status_code, answer.json()["error"]) == (422, error)
    assert "CANARY" not in answer.text


def test_a_clock_that_is_a_little_wrong_is_ours(client: Client) -> None:
    assert may_use(client, at="2026-03-02T09:04:00Z").json()["at"] == NOON.isoformat()


def test_what_is_no_json_or_too_long_is_refused(client: Client) -> None:
    assert client.post("/v1/may-use", content=b"{CANARY").status_code == 422
    assert "CANARY" not in client.post("/v1/may-use", content=b"{CANARY").text
    assert client.post("/v1/may-use", content=b" " * 1_000_001).status_code == 413
    assert client.post("/v1/may-use", content=iter([b"{}"])).status_code == 411


def test_an_audience_that_is_past_its_end_opens_nothing(client: Client, clock: Callable[[datetime], None]) -> None:
    clock(NOON + timedelta(days=8))
    reasons = [each["reasons"] for each in may_use(client).json()["verdicts"]]
    assert reasons == [["audience_expired"], ["audience_expired"], ["point_unknown"]]


def test_a_stop_in_the_tool_holds_at_once_and_is_confirmed_and_tells_nobody_whom_we_hold(client: Client) -> None:
    answers = [
        client.post("/v1/stops", json={"contact": contact})
        for contact in ("Info@Palm-1.example", "stranger@example.org", "+966500000077")
    ]
    assert {(answer.status_code, answer.text) for answer in answers} == {(200, '{"stopped":true}')}
    assert may_use(client).json()["verdicts"][0]["reasons"] == ["stopped"]
    assert ask("select count(*) from duties.stop where means = 'api'")[0][0] == 3
    written = {row[0] for row in ask("select recipient from channels.message where kind = 'stop_confirmation'")}
    assert written == {"Info@Palm-1.example", "stranger@example.org"}


@pytest.mark.parametrize(
    "contact", ["CANARY", "a b@x.example", "0500000012", "x" * 300 + "@example.org", "<a@b.example>"]
)
def test_a_stop_of_something_that_is_no_contact_is_refused(client: Client, contact: str) -> None:
    answer = client.post("/v1/stops", json={"contact": contact})
    assert (answer.status_code, answer.json()["error"]) == (422, "unfit")
    assert contact not in answer.text


CONSENT = {
    "contact": "own@people.example",
    "action": "granted",
    "purpose": "promotion",
    "channel": "email",
    "proof": PROOF,
    "text_version": "form/3",
    "language": "ar",
}


def test_consent_from_another_system_is_kept_with_its_proof_and_taken_back_the_same_way(client: Client) -> None:
    assert client.post("/v1/consents", json=CONSENT).json() == {"recorded": True}
    (row,) = ask("select action, provenance, encode(proof, 'hex'), means, text_version from duties.consent_event")
    assert tuple(row) == ("granted", "other_system", PROOF, "api", "form/3")
    assert client.post("/v1/consents", json=CONSENT | {"action": "withdrawn"}).json() == {"recorded": True}
    actions = [row[0] for row in ask("select action from duties.consent_event order by id")]
    assert actions == ["granted", "withdrawn"]
    before = standing()
    unknown = CONSENT | {"contact": "stranger@example.org", "action": "withdrawn"}
    assert client.post("/v1/consents", json=unknown).json() == {"recorded": True}
    assert standing() == before, "who never consented does not become known by refusing"


def test_what_was_said_this_morning_may_be_told_now_and_who_told_it_is_kept(client: Client) -> None:
    said = "2026-03-02T07:15:00+03:00"
    assert client.post("/v1/consents", json=CONSENT | {"said_at": said}).status_code == 200
    (event,) = ask("select at, actor from duties.consent_event")
    assert (event.at, event.actor) == (datetime.fromisoformat(said), "mailer_key")
    soon = CONSENT | {"action": "withdrawn", "said_at": (NOON + timedelta(minutes=4)).isoformat()}
    assert client.post("/v1/consents", json=soon).status_code == 200
    assert ask("select max(at) from duties.consent_event") == [(NOON,)], "a clock that is a little wrong is ours"
    for never in ("1999-01-01T00:00:00Z", "0001-01-01T00:00:00+14:00"):
        answer = client.post("/v1/consents", json=CONSENT | {"said_at": never})
        assert (answer.status_code, answer.json()["error"]) == (422, "said_at")


def test_a_purpose_that_nobody_knows_is_refused_by_name_and_every_other_is_taken(client: Client) -> None:
    answer = client.post("/v1/consents", json=CONSENT | {"purpose": "astrology"})
    assert (answer.status_code, answer.json()["error"]) == (422, "purpose_unknown")
    assert not ask("select 1 from duties.consent_event")
    for purpose in ("service", "business_contact"):
        assert client.post("/v1/consents", json=CONSENT | {"purpose": purpose}).status_code == 200
    ask("update register.source set purposes = '{service_news}' returning 1")
    assert client.post("/v1/consents", json=CONSENT | {"purpose": "service_news"}).status_code == 200


def test_deletion_may_be_asked_over_the_api_and_a_purpose_refused_as_such(client: Client) -> None:
    known = {"contact": "person.5@people.example"}
    refused = {name: value for name, value in CONSENT.items() if name != "channel"} | known | {"action": "refused"}
    assert client.post("/v1/consents", json=refused).json() == {"recorded": True}
    assert [row.trigger for row in ask("select trigger from duties.destruction_request")] == ["refused"]
    deleted = {name: value for name, value in refused.items() if name != "purpose"} | {"action": "delete"}
    assert client.post("/v1/consents", json=deleted).json() == {"recorded": True}
    assert [row.trigger for row in ask("select trigger from duties.destruction_request")] == ["deletion_asked"]
    without = {name: value for name, value in refused.items() if name != "purpose"}
    assert client.post("/v1/consents", json=without).status_code == 422


def test_a_key_does_what_its_scopes_say_and_tells_consents_only_where_that_was_said(client: Client) -> None:
    paths = {
        "may_use": ("/v1/may-use", {"purpose": "promotion", "channel": "email", "points": [1]}),
        "stops": ("/v1/stops", {"contact": "info@palm-1.example"}),
        "consents": ("/v1/consents", CONSENT),
        "removals": (f"/v1/audiences/{uuid4()}/removals", {"removals": [str(uuid4())]}),
        "breaches": ("/v1/breaches", {
            "kind": "damage", "discovered_at": NOON.isoformat(), "began_at": NOON.isoformat(), "systems": ["register"],
            "evidence": "INC-1",
        }),
        "requests": ("/v1/requests", {"right": "access", "contact": "nobody@people.example"}),
    }  # fmt: skip
    before = standing()
    for scope in SCOPES:
        client.headers["Authorization"] = f"Bearer {key(f'only_{scope}', 'mailer', scopes=[scope])}"
        refused = {name for name, (path, body) in paths.items() if client.post(path, json=body).status_code == 403}
        assert refused == {*SCOPES} - {scope}
    assert standing() != before
    client.headers["Authorization"] = f"Bearer {key('plain_key', 'mailer')}"
    answer = client.post("/v1/consents", json=CONSENT | {"action": "delete"})
    assert (answer.status_code, answer.json()) == (403, {"error": "scope"})
    assert may_use(client).status_code == 200
    for scopes in ([], ["everything"]):
        with pytest.raises(NeverRetry, match="scopes"):
            key("other_key", "mailer", scopes=scopes)


@pytest.mark.parametrize(
    "changes",
    [{"proof": None}, {"proof": ""}, {"proof": "CANARY"}, {"channel": "sms"}, {"action": "maybe"}, {"purpose": "A B"},
     {"said_at": "2027-01-01T00:00:00Z"}],
)  # fmt: skip
def test_consent_without_proof_or_with_anything_unfit_changes_nothing(client: Client, changes: dict[str, Any]) -> None:
    before = standing()
    body = {name: value for name, value in (CONSENT | changes).items() if value is not None}
    answer = client.post("/v1/consents", json=body)
    assert answer.status_code == 422
    assert "CANARY" not in answer.text
    assert standing() == before


def test_removals_are_read_and_confirmed_by_their_recipient(client: Client) -> None:
    audience, number = ask("select id from duties.audience")[0][0], points()[0]
    path = f"/v1/audiences/{audience}/removals"
    assert client.get(path).json() == {"audience": str(audience), "removals": []}
    client.post("/v1/stops", json={"contact": "info@palm-1.example"})
    find_removals(NOON)
    (told,) = client.get(path).json()["removals"]
    assert (told["state"], told["points"]) == ("told", [{"point": number, "reason": "stopped"}])
    assert client.post(path, json={"removals": [told["removal"]]}).json() == {"confirmed": 1}
    assert client.post(path, json={"removals": [told["removal"]]}).json() == {"confirmed": 0}
    assert client.get(path).json()["removals"][0]["state"] == "confirmed"
    assert client.get(f"/v1/audiences/{uuid4()}/removals").status_code == 404


def test_the_apis_role_reads_no_contact_and_no_name(client: Client) -> None:
    for column, table in (("value", "contact_point"), ("normalised", "contact_point"), ("fields", "listing")):
        with pytest.raises(StoreRefused, match="permission denied"), begin(Role.API) as connection:
            connection.execute(text(f"select {column} from register.{table}"))


def test_the_description_tells_every_path_and_health_needs_no_key(client: Client) -> None:
    described = client.get("/openapi.json").json()
    assert set(described["paths"]) == {
        "/healthz", "/v1/may-use", "/v1/stops", "/v1/consents", "/v1/breaches", "/v1/requests",
        "/v1/audiences/{audience}/removals",
    }  # fmt: skip
    client.headers.pop("Authorization")
    assert client.get("/healthz").json() == {"alive": True}
    assert "palm" not in json.dumps(described)
