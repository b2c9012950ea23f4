"""The completeness gate: what the notice of a form still lacks, and where to fill it in."""

from __future__ import annotations

from collections.abc import Iterator

from include.duties.collection.fields import fields_of, form_of
from include.duties.collection.model import LANGUAGES, Element, Field
from include.duties.letter.rules import controller_gaps
from include.law import Controller, Edition
from include.law.controller import Purpose
from include.systems.model import Form, System

__all__ = ["missing_elements"]

Gap = tuple[Element, str]


def missing_elements(controller: Controller, edition: Edition, system: System, form: str) -> tuple[str, ...]:
    """Name every element that the notice of a form would lack, with what to fill in in the profile or in the map.

    An entry reads `dpo: fill in dpo.email or dpo.phone`; the part before the colon is the element's code. Empty means
    that the notice may be shown. Rights, complaint and the bar on other uses are in the wording itself.
    Raises NeverRetry where the map declares no such form.
    """
    declared, gaps = form_of(system, form), dict[Element, list[str]]()
    for element, what in _gaps(controller, edition, system, declared):
        if what not in gaps.setdefault(element, []):
            gaps[element].append(what)
    return tuple(f"{element}: fill in {', '.join(gaps[element])}" for element in Element if element in gaps)


def _gaps(controller: Controller, edition: Edition, system: System, form: Form) -> Iterator[Gap]:
    for element, what in controller_gaps(controller):
        yield Element(str(element)), what
    for field in fields_of(system, form, edition):
        yield from _of_field(controller, field)
    for language in LANGUAGES:
        if form.without is not None and not form.without.in_(language):
            yield Element.OBLIGATION, f"without.{language} of the form"


def _of_field(controller: Controller, field: Field) -> Iterator[Gap]:
    if field.label is None:
        yield Element.CATEGORIES, f"labels.{field.name} of the form: its data category has no name in words"
    if field.mandatory is None:
        yield Element.OBLIGATION, f"whether {field.name} is mandatory"
    if not field.purposes:
        yield Element.PURPOSE, f"purposes of {field.name}"
    for code in field.purposes:
        yield from _of_purpose(controller.purposes.get(code), code, field)
    for fault in field.faults:
        yield Element.RETENTION, f"what keeps {field.name}: {fault}"
    if not field.kept and not field.faults:
        yield Element.RETENTION, f"a retention rule that reaches {field.name}"


def _of_purpose(purpose: Purpose | None, code: str, field: Field) -> Iterator[Gap]:
    for language in LANGUAGES:
        if purpose is None or not purpose.in_(language):
            yield Element.PURPOSE, f"purposes.{code}.{language}"
        if purpose is None or purpose.legal_basis is None or not purpose.legal_basis.in_(language):
            yield Element.LEGAL_BASIS, f"purposes.{code}.legal_basis.{language}"
    if purpose is not None and field.basis and purpose.basis and field.basis != purpose.basis:
        told = f"one basis for {field.name}: the map says {field.basis}, and purposes.{code} of the profile"
        yield Element.LEGAL_BASIS, f"{told} {purpose.basis}"
