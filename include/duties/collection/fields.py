"""What a map says of the fields of a form: what they are called, what they are for, and what keeps them how long."""

from __future__ import annotations

from include.duties.collection.model import Field, KeptBy
from include.duties.collection.words import words_in
from include.errors import NeverRetry
from include.law import Edition
from include.law.wording import FullWording
from include.systems.graph import goes_with
from include.systems.model import Column, Form, System
from include.systems.retention import figures

__all__ = ["fields_of", "form_of", "rules_over"]


def form_of(system: System, key: str) -> Form:
    """Give the form of that key. Raises NeverRetry naming those that there are."""
    if key not in system.forms:
        known = ", ".join(sorted(system.forms)) or "none"
        raise NeverRetry(f"{system.key}: the map declares no form {key!r}; it declares {known}")
    return system.forms[key]


def fields_of(system: System, form: Form, edition: Edition) -> tuple[Field, ...]:
    """Read every field of a form, in its order, under an edition."""
    return tuple(_field(system, form, named, edition) for named in form.fields)


def _field(system: System, form: Form, named: str, edition: Edition) -> Field:
    table, _, name = named.partition(".")
    column, kept, faults = system.table(table).column(name), list[KeptBy](), list[str]()
    for rule in rules_over(system, table, name):
        if rule not in system.rules:
            faults.append(f"no rule {rule!r} is under `retention` of the map")
            continue
        try:
            kept.append(KeptBy(system.rule(rule), figures(system.rule(rule), edition)))
        except NeverRetry as error:
            faults.append(f"the rule {rule}: {error}")
    return Field(
        name=named,
        label=form.labels.get(named) or _label(column),
        mandatory=column.mandatory,
        purposes=column.purposes,
        basis=column.basis,
        kept=tuple(kept),
        faults=tuple(faults),
    )


def _label(column: Column) -> FullWording | None:
    arabic, english = (words_in(language).label(column.categories) for language in ("ar", "en"))
    return FullWording(ar=arabic, en=english) if arabic and english else None


def rules_over(system: System, table: str, column: str) -> tuple[str, ...]:
    """Name the rules that a column is kept by: its table's own, and those of whatever the rows go with.

    A law that wants the column kept keeps it also where a holder goes; where it wants other columns only, it keeps
    nothing of this one.
    """
    own = system.table(table).retention
    if own in system.rules and (rule := system.rules[str(own)]).statute:
        if rule.columns is None or column in rule.columns:
            return (str(own),)
        own = None
    reached, found = [table], [own]
    for each in reached:  # it grows while it is read
        for edge in system.edges:
            if goes_with(edge) and edge.target.table == each and edge.holder.table not in reached:
                reached.append(edge.holder.table)
                found.append(system.table(edge.holder.table).retention)
    return tuple(dict.fromkeys(rule for rule in found if rule))
