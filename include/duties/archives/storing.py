"""What the store knows of each archive, and what the ledger is told."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, LargeBinary, bindparam, text
from sqlalchemy.dialects.postgresql import ARRAY

from include.duties.archives.journalled import note_state
from include.duties.archives.model import Archive
from include.evidence import Kind, learn, record
from include.store import key_version

__all__ = ["archives", "note", "put_down", "put_shorter", "put_whole", "remove", "settle"]

COLUMNS = """id, system, rule, edition, plan_id, file, sha256, rows, event_at, made_at, earliest, latest, due_at, state,
             identities, root"""
PUT = text("""
    insert into duties.archive
           (id, system, rule, edition, plan_id, file, rows, event_at, made_at, earliest, latest, due_at, state,
            identities, root, key_version, shorten_at)
    values (:id, :system, :rule, :edition, :plan_id, :file, cast(:rows as jsonb), :event_at, :made_at, :earliest,
            :latest, :due_at, 'writing', :identities, :root, :key_version, :shorten_at)
    on conflict (id) do update set sha256 = null, rows = excluded.rows, identities = excluded.identities,
            shorten_at = excluded.shorten_at, state = 'writing', end_plan = null, ended_at = null,
            root = excluded.root
""").bindparams(bindparam("identities", type_=ARRAY(LargeBinary)))


def archives(connection: Connection, where: str, given: Mapping[str, Any], keys: Iterable[bytes] = ()) -> list[Archive]:
    """Give the archives of which a condition of ours holds, oldest end first; `keys` are identities that it names."""
    statement = text(f"select {COLUMNS} from duties.archive where {where} order by due_at, id")
    if held := list(keys):
        statement = statement.bindparams(bindparam("keys", held, type_=ARRAY(LargeBinary)))
    rows = connection.execute(statement, dict(given))
    return [
        Archive(
            r.id, r.system, r.rule, r.edition, r.plan_id, r.file, r.sha256 and bytes(r.sha256), r.rows, r.event_at,
            r.made_at, r.earliest, r.latest, r.due_at, r.state, tuple(map(bytes, r.identities)), bytes(r.root),
        )
        for r in rows
    ]  # fmt: skip


def put_down(connection: Connection, archive: Archive, shorten_at: datetime | None) -> None:
    """Write an archive down before its file is: no file is there that nobody knows of."""
    told = asdict(archive) | {"rows": json.dumps(archive.rows), "identities": list(archive.identities)}
    connection.execute(PUT, told | {"key_version": key_version(), "shorten_at": shorten_at})


def put_whole(connection: Connection, archive: UUID, sha256: bytes) -> None:
    """Say that an archive's file is whole."""
    connection.execute(
        text("update duties.archive set sha256 = :sha256 where id = :id"), {"id": archive, "sha256": sha256}
    )


def put_shorter(connection: Connection, archive: Archive, shorten_at: datetime | None) -> None:
    """Say that an archive holds fewer rows now, and when the next of them have to go."""
    connection.execute(
        text("""
            update duties.archive set sha256 = :sha256, rows = cast(:rows as jsonb), identities = :identities,
                   shorten_at = :shorten_at
             where id = :id
        """).bindparams(bindparam("identities", type_=ARRAY(LargeBinary))),
        {"id": archive.id, "sha256": archive.sha256, "rows": json.dumps(archive.rows),
         "identities": list(archive.identities), "shorten_at": shorten_at},
    )  # fmt: skip


def settle(connection: Connection, archive: UUID, state: str, at: datetime | None = None) -> None:
    """Put an archive into another state; one that is ended lets go of the identities by which it is found."""
    connection.execute(
        text("""
            update duties.archive set state = :state, ended_at = :at,
                   identities = case when cast(:at as timestamptz) is null then identities else '{}' end,
                   root = case when :state = 'destroyed' then '' else root end
             where id = :id
        """),
        {"id": archive, "state": state, "at": at},
    )
    note_state(connection, archive)


def remove(connection: Connection, archive: UUID) -> None:
    """Take back an archive whose rows did not go."""
    connection.execute(text("delete from duties.archive where id = :id and state = 'writing'"), {"id": archive})


def note(
    connection: Connection, archive: Archive, kind: Kind, at: datetime, *, codes: Mapping[str, str] | None = None
) -> None:
    """Tell the ledger of an archive: ids, codes, counts and clocks."""
    told = {"system": archive.system, "rule": archive.rule.replace(":", "."), **(codes or {})}
    learn(connection, *told.values())
    record(
        connection,
        kind,
        at=at,
        edition=archive.edition,
        refs={"archive": archive.id, "plan": archive.plan_id},
        codes=told,
        counts={"rows": sum(archive.rows.values())},
    )
