"""What is promised: policy editions as dated data, the clocks that they start, and who the controller is.

The names are imported when they are first asked for: a DAG file that only reads contracts does not wait for editions.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from include.law.now import now

if TYPE_CHECKING:
    from include.law import clocks
    from include.law.controller import Controller, load_controller
    from include.law.edition import Edition
    from include.law.in_force import edition_for, edition_hash, edition_named, editions
    from include.law.rule import Rule
    from include.law.strict_yaml import load_strict

__all__ = [
    "Controller",
    "Edition",
    "Rule",
    "clocks",
    "edition_for",
    "edition_hash",
    "edition_named",
    "editions",
    "load_controller",
    "load_strict",
    "now",
]

ROOMS = {
    "Controller": "controller",
    "load_controller": "controller",
    "Edition": "edition",
    "edition_for": "in_force",
    "edition_hash": "in_force",
    "edition_named": "in_force",
    "editions": "in_force",
    "Rule": "rule",
    "load_strict": "strict_yaml",
}


def __getattr__(name: str) -> Any:
    if name == "clocks":
        return import_module("include.law.clocks")
    if name in ROOMS:
        return getattr(import_module(f"include.law.{ROOMS[name]}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
