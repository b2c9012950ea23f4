"""The wording of a letter whose own text is gone, with blanks in place of what only its reader was told."""

from include.duties.specimens.actions import Told, specimen

__all__ = ["Told", "specimen"]
