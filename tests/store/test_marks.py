"""Every column that could hold a person's data says whether it does."""

from __future__ import annotations

from sqlalchemy import Column, LargeBinary, MetaData, String, Table, Text
from sqlalchemy.dialects.postgresql import ARRAY, JSON, JSONB

from include.store import Category
from include.store.migration import SCHEMAS, load_tables

ABLE = (String, LargeBinary, JSON, JSONB)


def unmarked(metadata: MetaData) -> list[str]:
    def able(column: Column[object]) -> bool:
        kind = column.type.item_type if isinstance(column.type, ARRAY) else column.type
        return isinstance(kind, ABLE)

    columns = [column for table in metadata.tables.values() for column in table.columns]
    return [str(column) for column in columns if able(column) and "personal" not in column.info]


def test_every_text_bytes_and_json_column_is_marked() -> None:
    assert unmarked(load_tables()) == []


def test_a_mark_is_a_category_or_a_plain_no() -> None:
    marks = [column.info.get("personal") for table in load_tables().tables.values() for column in table.columns]
    assert {type(mark) for mark in marks} <= {Category, type(None)}


def test_every_table_lies_in_the_schema_of_a_room() -> None:
    assert {table.schema for table in load_tables().tables.values()} <= set(SCHEMAS)


def test_a_column_without_a_mark_is_noticed() -> None:
    metadata = MetaData()
    Table("t", metadata, Column("a", Text), Column("b", ARRAY(Text)), Column("c", JSONB, info={"personal": None}))
    assert unmarked(metadata) == ["t.a", "t.b"]
