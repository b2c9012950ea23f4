"""What is shown of somebody and what goes with them, on graphs that others thought out."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import k9db
import pytest
from sqlalchemy import Connection, create_engine

from include.systems import Subjects, forget, shown

DATA = os.environ.get("AMANAH_TEST_DATA")
FOLDER = Path(DATA) / "graphs" if DATA else None
CASES: list[dict[str, Any]] = json.loads((FOLDER / "cases.json").read_text("utf-8")) if FOLDER else []
pytestmark = pytest.mark.skipif(FOLDER is None, reason="AMANAH_TEST_DATA names no folder of graphs")


@pytest.fixture
def connection(any_database: str) -> Iterator[Connection]:
    """An empty database of each kind."""
    engine = create_engine(any_database)
    with engine.connect() as opened:
        yield opened
    engine.dispose()


def written(rows: Iterator[Any]) -> list[str]:
    """Each row as the cases write it, without order."""
    return sorted("|".join("NULL" if value is None else str(value) for value in row) for row in rows)


def subject(made: list[k9db.Made], statement: str) -> Subjects:
    found = re.fullmatch(r"GDPR\s+(?:GET|FORGET)\s+(\w+)\s+'?(.*?)'?\s*;?", statement, re.I)
    assert found
    (table,) = (table for table in made if table.name == found[1])
    kind = next(definition for definition in table.definitions if definition.startswith(f'"{table.key[0]}"'))
    key = int(found[2]) if re.search(r"int", kind, re.I) else found[2]
    return Subjects(found[1], [(key,)])


@pytest.mark.directories
@pytest.mark.parametrize("case", CASES, ids=[case["case"] for case in CASES])
def test_graph_case(connection: Connection, case: dict[str, Any]) -> None:
    assert FOLDER
    folder = FOLDER / Path(case["schema"]).parent.name
    made = k9db.tables((folder / Path(case["schema"]).name).read_text("utf-8"))
    mapped = k9db.system(made)
    k9db.create(connection, made)
    for statement in k9db.statements((folder / Path(case["inserts"]).name).read_text("utf-8")):
        k9db.run(connection, statement, made)
    for step in case["steps"]:
        statement = step["sql"].strip().rstrip(";")
        expected = sorted(line for line in step["expected"] if not line.startswith("update #"))
        if re.match(r"GDPR\s+GET", statement, re.I):
            rows = shown(connection, mapped, subject(made, statement))
            assert written(tuple(row.values.values()) for row in rows) == expected, statement
        elif re.match(r"GDPR\s+FORGET", statement, re.I):
            forget(connection, mapped, subject(made, statement))
        else:
            assert written(iter(k9db.run(connection, statement, made))) == expected, statement
