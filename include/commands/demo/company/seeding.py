"""Fill the company's books: whoever the demo tells of, and a crowd beside them, reckoned from one moment."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import Connection, inspect, text

from include.commands.demo.company.recordings import write_recording
from include.commands.demo.samples import riyadh
from include.commands.demo.samples.world import Business
from include.commands.demo.samples.writing import SEED

__all__ = ["seed"]

FOLDER = Path(__file__).parent
PROSPECTS = (20, 150, 400)
"""Days since each of the prospects was last heard of: the last one has to go."""


def seed(connection: Connection, recordings: Path, at: datetime, *, scale: int = 1) -> bool:
    """Make the tables and fill them as they would stand at `at`, in the caller's transaction; write the recordings.

    `scale` is how many hundred accounts stand beside those that the demo tells of; 0 for these alone. The same moment
    gives the same rows. Where the tables are there already nothing is changed, for what was destroyed is not to come
    back; returns whether it filled them.
    """
    if inspect(connection).has_table("account"):
        return False
    settings = {"at": at.astimezone(UTC).replace(tzinfo=None).isoformat(), "scale": scale}
    for name, value in settings.items():
        connection.execute(
            text("select set_config(:name, :value, true)"), {"name": f"books.{name}", "value": str(value)}
        )
    for part in ("schema", "functions", "people", "many"):
        _run(connection, part)
    _insert_prospects(connection)
    for number, path in connection.execute(text("select id, path from call_recording")):
        write_recording(recordings / path, number)
    return True


def _run(connection: Connection, part: str) -> None:
    """Run a file of statements as it stands: without parameters a driver takes several at once."""
    statements = FOLDER.joinpath(f"{part}.sql").read_text(encoding="utf-8")
    connection.exec_driver_sql(statements, execution_options={"no_parameters": True})


def _insert_prospects(connection: Connection) -> None:
    """Put in some whom the directory of Riyadh lists as well, so that one person is found in both places."""
    listed = [firm for firm in riyadh.listings(SEED) if firm.personal_mail][: len(PROSPECTS)]
    connection.execute(
        text("""
            insert into prospect (id, name, role, email, mobile, last_contact_at)
            values (:id, :name, :role, :email, :mobile, pg_temp.ago(make_interval(days => :days)))
        """),
        [_prospect(number, firm) for number, firm in enumerate(listed)],
    )


def _prospect(number: int, firm: Business) -> dict[str, str | int | None]:
    return {
        "id": number + 1,
        "name": firm.owner.name(),
        "role": firm.role[0],
        "email": (firm.personal_mail or "").lower(),
        "mobile": firm.mobile,
        "days": PROSPECTS[number],
    }
