"""Documents for people to keep or to file: PDF, in Arabic and English, the same bytes for the same words; and cells."""

from include.documents.cells import harmless
from include.documents.model import Language, Ltr, Rtl
from include.documents.printing import printed

__all__ = ["Language", "Ltr", "Rtl", "harmless", "printed"]
