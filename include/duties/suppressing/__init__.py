"""Who must not come back or be used: lists of others are taken over as keyed hashes, and looked up set-wise."""

from include.duties.suppressing.importing import Imported, import_list
from include.duties.suppressing.looking import look_up
from include.duties.suppressing.rotating import Rotated, raise_told, rotate

__all__ = ["Imported", "Rotated", "import_list", "look_up", "raise_told", "rotate"]
