"""Documents for people to keep or to file: PDF, in Arabic and English, the same bytes for the same words; and cells."""

from include.documents.cells import harmless
from include.documents.model import Language, Ltr, Rtl
from include.documents.printing import FONTS, HOUSE, printed, printed_from

__all__ = ["FONTS", "HOUSE", "Language", "Ltr", "Rtl", "harmless", "printed", "printed_from"]
