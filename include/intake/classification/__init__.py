"""Who is behind a name, and whether a contact point is a business's or a person's, with the reasons."""

from include.intake.classification.many_names import NamesDecided, classify_names, decide_names
from include.intake.classification.model import Decision, Klass, ListingFacts, NameDecision, NameKind
from include.intake.classification.names import classify_name
from include.intake.classification.rules import RULES, decide
from include.intake.classification.wording import reasons

__all__ = [
    "RULES",
    "Decision",
    "Klass",
    "ListingFacts",
    "NameDecision",
    "NameKind",
    "NamesDecided",
    "classify_name",
    "classify_names",
    "decide",
    "decide_names",
    "reasons",
]
