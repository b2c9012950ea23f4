"""What is promised: policy editions as dated data, the clocks that they start, and who the controller is."""

from include.law import clocks
from include.law.controller import Controller, load_controller
from include.law.edition import Edition
from include.law.in_force import edition_for, edition_named, editions
from include.law.now import now
from include.law.rule import Rule
from include.law.strict_yaml import load_strict

__all__ = [
    "Controller",
    "Edition",
    "Rule",
    "clocks",
    "edition_for",
    "edition_named",
    "editions",
    "load_controller",
    "load_strict",
    "now",
]
