"""Write a cell that no spreadsheet takes for a formula: the documents' own."""

from __future__ import annotations

from include.documents.cells import harmless

__all__ = ["harmless"]
