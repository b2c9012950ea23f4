"""The files that run the project elsewhere say what they have to."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[1]
AIRFLOW = ("api-server", "scheduler", "dag-processor", "triggerer", "worker")


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    read: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yaml").read_text("utf-8"))
    return read


def test_the_production_shape_has_every_part(compose: dict[str, Any]) -> None:
    assert {"postgres", "redis", "init", *AIRFLOW} <= compose["services"].keys()
    assert compose["services"]["postgres"]["image"] == "postgres:17"
    assert compose["services"]["mailcatcher"]["profiles"] == ["mail"]


@pytest.mark.parametrize("name", AIRFLOW)
def test_an_airflow_part_has_no_rights_waits_for_the_migration_and_is_watched(
    compose: dict[str, Any], name: str
) -> None:
    service = compose["services"][name]
    assert service["user"] == "amanah"
    assert service["cap_drop"] == ["ALL"]
    assert service["depends_on"] == {"init": {"condition": "service_completed_successfully"}}
    assert service["healthcheck"]["test"]
    assert "AMANAH_OWNER_DATABASE_URL" not in service["environment"], "only the migration may own the tables"
    assert any(volume.startswith("home:") for volume in service["volumes"]), "landing is shared"


def test_a_secret_without_a_value_stops_with_a_word_of_what_it_is() -> None:
    text = (ROOT / "docker-compose.yaml").read_text("utf-8")
    body = "\n".join(line for line in text.splitlines() if not line.lstrip().startswith("#"))
    used = re.findall(r"(?<!\$)\$\{([A-Z_]+)(:[?-][^}]*)?\}", body)
    optional = {"AIRFLOW_URL", "AMANAH_SMS_URL"}
    required = {name for name, rest in used if rest.startswith(":?") and len(rest) > 5}
    assert {name for name, _ in used} - required == optional
    assert not re.search(r"(?i)(password|secret|key): [\"']?[A-Za-z0-9+/=_-]{8,}[\"']?$", body, re.M)


def test_what_the_image_copies_is_in_the_repository(compose: dict[str, Any]) -> None:
    recipe = compose["services"]["init"]["build"]["dockerfile_inline"]
    copied = re.findall(r"^COPY (\S+)", recipe, re.M)
    assert {"include", "dags", "plugins", "requirements.txt"} == set(copied)
    assert all((ROOT / name).exists() for name in copied)


def test_a_name_with_extras_is_pinned_without_them_too() -> None:
    lines = (ROOT / "requirements.txt").read_text("utf-8").splitlines()
    names = [line.split("==")[0] for line in lines if re.match(r"[A-Za-z0-9]", line)]
    extras = [name.partition("[")[0] for name in names if "[" in name]
    assert extras
    assert [name for name in extras if name not in names] == []
    assert not [line for line in lines if "://" in line], "no address of a package index"
