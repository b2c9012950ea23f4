"""The declarative base of every table, and the mark that says which columns can hold personal data.

The marks drive destruction, access copies, the record of processing and log redaction; a test fails on a column that
could hold personal data and carries no mark.
"""

from __future__ import annotations

import enum
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, DateTime, LargeBinary, MetaData, Text, Uuid
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import DeclarativeBase, MappedColumn, mapped_column

__all__ = ["Base", "Category", "personal", "plain"]

NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


class Category(enum.StrEnum):
    """What kind of personal data a column can hold."""

    IDENTITY = "identity"
    CONTACT = "contact"
    ROLE = "role"
    PLACE = "place"
    MESSAGE = "message"
    KEYED = "keyed"
    """A keyed hash of an identifier: pseudonymised, and so still personal (IR 1(7))."""


class Base(DeclarativeBase):
    """Every table of Amanah, in the schema of its room."""

    metadata = MetaData(naming_convention=NAMES)
    type_annotation_map = {  # noqa: RUF012 (SQLAlchemy's own declaration)
        str: Text(),
        int: BigInteger(),
        bytes: LargeBinary(),
        UUID: Uuid(),
        datetime: DateTime(timezone=True),
        list[str]: ARRAY(Text()),
        dict[str, Any]: JSONB(),
    }


def personal(category: Category, **options: Any) -> MappedColumn[Any]:
    """Map a column that can hold personal data of the given category."""
    return mapped_column(info={"personal": category}, **options)


def plain(**options: Any) -> MappedColumn[Any]:
    """Map a text, bytes or JSON column that by construction holds codes, ids or counts only."""
    return mapped_column(info={"personal": None}, **options)
