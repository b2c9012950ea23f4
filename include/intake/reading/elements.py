"""Lay an XML element out flat, as nested JSON is: several values of one path stand on lines of their own."""

from __future__ import annotations

from collections.abc import Set
from typing import Any

from include.intake.reading.flattening import DEEPEST, NestingError
from include.intake.reading.labels import key_of, label_of

__all__ = ["UnresolvedError", "fields_of", "local_name"]

ABOUT_THE_MARKUP = "{http://www.w3.org/2001/XMLSchema-instance}"
NAMED_BY_ATTRIBUTE = frozenset(
    {"field", "property", "attribute", "column", "data", "simpledata", "param", "str", "int", "long", "date", "bool"}
)
"""Elements that say in `name="…"` what stands in them."""

Found = dict[str, list[str]]


class UnresolvedError(ValueError):
    """A text refers to an entity."""


def fields_of(record: Any) -> dict[str, str]:
    """Return every text of a record under its path: `name`, `address.city`, `id` for an attribute as for an element.

    An inner element with a label gets a path of its own: `<phone type="fax">` becomes `phone[fax]`. Raises
    NestingError, and UnresolvedError where a text refers to an entity.
    """
    found: Found = {}
    _lay_out(record, "", frozenset(), found, 1)
    return {path: "\n".join(texts) for path, texts in found.items()}


def local_name(element: Any) -> str:
    """Return the element's name without its namespace."""
    return _local(element.tag)


def _local(tag: str) -> str:
    return tag.rpartition("}")[2] if tag[0] == "{" else tag


def _lay_out(element: Any, path: str, known: Set[str], found: Found, depth: int) -> None:
    """Lay out what an element holds; of its attributes and children, those that are known already are left out."""
    if depth > DEEPEST:
        raise NestingError
    before = f"{path}." if path else ""
    for name, text in _attributes(element).items():
        if name not in known:
            _put(found, f"{before}{name[1:]}", text.strip())
    own = " ".join(_own_texts(element)) if len(element) else (element.text or "").strip()
    if own or (len(element) == 0 and (path or not element.attrib)):
        _put(found, path or local_name(element), own)
    for child in element:
        if not isinstance(child.tag, str):
            raise UnresolvedError
        name = _local(child.tag)
        if len(child) == 0 and not child.attrib:  # most are
            if name not in known:
                _put(found, f"{before}{name}", (child.text or "").strip())
            continue
        _lay_out_named(child, before, name, found, depth + 1)


def _lay_out_named(element: Any, before: str, name: str, found: Found, depth: int) -> None:
    attributes = _attributes(element)
    if len(attributes) == 2 and len(element) == 0 and not (element.text or "").strip():
        key, value = key_of({place[1:]: text for place, text in attributes.items()})
        if key is not None:
            _put(found, f"{before}{name}.{key}", value)
            return
    if name.lower() in NAMED_BY_ATTRIBUTE and (heading := attributes.get("@name", "").strip()):
        _lay_out(element, f"{before}{heading}", {"@name", "@type"}, found, depth)
        return
    label, known = label_of(attributes | {_local(c.tag): c.text or "" for c in element if isinstance(c.tag, str)})
    _lay_out(element, f"{before}{name}[{label}]" if label else f"{before}{name}", known, found, depth)


def _attributes(element: Any) -> dict[str, str]:
    """Return the attributes with a sign before their names, by which they are told from elements."""
    if not element.attrib:
        return {}
    return {f"@{_local(tag)}": text for tag, text in element.attrib.items() if not tag.startswith(ABOUT_THE_MARKUP)}


def _own_texts(element: Any) -> list[str]:
    pieces = [element.text, *(child.tail for child in element)]
    return [text for piece in pieces if piece and (text := piece.strip())]


def _put(found: Found, path: str, text: str) -> None:
    texts = found.setdefault(path, [])
    if text:
        texts.append(text)
