"""What a document is made of."""

from __future__ import annotations

from typing import Literal

__all__ = ["Language", "Ltr", "Rtl"]

Language = Literal["ar", "en"]


class Ltr(str):
    """A telephone number, a mail or web address, a reference, a time: read from left to right in any language."""

    __slots__ = ()


class Rtl(str):
    """What somebody wrote in Arabic: read from right to left in any language."""

    __slots__ = ()
