"""Documents for people to keep or to file: PDF, in Arabic and English, the same bytes for the same words; and cells."""

from include.documents.cells import harmless
<<<<<<< HEAD
from include.documents.model import Language, Ltr, Rtl
from include.documents.printing import printed

__all__ = ["Language", "Ltr", "Rtl", "harmless", "printed"]
=======
from include.documents.model import Language, Ltr
from include.documents.printing import FONTS, HOUSE, printed, printed_from

__all__ = ["FONTS", "HOUSE", "Language", "Ltr", "harmless", "printed", "printed_from"]
>>>>>>> 95a75f1 (Tell an old day as it was told, whatever the software prints since)
