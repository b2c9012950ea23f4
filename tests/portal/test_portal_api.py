"""The portal under requests that nobody thought of, made from its own description."""

from __future__ import annotations

import re
from typing import Any
from uuid import UUID

import pytest
import schemathesis
from builders import ask
from httpx import Client
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from packages_opened import asks
from people_told import controller, subject_of
from test_portal import seal_in

from include.channels.tokens import token_of
from include.duties.packages import deliver, prepare
from include.law import now
from include.portal import create_app
from include.portal.app import HEADERS

OPERATIONS = sorted(
    (path, method)
    for path, item in create_app(controller()).openapi()["paths"].items()
    for method in item
    if method in ("get", "post")
)
NOT_HTTP = "Invalid HTTP request received."
"""What the server says before the application hears of a request."""
ROUNDS = settings(
    max_examples=25,
    deadline=None,
    phases=(Phase.explicit, Phase.generate),
    suppress_health_check=list(HealthCheck),
)


@pytest.mark.parametrize(("path", "method"), OPERATIONS)
def test_whatever_is_sent_is_answered_in_a_page_and_changes_nothing(
    client: Client, link: str, path: str, method: str
) -> None:
    schema = schemathesis.openapi.from_dict(create_app(controller()).openapi())
    operation = schema[path][method.upper()]
    held = ask("select count(*) from register.contact_point")[0][0]

    @ROUNDS
    @given(data=st.data())
    def answered(data: st.DataObject) -> None:
        case = data.draw(operation.as_strategy())
        answer = case.call(base_url=str(client.base_url).rstrip("/"))
        assert answer.status_code < 500, answer.status_code
        if answer.text != NOT_HTTP:
            told = {name.lower(): value[0] for name, value in answer.headers.items()}
            assert {name: told.get(name.lower()) for name in HEADERS} == HEADERS

    answered()
    assert ask("select count(*) from register.contact_point")[0][0] == held
    assert not ask("select 1 from duties.consent_event where action <> 'asked'")
    assert not ask("select 1 from duties.destruction_request")
    assert not ask("select 1 from duties.own_contact")


OWN = "own@people.example"
WITH_LINK = [(path, method) for path, method in OPERATIONS if "{" in path and method == "post"]


def a_copy() -> UUID:
    """Make a copy that its person was told of."""
    at = now()
    request = asks(at=at)
    prepare(request, at, controller=controller())
    delivered = deliver(request, controller(), at)
    assert delivered
    return delivered.package


def the_mailbox(page: str) -> str:
    """Find which entry of the page of corrections is a mailbox."""
    return next(about for about, label in re.findall(r'<label for="([^"]+)">(.*?)</label>', page) if "@" in label)


@pytest.mark.parametrize(("path", "method"), WITH_LINK)
def test_whatever_is_sent_with_a_true_link_and_seal_is_answered_in_a_page_and_harms_nobody_else(
    client: Client, link: str, path: str, method: str
) -> None:
    """What stands behind link and seal is reached: handlers, and the database below them."""
    schema = schemathesis.openapi.from_dict(create_app(controller()).openapi())
    operation = schema[path][method.upper()]
    whom = subject_of()
    message = ask("select message_id from duties.notice where subject_id = :whom", whom=whom)[0].message_id
    known = {
        "token": token_of("stop", message) if path.startswith("/u/") else link.removeprefix("/p/"),
        "attempt": str(UUID(int=7)),
    }
    where = link
    if path.startswith("/d/"):
        known["token"] = token_of("package", a_copy())
        where = f"/d/{known['token']}"
    true: dict[str, Any] = {"seal": seal_in(client.get(where).text), "purpose": "promotion", "channel": "email"}
    true["value"] = OWN
    if path.endswith("/correct"):
        true |= {"about": [the_mailbox(client.get(f"{link}/correct").text)], "value": [OWN]}
    reached = set[int]()
    others = "select * from duties.consent_event where subject_id <> :whom order by id"
    before = ask(others, whom=whom)

    @ROUNDS
    @given(data=st.data())
    def answered(data: st.DataObject) -> None:
        case = data.draw(operation.as_strategy())
        case.path_parameters = {name: known[name] for name in case.path_parameters}
        if isinstance(case.body, dict) and "seal" in case.body:
            case.body |= {name: true[name] for name in case.body.keys() & true.keys()}
        answer = case.call(base_url=str(client.base_url).rstrip("/"))
        assert answer.status_code < 500, answer.status_code
        reached.add(answer.status_code)

    answered()
    assert reached & {200, 303, 403}, "the handler itself was reached"
    assert ask(others, whom=whom) == before
    assert not ask("select 1 from duties.destruction_request where subject_id <> :whom", whom=whom)
