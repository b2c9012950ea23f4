"""The notice at collection: what a form tells whoever fills it in, written from the data map, complete or refused."""

from include.duties.collection.model import CollectionNotice, Element
from include.duties.collection.rendering import IncompleteForm, notice_of
from include.duties.collection.rules import missing_elements

__all__ = ["CollectionNotice", "Element", "IncompleteForm", "missing_elements", "notice_of"]
