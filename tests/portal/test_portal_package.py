"""A copy is fetched by its person alone: by the link of their letter and a code, and looking changes nothing."""

from __future__ import annotations

import io
import re
import time
import zipfile
from collections.abc import Callable
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from builders import ask, recorded
from httpx import Client, Response
from packages_opened import PERSON, asks
from people_told import MORNING, subject_of

from include.channels.tokens import token_of
from include.duties.packages import deliver, prepare, retire
from include.duties.packages.actions import file_of
from include.law import Controller
from include.portal.proving import PER_HOUR, TRIES

NOW = MORNING + timedelta(days=1)


@pytest.fixture
def package(client: Client, link: str, profile: Controller) -> UUID:
    """A copy that its person was told of."""
    request = asks(at=NOW)
    prepare(request, NOW, controller=profile)
    delivered = deliver(request, profile, NOW)
    assert delivered
    return delivered.package


@pytest.fixture
def path(package: UUID) -> str:
    return f"/d/{token_of('package', package)}"


def seal_in(page: str) -> str:
    found = re.search(r'name="seal" value="([^"]+)"', page)
    assert found
    return found[1]


def codes() -> list[tuple[str, str]]:
    rows = ask("select recipient, text_body from channels.message where kind = 'identity_code' order by created_at")
    return [(row.recipient, re.findall(r"\d{8}", row.text_body)[0]) for row in rows]


def code_for(client: Client, path: str) -> tuple[str, str]:
    """Ask for a code; give the path that takes it and the code."""
    before = {*codes()}
    page = client.post(f"{path}/code", data={"seal": seal_in(client.get(path).text)})
    (form,) = re.findall(rf'action="({path}/open/[0-9a-f-]+)', page.text)
    for _ in range(500):
        if new := {*codes()} - before:  # by their time, those of one moment have no order
            return form, new.pop()[1]
        time.sleep(0.01)
    raise AssertionError("no code was sent")


def fetches(client: Client, path: str, form: str, code: str) -> Response:
    return client.post(form, data={"seal": seal_in(client.get(path).text), "code": code})


def downloads() -> int:
    return int(ask("select downloads from duties.package")[0][0])


def test_a_code_opens_the_copy_and_each_download_is_counted_and_recorded(client: Client, path: str) -> None:
    form, code = code_for(client, path)
    assert codes()[0][0] == PERSON
    answer = fetches(client, path, form, code)
    assert answer.headers["content-type"] == "application/zip"
    assert "attachment" in answer.headers["content-disposition"]
    assert answer.headers["cache-control"] == "no-store"
    with zipfile.ZipFile(io.BytesIO(answer.content)) as packed:
        assert {"copy.pdf", "data.json", "csv/register.contacts.csv"} <= set(packed.namelist())
        assert PERSON in packed.read("data.json").decode()
    assert (downloads(), recorded("package_downloaded")) == (1, 1)
    assert fetches(client, path, form, code).status_code == 403, "a code is for one download"
    again, other = code_for(client, path)
    assert fetches(client, path, again, other).status_code == 200
    assert (downloads(), recorded("package_downloaded")) == (2, 2)


@pytest.mark.parametrize("method", ["get", "head"])
def test_whoever_only_looks_changes_nothing(client: Client, path: str, method: str) -> None:
    for each in (path, f"{path}?lang=en", f"{path}/code", f"{path}/open/{uuid4()}"):
        getattr(client, method)(each)
    assert (downloads(), codes(), ask("select 1 from portal.code")) == (0, [], [])
    page = client.get(f"{path}?lang=en").text
    assert "Your copy is ready" in page
    assert PERSON not in page


def test_a_wrong_code_opens_nothing_and_only_a_few_are_tried(client: Client, path: str) -> None:
    form, code = code_for(client, path)
    wrong = f"{(int(code) + 1) % 10**8:08d}"
    for _ in range(TRIES):
        assert fetches(client, path, form, wrong).status_code == 403
    assert fetches(client, path, form, code).status_code == 403, "the right one came too late"
    assert downloads() == 0


def test_another_persons_code_and_that_of_a_page_open_no_package(client: Client, path: str, link: str) -> None:
    page = client.post("/code", data={"contact": PERSON}).text
    (attempt,) = re.findall(r"/code/([0-9a-f-]{36})", page)
    for _ in range(500):
        if codes():
            break
        time.sleep(0.01)
    assert fetches(client, path, f"{path}/open/{attempt}", codes()[0][1]).status_code == 403
    assert downloads() == 0


def test_a_code_for_a_package_opens_no_page(client: Client, path: str) -> None:
    form, code = code_for(client, path)
    attempt = form.rpartition("/")[2]
    assert client.post(f"/code/{attempt}", data={"code": code}).status_code == 403


