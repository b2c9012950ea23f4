"""What many rows say alike is said once: each such form has a number, and the rows only name it."""

from __future__ import annotations

from collections.abc import Sequence

import polars

__all__ = ["FORM", "Forms"]

FORM = "form"


class Forms:
    """The forms that some columns of frames have, numbered from 1 in the order in which they are met."""

    def __init__(self, columns: Sequence[str]) -> None:
        self.columns = tuple(columns)
        self._known: polars.DataFrame | None = None

    def named_in(self, frame: polars.DataFrame) -> polars.DataFrame:
        """Return the frame with the number of each row's form in place of the columns that make it."""
        met = frame.select(self.columns).unique(maintain_order=True)
        if self._known is None:
            self._known = met.with_row_index(FORM, 1)
        else:
            new = met.join(self._known, on=self.columns, how="anti", nulls_equal=True, maintain_order="left")
            self._known = polars.concat([self._known, new.with_row_index(FORM, self._known.height + 1)])
        named = frame.join(self._known, on=self.columns, how="left", nulls_equal=True, maintain_order="left")
        return named.drop(self.columns)

    def all(self) -> list[polars.DataFrame]:
        """Return every form that was met: its number and its columns."""
        return [] if self._known is None else [self._known]
