"""A system whose users write what they like, and its map."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import Connection, text

from include.systems import Column, Strategy, System, Table

MAIL, PHONE, IDENTITY = "noor.canary@people.example", "0501234567", "1000000008"
CLEAN = "Deliver to the back door, order 20240117."
WRITTEN = {
    1: CLEAN,
    2: f"call her on {PHONE} after five",
    3: f"الهوية {IDENTITY}",
    4: f"write to {MAIL}, please",
    5: None,
    6: "",
}


def make(connection: Connection, rows: Iterable[tuple[int, str | None]] = WRITTEN.items()) -> None:
    """Make the tables with these notes in them."""
    for made in (
        "create table ticket (id integer primary key, note varchar(200), status varchar(20) not null,"
        " extra varchar(200))",
        "create table chat (a integer, b integer, body varchar(200) not null, primary key (a, b))",
    ):
        connection.execute(text(made))
    write(connection, rows)


def write(connection: Connection, rows: Iterable[tuple[int, str | None]]) -> None:
    """Write notes."""
    given = [{"id": key, "note": note} for key, note in rows]
    connection.execute(text("insert into ticket (id, note, status) values (:id, :note, 'new')"), given)


def system(strategy: Strategy = Strategy.NULL, **more: str) -> System:
    """The map: notes and bodies are free text, `extra` it does not know."""
    note = Column(name="note", categories=("user.content.private",), free_text=True, strategy=strategy, **more)
    body = Column(name="body", categories=("user.content.private",), free_text=True)
    return System(
        key="crm",
        connection="AMANAH_SYSTEM_CRM",
        tables=(
            Table(name="ticket", key=("id",), columns=(Column(name="id"), note, Column(name="status"))),
            Table(name="chat", key=("a", "b"), columns=(Column(name="a"), Column(name="b"), body)),
        ),
        edges=(),
    )


def notes(connection: Connection) -> dict[int, str | None]:
    """What stands in the notes now."""
    with connection.begin():
        return {row.id: row.note for row in connection.execute(text("select id, note from ticket order by id"))}
