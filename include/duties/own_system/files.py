"""Our own files whose time is over: what was handed out as an audience, and the logs of Airflow's tasks."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID

from include.errors import NeverRetry
from include.store import home

__all__ = ["SETTING", "days_of_task_logs", "destroy_audience_files", "destroy_task_logs"]

SETTING = "AMANAH_TASK_LOG_DAYS"


def destroy_audience_files(expired: Iterable[UUID]) -> int:
    """Destroy the files of audiences that have expired, drafts too; return how many. Their manifests stay as proof."""
    gone = 0
    for audience in expired:
        for file in (home() / "audiences" / str(audience)).glob("*"):
            if file.name != "manifest.json":
                file.unlink(missing_ok=True)
                gone += 1
    return gone


def days_of_task_logs(settings: Mapping[str, str]) -> int | None:
    """Say how many days task logs are kept; None where nobody set it: then who runs Airflow sees to them."""
    given = settings.get(SETTING)
    if not given:
        return None
    if not given.isascii() or not given.isdigit() or not 0 < int(given) < 100_000:
        raise NeverRetry(f"{SETTING}: give a number of days from 1 on, such as 90")
    return int(given)


def destroy_task_logs(at: datetime, days: int, settings: Mapping[str, str]) -> int:
    """Destroy the logs of tasks whose last line is older than so many days at `at` (UTC), and folders left empty.

    They lie where `AIRFLOW__LOGGING__BASE_LOG_FOLDER` says, or in `logs` of `AIRFLOW_HOME`. No link is followed. Where
    neither names a folder there is nothing; logs that Airflow hands to object storage expire there.
    """
    named = settings.get("AIRFLOW__LOGGING__BASE_LOG_FOLDER") or settings.get("AIRFLOW_HOME")
    if not named:
        return 0
    root = Path(named) if settings.get("AIRFLOW__LOGGING__BASE_LOG_FOLDER") else Path(named) / "logs"
    before, gone = (at - timedelta(days=days)).timestamp(), 0
    for place in sorted(root.glob("dag_id=*/**/*"), reverse=True):  # what lies in a folder before the folder
        if place.is_symlink():
            continue
        with suppress(FileNotFoundError):  # another worker's night took it
            if place.is_dir():
                _take_empty(place)
            elif place.suffix == ".log" and place.stat().st_mtime < before:
                place.unlink()
                gone += 1
    return gone


def _take_empty(folder: Path) -> None:
    with suppress(OSError):  # something lies in it still
        folder.rmdir()