def test_the_code_of_one_person_opens_nothing_of_another(client: Client, path: str, profile: Controller) -> None:
    request = asks("person.2@people.example", at=NOW)
    prepare(request, NOW, controller=profile)
    theirs = deliver(request, profile, NOW)
    assert theirs
    other = f"/d/{token_of('package', theirs.package)}"
    form, code = code_for(client, other)
    attempt = form.rpartition("/")[2]
    assert fetches(client, path, f"{path}/open/{attempt}", code).status_code == 403
    assert downloads() == 0


def test_a_form_that_this_page_did_not_make_does_nothing(client: Client, path: str) -> None:
    form, code = code_for(client, path)
    assert client.post(form, data={"code": code}).status_code == 422
    assert client.post(form, data={"code": code, "seal": "1.0"}).status_code == 403
    assert client.post(f"{path}/code", data={"seal": "1.0"}).status_code == 403
    assert downloads() == 0


def test_links_that_are_forged_over_or_of_a_copy_that_is_gone_all_look_alike(
    client: Client, path: str, package: UUID, at: Callable[[object], None]
) -> None:
    seal = seal_in(client.get(path).text)
    answers = [client.get(f"/d/{token_of('stop', package)}"), client.get(f"/d/{token_of('package', uuid4())}")]
    answers += [client.get("/d/short"), client.post(f"/d/{token_of('package', uuid4())}/code", data={"seal": seal})]
    at(NOW + timedelta(days=14))
    answers += [client.get(path), client.post(f"{path}/code", data={"seal": seal})]
    at(NOW)
    retire(NOW + timedelta(days=14))
    answers.append(client.get(path))
    assert {answer.status_code for answer in answers} == {404}
    assert len({answer.text for answer in answers}) == 1


def test_codes_are_sent_a_few_times_an_hour_and_the_answer_does_not_tell(client: Client, path: str) -> None:
    pages = set[int]()
    for _ in range(PER_HOUR + 3):
        pages.add(client.post(f"{path}/code", data={"seal": seal_in(client.get(path).text)}).status_code)
    time.sleep(0.5)
    assert pages == {200}
    assert len(codes()) == PER_HOUR


def test_a_file_that_was_changed_is_not_handed_out_and_not_counted(client: Client, path: str, package: UUID) -> None:
    file = file_of(package)
    sealed = bytearray(file.read_bytes())
    sealed[-1] ^= 1
    file.write_bytes(sealed)
    form, code = code_for(client, path)
    assert fetches(client, path, form, code).status_code == 503
    assert (downloads(), recorded("package_downloaded")) == (0, 0)
    assert subject_of()


def test_a_correction_is_sent_field_by_field_and_holds_the_use_back(client: Client, link: str) -> None:
    page = client.get(f"{link}/correct?lang=en").text
    about = re.findall(r'name="about" value="([^"]+)"', page)
    assert PERSON in page
    assert "person.2@people.example" not in page
    said = [
        "right@people.example" if each.startswith("point") and PERSON in _label(page, each) else "" for each in about
    ]
    sent = client.post(f"{link}/correct?lang=en", data={"seal": seal_in(page), "about": about, "value": said})
    assert "We received your request" in sent.text
    assert ask("select value, state from duties.proposal") == [("right@people.example", "proposed")]
    assert ask("select kind from duties.restriction") == [("contested_accuracy",)]


def _label(page: str, about: str) -> str:
    found = re.search(rf'<label for="{re.escape(about)}">(.*?)</label>', page)
    assert found
    return found[1]


def test_a_correction_that_cannot_be_read_or_is_nobodys_stores_nothing(client: Client, link: str) -> None:
    page = client.get(f"{link}/correct").text
    seal, shown = seal_in(page), re.findall(r'name="about" value="(point:\d+)"', page)
    mailbox = next(each for each in shown if PERSON in _label(page, each))
    for about, value in ((mailbox, "no mailbox"), ("point:999", "right@people.example"), (mailbox, "")):
        sent = client.post(f"{link}/correct", data={"seal": seal, "about": [about], "value": [value]})
        assert sent.status_code == 422
    assert client.post(f"{link}/correct", data={"seal": "1.0", "about": [mailbox], "value": ["x"]}).status_code == 403
    assert ask("select 1 from duties.request") == []


def test_the_code_of_a_guardian_goes_to_them_and_opens_their_copy_and_none_that_their_ward_asked_for(
    client: Client, path: str, profile: Controller
) -> None:
    guardian, request = "parent@people.example", asks(right="access", at=NOW)
    ask("update duties.request set capacity = 'guardian', reply_to = :to, channel = 'email' where id = :id returning 1",
        to=guardian, id=request)  # fmt: skip
    prepare(request, NOW, controller=profile)
    delivered = deliver(request, profile, NOW)
    assert delivered
    theirs = f"/d/{token_of('package', delivered.package)}"
    form, code = code_for(client, theirs)
    assert codes()[-1][0] == guardian
    attempt = form.rpartition("/")[2]
    assert fetches(client, path, f"{path}/open/{attempt}", code).status_code == 403, "another package of theirs"
    again, other = code_for(client, theirs)
    assert fetches(client, theirs, again, other).status_code == 200
    assert PERSON not in {to for to, _ in codes()}
