"""Read a delivery's file, whatever its format, as chunks of rows of text."""

from include.intake.reading.detection import detect, resolve
from include.intake.reading.file import Way
from include.intake.reading.model import Chunk, Reason, RowFault, UnreadableFile
from include.intake.reading.read import columns, read

__all__ = ["Chunk", "Reason", "RowFault", "UnreadableFile", "Way", "columns", "detect", "read", "resolve"]
