"""What a cell says: every piece of it as a reading, in one form for matching, or unparsed with the reason."""

from include.intake.normalise.cells import read_cell
from include.intake.normalise.placeholders import is_placeholder
from include.intake.normalise.reading import Reading, contact_key_text

__all__ = ["Reading", "contact_key_text", "is_placeholder", "read_cell"]
