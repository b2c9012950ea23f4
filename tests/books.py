"""A small company's books: accounts whose subscription ends, invoices, sessions and recordings, with their map."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import Connection, create_engine, text

MAP = """
dataset:
  - fides_key: books
    name: books
    collections:
      - name: account
        fields:
          - {name: id, data_categories: [system.operations], fides_meta: {primary_key: true}}
          - {name: email, data_categories: [user.contact.email], fides_meta: {identity: email}}
          - {name: ended_on, data_categories: [system.operations]}
      - name: invoice
        fields:
          - {name: id, data_categories: [system.operations], fides_meta: {primary_key: true}}
          - name: account_id
            data_categories: [system.operations]
            fides_meta: {references: [{dataset: books, field: account.id, direction: from}]}
          - {name: buyer, data_categories: [user.name]}
          - {name: remark, data_categories: [user.content.private]}
          - {name: issued_on, data_categories: [system.operations]}
      - name: session
        fields:
          - {name: id, data_categories: [system.operations], fides_meta: {primary_key: true}}
          - name: account_id
            data_categories: [system.operations]
            fides_meta: {references: [{dataset: books, field: account.id, direction: from}]}
          - {name: ip, data_categories: [user.device.ip_address]}
          - {name: seen_at, data_categories: [system.operations]}
      - name: recording
        fields:
          - {name: id, data_categories: [system.operations], fides_meta: {primary_key: true}}
          - name: account_id
            data_categories: [system.operations]
            fides_meta: {references: [{dataset: books, field: account.id, direction: from}]}
          - {name: path, data_categories: [user.biometric.voice]}
          - {name: began_at, data_categories: [system.operations]}
amanah:
  books:
    connection: AMANAH_SYSTEM_BOOKS
    files: AMANAH_BOOKS_FILES
    retention:
      accounts:
        trigger: subscription_end
        column: ended_on
        minimum: {figure: retention.backup_min_months}
        maximum: {figure: retention.backup_max_months}
        article: policy 4
      invoices:
        trigger: fixed_age
        column: issued_on
        minimum: {figure: retention.vat_record_years}
        statute: true
        columns: [buyer]
        article: VAT IR 66
      technical: {trigger: fixed_age, column: seen_at, maximum: {days: 90}, article: "policy 2a, Law 18"}
      recordings: {trigger: fixed_age, column: began_at, maximum: {months: 6}, article: "policy 2c, Law 18"}
    tables:
      account: {subject: true, retention: accounts, columns: {email: {strategy: keyed_hash}}}
      invoice:
        retention: invoices
        purposes: [books]
        basis: legal_obligation
        references: {account_id: {kind: owned}}
      session: {retention: technical, references: {account_id: {kind: owned}}}
      recording: {retention: recordings, columns: {path: {file: true}}, references: {account_id: {kind: owned}}}
"""

MADE = """
create table account (id integer primary key, email text not null, ended_on date);
create table invoice (id integer primary key, account_id integer not null references account,
                      buyer text, remark text, issued_on date not null);
create table session (id integer primary key, account_id integer not null references account,
                      ip text not null, seen_at timestamp with time zone not null);
create table recording (id integer primary key, account_id integer not null references account,
                        path text, began_at timestamp with time zone not null);
create index on account (ended_on);
create index on invoice (account_id);
create index on session (account_id);
create index on recording (account_id);
"""


@contextmanager
def mapped(address: str, folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Connection]:
    """Make the books in an empty database and let the settings lead to them; each statement is kept at once."""
    engine = create_engine(address, isolation_level="AUTOCOMMIT")
    (folder / "systems").mkdir()
    (folder / "systems/books.yml").write_text(MAP, encoding="utf-8")
    monkeypatch.setenv("AMANAH_SYSTEMS", str(folder / "systems"))
    monkeypatch.setenv("AMANAH_SYSTEM_BOOKS", address)
    monkeypatch.setenv("AMANAH_BOOKS_FILES", str(folder / "calls"))
    with engine.connect() as connection:
        make(connection)
        yield connection
    engine.dispose()


def make(connection: Connection) -> None:
    """Make the tables, empty."""
    for statement in filter(str.strip, MADE.split(";\n")):
        connection.execute(text(statement))


def fill_with_people(connection: Connection, *, invoiced: str | None = None) -> None:
    """Give two people of the directory accounts, and invoices of another day where one is named."""
    fill(connection, (1, None), (2, None))
    connection.execute(text("update account set email = 'person.' || id || '@people.example'"))
    if invoiced:
        connection.execute(text("update invoice set issued_on = cast(:day as date)"), {"day": invoiced})


def fill(connection: Connection, *accounts: tuple[int, str | None]) -> None:
    """Add accounts, each with the day on which it ended, an invoice, a session of that day and a recording."""
    for number, ended in accounts:
        day = ended or "2026-02-20"
        connection.execute(
            text("insert into account values (:n, :mail, cast(:ended as date))"),
            {"n": number, "mail": f"owner.{number}@people.example", "ended": ended},
        )
        connection.execute(
            text("insert into invoice values (:n, :n, 'Owner', 'wants to be called', cast(:day as date))"),
            {"n": number, "day": day},
        )
        connection.execute(
            text("insert into session values (:n, :n, '192.0.2.1', cast(:day as timestamptz))"),
            {"n": number, "day": day},
        )


def record(connection: Connection, folder: Path, number: int, account: int, day: str) -> Path:
    """Add a recording with a small file of its own."""
    folder.mkdir(exist_ok=True)
    file = folder / f"call-{number}.wav"
    file.write_bytes(b"RIFF....WAVE")
    connection.execute(
        text("insert into recording values (:n, :account, :path, cast(:day as timestamptz))"),
        {"n": number, "account": account, "path": file.name, "day": day},
    )
    return file
