"""Hand an audience out: a file with its manifest, or a table of its own; and write down that it was disclosed."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, BinaryIO
from uuid import UUID

import psycopg
from sqlalchemy import Connection

from include.duties.audience.checking import STEPS, look, refusal, refuse
from include.duties.audience.judging import denied
from include.duties.audience.model import Asked
from include.evidence import Kind, learn, record
from include.store import Role, begin, copy_into, keyed, private_folder
from include.store.home import write_private

__all__ = [
    "MANIFEST",
    "audience_folder",
    "export",
    "file_name",
    "files_in",
    "handed_over",
    "removed_from",
    "write_file",
]

MANIFEST = "manifest.json"

QUERIES = {None: "plain", "google": "google", "meta": "meta"}
COLUMNS = {
    None: ["id", "kind", "contact", "language", "jurisdiction"],
    "google": ["extern_id", "email_sha256", "phone_sha256"],
    "meta": ["extern_id", "email_sha256", "phone_sha256"],
}
"""The least that its recipient needs (IR 19, 20): no name, no listing."""
GUARDED = "a mailbox that begins with ' = + - or @ has one apostrophe before it: take it off to compare or to send"
"""People choose their mailboxes, and a spreadsheet would run `=x@…`: what the manifest of a CSV file says of it."""


def export(audience: UUID, asked: Asked, at: datetime, *, licensed: Collection[str] = ()) -> Path:
    """Write an audience that was built and checked to `home()/audiences`, and record the disclosure at `at` (UTC).

    Hours may lie between building and this: whoever may not be used any more is left out, and the check looks again, in
    the transaction that hands out. Returns the folder: the manifest, and the file unless it is a table. What was
    exported stays as it is. Raises AudienceRefused.
    """
    folder = audience_folder(audience)
    with begin(Role.DUTIES) as connection:
        row = STEPS.rows(connection, "one", {"id": audience})[0]
        if row.state == "exported":
            return folder
        missed = _look_again(connection, audience, asked, at, licensed)
        if missed:
            refuse(connection, audience, asked, missed, at)
        else:
            _hand_out(connection, audience, asked, folder, at)
    if missed:
        raise refusal(audience, missed)
    return folder


def handed_over(
    audience: UUID,
    asked: Asked,
    at: datetime,
    *,
    method: str = "object_storage",
    place: str | None = None,
    login: str | None = None,
) -> None:
    """Record at `at` (UTC) that an exported audience was handed over another way too, and keep no file of it here.

    `place` is the folder in object storage, `login` the connection that reaches it: the copy there is tidied too.
    """
    folder = audience_folder(audience)
    with begin(Role.DUTIES) as connection:
        row = STEPS.rows(connection, "one", {"id": audience})[0]
        digest = bytes(row.sha256) if row.sha256 else None
        _disclose(connection, audience, asked, method, row.counts["members"], row.edition, at, digest)
        without = removed_from(folder)
        if place is not None:
            STEPS.run(connection, "place", {"id": audience, "place": place, "login": login, "without": without})
    for file in files_in(folder):
        file.unlink(missing_ok=True)


def _look_again(
    connection: Connection, audience: UUID, asked: Asked, at: datetime, licensed: Collection[str]
) -> dict[str, int]:
    missed = look(connection, audience, asked.purpose, at)
    if missed:
        STEPS.run(connection, "gone")
        gone = list(denied(connection, [audience], asked.purpose, at, licensed))
        copy_into(connection, "gone_point", ("point_id", "reason"), gone)
        STEPS.run(connection, "leave", {"id": audience})
        missed = look(connection, audience, asked.purpose, at)
    return missed


def _hand_out(connection: Connection, audience: UUID, asked: Asked, folder: Path, at: datetime) -> None:
    row = STEPS.rows(connection, "one", {"id": audience})[0]
    digest = write_file(connection, audience, row, folder) if row.form != "table" else None
    STEPS.run(connection, "exported", {"id": audience, "sha256": digest})
    _disclose(connection, audience, asked, row.form, row.counts["members"], row.edition, at, digest)
    told = _manifest(audience, asked, row, file_name(row) if digest else None, digest)
    write_private(folder / MANIFEST, json.dumps(told, indent=1, ensure_ascii=False))


def audience_folder(audience: UUID) -> Path:
    """Return the folder of an audience, closed to others."""
    return private_folder("audiences", str(audience))


def files_in(folder: Path) -> list[Path]:
    """Name the files in an audience's folder that hold contacts: all but the manifest, drafts of a killed run too."""
    return sorted(file for file in folder.iterdir() if file.name != MANIFEST)


