"""Where data is kept: the database and its roles, the embedded server, the keys, the closed folder."""

from __future__ import annotations

from include.store.base import Base, Category, personal, plain
from include.store.copying import copy_fixed, copy_into, copy_tables
from include.store.engine import UnitsOfWork, begin, engine
from include.store.home import home, private_folder
from include.store.keys import key_version, keyed, keying
from include.store.locks import advisory_lock, alone, at_work, somebody_at_work
from include.store.migration import downgrade, migrate
from include.store.refusals import StoreAway, StoreRefused
from include.store.roles import Role
from include.store.rungs import rungs
from include.store.server import EmbeddedServer
from include.store.urls import airflow_url, database_url, log_in_as, owner_url

__all__ = [
    "Base",
    "Category",
    "EmbeddedServer",
    "Role",
    "StoreAway",
    "StoreRefused",
    "UnitsOfWork",
    "advisory_lock",
    "airflow_url",
    "alone",
    "at_work",
    "begin",
    "copy_fixed",
    "copy_into",
    "copy_tables",
    "database_url",
    "downgrade",
    "engine",
    "home",
    "key_version",
    "keyed",
    "keying",
    "log_in_as",
    "migrate",
    "owner_url",
    "personal",
    "plain",
    "private_folder",
    "rungs",
    "somebody_at_work",
]
