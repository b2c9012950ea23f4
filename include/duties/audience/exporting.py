"""Hand an audience out: a file with its manifest, or a table of its own; and write down that it was disclosed."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, BinaryIO
from uuid import UUID

import psycopg
from sqlalchemy import Connection

from include.duties.audience.building import STEPS
from include.duties.audience.model import Asked
from include.evidence import Kind, learn, record
from include.store import Role, begin, keyed, private_folder
from include.store.home import write_private

__all__ = ["audience_folder", "export", "handed_over"]

QUERIES = {None: "plain", "google": "google", "meta": "meta"}
COLUMNS = {
    None: ["id", "kind", "contact", "language", "jurisdiction"],
    "google": ["extern_id", "email_sha256", "phone_sha256"],
    "meta": ["extern_id", "email_sha256", "phone_sha256"],
}
"""The least that its recipient needs (IR 19, 20): no name, no listing."""
GUARDED = "a mailbox that begins with ' = + - or @ has one apostrophe before it: take it off to compare or to send"
"""People choose their mailboxes, and a spreadsheet would run `=x@…`: what the manifest of a CSV file says of it."""


def export(audience: UUID, asked: Asked, at: datetime) -> Path:
    """Write an audience that was built and checked to `home()/audiences`, and record the disclosure at `at` (UTC).

    Returns the folder: the manifest, and the file unless it is a table. What was exported stays as it is.
    """
    folder = audience_folder(audience)
    with begin(Role.DUTIES) as connection:
        row = STEPS.rows(connection, "one", {"id": audience})[0]
        if row.state == "exported":
            return folder
        file, digest = folder / f"audience.{asked.form}", None
        if asked.form != "table":
            digest = _write(connection, audience, asked, file)
        STEPS.run(connection, "exported", {"id": audience, "sha256": digest})
        _disclose(connection, audience, asked, asked.form, row.counts["members"], row.edition, at, digest)
        told = _manifest(audience, asked, row, file.name if digest else None, digest)
        write_private(folder / "manifest.json", json.dumps(told, indent=1, ensure_ascii=False))
    return folder


def handed_over(audience: UUID, asked: Asked, at: datetime, *, method: str = "object_storage") -> None:
    """Record at `at` (UTC) that an exported audience was handed over another way too."""
    with begin(Role.DUTIES) as connection:
        row = STEPS.rows(connection, "one", {"id": audience})[0]
        digest = bytes(row.sha256) if row.sha256 else None
        _disclose(connection, audience, asked, method, row.counts["members"], row.edition, at, digest)


def audience_folder(audience: UUID) -> Path:
    """Return the folder of an audience, closed to others."""
    return private_folder("audiences", str(audience))


def _write(connection: Connection, audience: UUID, asked: Asked, file: Path) -> bytes:
    lines = file if asked.form == "csv" else file.with_suffix(".lines")
    with _draft(lines) as sink:
        _copy_out(connection, QUERIES[asked.platform], {"id": audience, "guarded": _guarded(asked)}, sink)
    if asked.form == "parquet":
        _as_parquet(lines, file)
        lines.unlink()
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").digest()


def _guarded(asked: Asked) -> bool:
    """Say whether somebody may open the file as a spreadsheet: as `harmless` does for the command line's files."""
    return asked.form == "csv" and asked.platform is None


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
        "contact": GUARDED if _guarded(asked) else None,
        "counts": row.counts,
        "file": file,
        "sha256": digest.hex() if digest else None,
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
