"""Who decides as officer is a setting, the same for the console and for what Airflow asks."""

from __future__ import annotations

import pytest

from include.commands.status import status
from include.console.offices import Office, Right, operator
from include.duties.officers import SETTING, NotAnOfficer, may_decide, officers, only_an_officer


class Sara:
    """Somebody with the officer's role in Airflow."""

    login, offices = "sara", frozenset({Office.OFFICER.value})


@pytest.mark.parametrize("given", ["", " ", ",", " , "])
def test_an_empty_setting_names_nobody_and_refuses_nobody(given: str) -> None:
    assert officers({SETTING: given}) == officers({}) == frozenset()
    assert may_decide("engineer", {SETTING: given})
    assert may_decide(None, {SETTING: given})


def test_a_login_is_one_of_those_named_whole_and_as_it_is_written(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(SETTING, "dpo ,sara")
    assert may_decide("dpo")
    assert may_decide("sara")
    assert not any(may_decide(login) for login in ("DPO", "dpo ", "ara", "", None))
    with pytest.raises(NotAnOfficer, match=SETTING) as refused:
        only_an_officer("engineer")
    assert "engineer" not in str(refused.value)


def test_the_console_lets_an_officer_whom_the_setting_does_not_name_read_and_not_decide(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert operator(Sara()).may(Right.DECIDE)
    monkeypatch.setenv(SETTING, "dpo")
    assert operator(Sara()).rights == frozenset(Right) - {Right.DECIDE}
    monkeypatch.setenv(SETTING, "dpo,sara")
    assert operator(Sara()).may(Right.DECIDE)


def test_status_says_who_decides_or_that_nobody_is_named(database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    assert SETTING in status()["officers"]
    monkeypatch.setenv(SETTING, "sara,dpo")
    assert status()["officers"] == ["dpo", "sara"]
