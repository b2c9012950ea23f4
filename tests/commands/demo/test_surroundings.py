"""Nothing real meets the invented people, and who opted out earlier is known before they come."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import text

from include.commands.demo.samples import opted_out
from include.commands.demo.surroundings import (
    leave_real_settings,
    only_one,
    settings_of_the_demo,
    suppress_those_who_opted_out,
)
from include.errors import NeverRetry
from include.law import load_controller
from include.store import Role, begin

AT = datetime(2026, 3, 1, 9, tzinfo=UTC)


def test_settings_of_the_real_installation_are_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AMANAH_TEST_DATA", raising=False)
    monkeypatch.setenv("AMANAH_HOME", "/somewhere")
    for name in ("AMANAH_DATABASE_URL", "AMANAH_KEY", "AMANAH_SMS_URL"):
        monkeypatch.setenv(name, "real")
    assert leave_real_settings() == ["AMANAH_DATABASE_URL", "AMANAH_KEY", "AMANAH_SMS_URL"]
    assert os.environ["AMANAH_HOME"] == "/somewhere"
    assert "AMANAH_DATABASE_URL" not in os.environ


def test_mail_goes_to_the_catcher_and_to_no_gateway(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("AMANAH_HOME", str(tmp_path / "home"))
    settings = settings_of_the_demo(tmp_path, 2525, "http://localhost:8081")
    assert settings["AMANAH_SMTP_URL"] == "smtp://127.0.0.1:2525"
    assert not {"AMANAH_SMS_URL", "AMANAH_WHATSAPP_URL"} & settings.keys()


def test_the_sample_controller_can_be_read(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("AMANAH_HOME", str(tmp_path / "home"))
    controller = load_controller(Path(settings_of_the_demo(tmp_path, 25, "http://localhost:8081")["AMANAH_CONTROLLER"]))
    assert controller.legal_name is not None
    assert controller.legal_name.ar == "شركة أمانة التجريبية"
    assert "business_contact" in controller.purposes
    assert controller.portal == "http://localhost:8081"


def test_who_opted_out_earlier_is_suppressed_once(database: str) -> None:
    assert suppress_those_who_opted_out(AT) == len(opted_out())
    assert suppress_those_who_opted_out(AT) == 0
    with begin(Role.INTAKE) as connection:
        kinds = connection.execute(text("select distinct kind from suppression.entry order by 1")).scalars().all()
    assert kinds == ["email", "phone"]


def test_two_demos_do_not_run_in_one_folder(tmp_path: Path) -> None:
    with only_one(tmp_path / "lock"), pytest.raises(NeverRetry, match="already"), only_one(tmp_path / "lock"):
        pass
    with only_one(tmp_path / "lock"):
        pass
