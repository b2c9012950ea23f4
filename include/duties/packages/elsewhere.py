"""What every mapped system holds of a person, found by the one selector, without other people's data."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from itertools import groupby, islice

from sqlalchemy import Connection, LargeBinary, bindparam, text
from sqlalchemy.dialects.postgresql import ARRAY

from include.duties.collection.content import kept_in_words
from include.duties.collection.fields import rules_over
from include.duties.collection.model import KeptBy
from include.duties.collection.words import words_in as map_words
from include.duties.packages.case import Case
from include.duties.packages.enclosing import Enclosing
from include.duties.packages.model import Cells, Sheet
from include.duties.packages.redacting import Redactor, grams_of, held_among
from include.duties.packages.register import STEPS
from include.intake.normalise.names import person_form
from include.store import Role, begin, keying
from include.systems import Subjects, System
from include.systems.disclosing import Disclosed, disclosed, held_names
from include.systems.model import Column, Table
from include.systems.reflecting import reflect
from include.systems.retention import figures

__all__ = ["of_system"]

AT_ONCE = 200
"""So many rows are searched for names together."""


def of_system(
    connection: Connection,
    system: System,
    people: list[Subjects],
    case: Case,
    redactor: Redactor,
    enclosing: Enclosing,
) -> Iterator[tuple[Sheet, Iterator[Cells]]]:
    """Give every table of a system that holds anything of this person, with its rows."""
    _know(connection, system, people, redactor)
    rows = disclosed(connection, system, people, redactor.is_own)
    for name, group in groupby(rows, key=lambda row: row.table):
        mapped = system.table(name)
        rows_of_it = _cells(connection, system, mapped, group, case, redactor)
        yield _sheet(system, mapped, case), _with_files(system, mapped, rows_of_it, enclosing, redactor.mark)


def _know(connection: Connection, system: System, people: list[Subjects], redactor: Redactor) -> None:
    """Learn from their own rows of subjects what else is theirs: a name, a second number."""
    for row in disclosed(connection, system, people, redactor.is_own):
        if row.relation == "self":
            for column in system.table(row.table).personal:
                redactor.know(row.values[column.name])


def _sheet(system: System, mapped: Table, case: Case) -> Sheet:
    words, labels = case.words, map_words(case.language)
    purposes = dict.fromkeys(code for column in mapped.columns for code in column.purposes)
    bases = [words.bases.get(code, code) for code in dict.fromkeys(c.basis for c in mapped.columns if c.basis)]
    about = {
        "system": system.key,
        "categories": case.joined(labels.label(column.categories) for column in mapped.personal),
        "purpose": case.purposes(purposes),
        "basis": case.joined(bases),
        "retention": _kept(system, mapped, case) or words.not_stated,
        "recipients": case.recipients(),
    }
    return Sheet(
        f"{system.key}.{mapped.name}",
        f"{system.key}: {mapped.name}",
        tuple((words.about[name], said or words.none) for name, said in about.items()),
        {column.name: _called(column, labels.label(column.categories)) for column in mapped.columns},
    )


def _called(column: Column, label: str | None) -> str:
    return f"{label} ({column.name})" if label else column.name


def _kept(system: System, mapped: Table, case: Case) -> str:
    labels = map_words(case.language)
    names = dict.fromkeys(name for column in mapped.columns for name in rules_over(system, mapped.name, column.name))
    rules = [system.rules[name] for name in names if name in system.rules]
    return labels.first_of.join(
        kept_in_words(KeptBy(rule, figures(rule, case.edition)), labels, case.language) for rule in rules
    )


def _cells(
    connection: Connection,
    system: System,
    mapped: Table,
    rows: Iterator[Disclosed],
    case: Case,
    redactor: Redactor,
) -> Iterator[Cells]:
    written = [column.name for column in mapped.columns if _is_text(column) and not column.file]
    while some := list(islice(rows, AT_ONCE)):
        names = _names(connection, system, some, written, case) if written else frozenset[str]()
        for row in some:
            cells = {name: case.cell(value) for name, value in row.values.items()}
            for name in written:
                if isinstance(said := cells[name], str):
                    cells[name] = redactor.clean(said, names)
            yield cells | {name: redactor.instead() for name in row.withheld}


def _with_files(
    system: System, mapped: Table, rows: Iterator[Cells], enclosing: Enclosing, mark: str
) -> Iterator[Cells]:
    """Enclose the files that rows name, but of a row of others' none."""
    files = [column for column in mapped.columns if column.file]
    for cells in rows:
        theirs = [column for column in files if cells[column.name] != mark]
        yield {
            **cells,
            **{column.name: enclosing.instead_of(system, mapped, column, cells[column.name]) for column in theirs},
        }


def _is_text(column: Column) -> bool:
    return column.free_text or any(category.startswith("user.content") for category in column.categories)


def _names(
    connection: Connection, system: System, rows: Iterable[Disclosed], written: list[str], case: Case
) -> set[str]:
    """Find the names of other people that are held, in this system or in the register, among what was written."""
    texts = (row.values[name] for row in rows for name in written)
    grams = list(dict.fromkeys(gram for each in texts if isinstance(each, str) for gram in grams_of(each)))
    if not grams:
        return set()
    tables = reflect(connection, system).tables
    found = held_among(grams, lambda some: held_names(connection, system, some, tables))
    return found | held_among(grams, lambda some: _in_the_register(some, case))


def _in_the_register(grams: Iterable[str], case: Case) -> set[str]:
    """Ask the register by the form in which it knows names: however they are spelled, and with or without a title."""
    hashed = keying()
    keys = defaultdict[bytes, set[str]](set)
    for gram in grams:
        if form := person_form(gram):
            keys[hashed("person", form)].add(gram)
    asked = text(STEPS.texts("persons")[0]).bindparams(bindparam("keys", type_=ARRAY(LargeBinary)))
    with begin(Role.DUTIES) as store:
        held = store.execute(asked, {"keys": list(keys), "subject": case.subject}).scalars()
        return {gram for key in held for gram in keys[bytes(key)]}
