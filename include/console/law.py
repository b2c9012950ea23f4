"""Law: the edition in force, each number with its article and how sure we are of it, and what a coming one changes."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, time
from typing import Any

from fastapi import APIRouter, HTTPException, Request
from fastapi.responses import HTMLResponse
from pydantic import BaseModel

from include.console.offices import Looking
from include.console.showing import Pages, language_of
from include.duties.notice.calendar import HOME
from include.law import Edition, Rule, edition_for, editions, now
from include.law.rule import Weekday

__all__ = ["figures", "routes"]

GENERAL = "general"
WEEK = [*Weekday]


def routes(pages: Pages) -> APIRouter:
    """Give the routes of the editions."""
    router = APIRouter(prefix="/law", default_response_class=HTMLResponse)

    def shown(request: Request, edition: Edition) -> HTMLResponse:
        language, at = language_of(request), now()
        coming = [one for one in editions(edition.jurisdiction) if one.effective_from > edition.effective_from]
        return pages.show(
            request,
            "law",
            edition=edition,
            law=edition.law.in_(language),
            sections=_sections(edition),
            in_force=edition_for(edition.jurisdiction, at).name == edition.name,
            others=[one.name for one in editions() if one.name != edition.name],
            coming=coming[0] if coming else None,
            changes=_changes(edition, coming[0]) if coming else [],
        )

    @router.get("")
    def in_force(request: Request, _who: Looking) -> HTMLResponse:
        """Show the edition that is in force at home."""
        return shown(request, edition_for(HOME, now()))

    @router.get("/{name}")
    def named(request: Request, _who: Looking, name: str) -> HTMLResponse:
        """Show any edition."""
        for edition in editions():
            if edition.name == name:
                return shown(request, edition)
        raise HTTPException(404)

    return router


def figures(part: BaseModel, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Rule[Any]]]:
    """Give every figure of an edition with the way to it."""
    for name in type(part).model_fields:
        value = getattr(part, name)
        if isinstance(value, Rule):
            yield (*path, name), value
        elif isinstance(value, BaseModel):
            yield from figures(value, (*path, name))


def _sections(edition: Edition) -> dict[str, list[tuple[str, str, Rule[Any]]]]:
    found = dict[str, list[tuple[str, str, Rule[Any]]]]()
    for path, rule in figures(edition):
        section = path[0] if len(path) > 1 else GENERAL
        found.setdefault(section, []).append((".".join(path[1:] or path), _written(rule.value), rule))
    return found


def _changes(edition: Edition, coming: Edition) -> list[tuple[str, str, str]]:
    old, new = ({".".join(path): _written(rule.value) for path, rule in figures(each)} for each in (edition, coming))
    names = [*old, *(name for name in new if name not in old)]
    return [(name, old.get(name, "–"), new.get(name, "–")) for name in names if old.get(name) != new.get(name)]


def _written(value: object) -> str:
    """Write a figure as it stands in its file."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, BaseModel):
        return "; ".join(f"{name}: {_written(each)}" for name, each in value.model_dump().items())
    if isinstance(value, (set, frozenset)):
        return _written(sorted(value, key=lambda each: WEEK.index(each) if each in WEEK else 0))
    if isinstance(value, (list, tuple)):
        return ", ".join(map(_written, value)) or "–"
    if isinstance(value, (date, time)):
        return value.isoformat()
    return str(value)
