"""The record of processing activities and its registers, generated from contracts, maps, editions and runs."""

from include.duties.records.actions import facts_at
from include.duties.records.drafting import Draft, draft
from include.duties.records.file import RecordsFile, load_records
from include.duties.records.keeping import keep_records
from include.duties.records.model import Facts, Finding, Item
from include.duties.records.rendering import page, spreadsheet
from include.duties.records.rules import counted, findings, in_words

__all__ = [
    "Draft",
    "Facts",
    "Finding",
    "Item",
    "RecordsFile",
    "counted",
    "draft",
    "facts_at",
    "findings",
    "in_words",
    "keep_records",
    "load_records",
    "page",
    "spreadsheet",
]