def file_name(row: Any) -> str:
    """Name the file of an audience by its form."""
    return f"audience.{row.form}"


def removed_from(folder: Path) -> int:
    """Say how many contacts were taken out of an audience's file again since it was handed out."""
    manifest = folder / MANIFEST
    return int(json.loads(manifest.read_text("utf-8")).get("removed", 0)) if manifest.exists() else 0


def write_file(connection: Connection, audience: UUID, row: Any, folder: Path) -> bytes:
    """Write the file of an audience, without whoever is on a removal list of it; return its SHA-256."""
    file = folder / file_name(row)
    lines = file if row.form == "csv" else file.with_suffix(".lines")
    with _draft(lines) as sink:
        _copy_out(connection, QUERIES[row.platform], {"id": audience, "guarded": _guarded(row)}, sink)
    if row.form == "parquet":
        _as_parquet(lines, file)
        lines.unlink()
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").digest()


def _guarded(row: Any) -> bool:
    """Say whether somebody may open the file as a spreadsheet: as `harmless` does for the command line's files."""
    return bool(row.form == "csv" and row.platform is None)


def _copy_out(connection: Connection, step: str, values: dict[str, Any], sink: BinaryIO) -> None:
    """Let the database write the lines itself: no contact passes through an object here."""
    driver = connection.connection.driver_connection
    assert isinstance(driver, psycopg.Connection)
    (query,) = STEPS.texts(step)
    with driver.cursor() as cursor, cursor.copy(f"copy ({query}) to stdout (format csv, header)", values) as lines:
        for block in lines:
            sink.write(block)


@contextmanager
def _draft(file: Path) -> Iterator[BinaryIO]:
    """Write a file that only its owner reads, whole or not at all."""
    draft = file.with_name(f".{file.name}.draft")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as sink:
        yield sink
    draft.replace(file)


def _as_parquet(lines: Path, file: Path) -> None:
    import polars

    with _draft(file) as sink:
        polars.scan_csv(lines, infer_schema=False).collect().write_parquet(sink)


def _manifest(audience: UUID, asked: Asked, row: Any, file: str | None, digest: bytes | None) -> dict[str, Any]:
    return {
        "audience": str(audience),
        "purpose": row.purpose,
        "asked_by": row.asked_by,
        "recipient": row.recipient,
        "country": row.country,
        "transfer_abroad": asked.abroad,
        "safeguard": asked.safeguard,
        "form": row.form,
        "hashed_for": row.platform,
        "columns": COLUMNS[row.platform],
        "contact": GUARDED if _guarded(row) else None,
        "counts": row.counts,
        "file": file,
        "sha256": digest.hex() if digest else None,
        "removed": 0,
        "edition": row.edition,
        "made_at": row.made_at.astimezone(UTC).isoformat(),
        "expires_at": row.expires_at.astimezone(UTC).isoformat(),
        "before_each_sending": "POST /v1/may-use",
        "removals": f"/v1/audiences/{audience}/removals",
    }


def _disclose(
    connection: Connection,
    audience: UUID,
    asked: Asked,
    method: str,
    members: int,
    edition: str,
    at: datetime,
    digest: bytes | None,
) -> None:
    """Record the disclosure (IR 20(6)): date, method, purpose, recipient; abroad, the transfer and its safeguard."""
    given = {"recipient": asked.recipient, "country": asked.country, "purpose": asked.purpose, "method": method}
    values = given | {"abroad": asked.abroad, "safeguard": asked.safeguard, "count": members, "edition": edition}
    if not STEPS.run(connection, "disclose", values | {"id": audience, "at": at}):
        return
    codes = {**given, "country": asked.country.lower(), "kind": "transfer" if asked.abroad else "export"}
    codes |= {"safeguard": asked.safeguard} if asked.safeguard else {}
    codes |= {"platform": asked.platform} if asked.platform else {}
    learn(connection, *codes.values())
    hashes = {"actor": keyed("actor", asked.asked_by)} | ({"file": digest} if digest else {})
    learn(connection, *hashes)
    record(
        connection,
        Kind.DISCLOSURE_RECORDED,
        at=at,
        edition=edition,
        refs={"audience": audience},
        codes=codes,
        counts={"contact_points": members},
        hashes=hashes,
    )
