"""The source notice as a person reads it: complete or not sent, Arabic and English in one letter."""

from include.duties.letter.model import Element, Letter, NoticeFacts
from include.duties.letter.rendering import TEMPLATE, IncompleteNotice, render, short_text
from include.duties.letter.rules import missing_elements

__all__ = [
    "TEMPLATE",
    "Element",
    "IncompleteNotice",
    "Letter",
    "NoticeFacts",
    "missing_elements",
    "render",
    "short_text",
]
