"""How long rows of a system are kept: the rules of its map, by figures of their own or of the edition in force."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta

from include.errors import NeverRetry
from include.law import Edition
from include.law.clocks import backup_window
from include.law.days import add_months, first_second, last_second, local_day
from include.systems.graph import Finding, goes_with
from include.systems.model import Fate, Frozen, Period, RetentionRule, System, Trigger

__all__ = ["Figures", "Window", "cutoff", "figures", "ruleless", "stricter", "unfit_rules", "window"]


class Figures(Frozen):
    """A rule with its periods in figures, and what made them stricter than the map says."""

    minimum: tuple[int, str] | None
    """How many, and of what: `days`, `months`."""
    maximum: tuple[int, str] | None
    stricter: tuple[str, ...] = ()


CEILINGS = {Trigger.SUBSCRIPTION_END: "retention.backup_max_months"}
"""What the edition has for a trigger: no map allows more."""


def figures(rule: RetentionRule, edition: Edition) -> Figures:
    """Put figures to a rule under an edition: where the edition allows less than the map, the stricter wins.

    Raises NeverRetry for a figure that the edition does not have, and for a maximum below the minimum.
    """
    least, most, stricter = _number(rule.minimum, edition), _number(rule.maximum, edition), tuple[str, ...]()
    ceiling = _number(Period(figure=CEILINGS[rule.trigger]), edition) if rule.trigger in CEILINGS else None
    if ceiling and not rule.statute and (most is None or _length(ceiling) < _length(most)):
        stricter = (f"{CEILINGS[rule.trigger]} of {edition.name} allows {ceiling[0]} {ceiling[1]}",) if most else ()
        most = ceiling
    if least and most and _length(most) < _length(least):
        raise NeverRetry(
            f"the maximum ({most[0]} {most[1]}) is below the minimum ({least[0]} {least[1]}); correct the rule"
            + (f": {stricter[0]}" if stricter else "")
        )
    return Figures(minimum=least, maximum=most, stricter=stricter)


def cutoff(rule: RetentionRule, edition: Edition, at: datetime) -> datetime:
    """Return the instant, UTC, before which the event has to lie for rows to be due at `at` (UTC).

    From the minimum on where there is one, so that there is time left before the maximum; else `lead_days` before the
    maximum. Months are the edition's calendar's: the same day, or the month's last (LAW section 7). What is archived is
    due at once.
    """
    told = figures(rule, edition)
    if rule.then is Fate.ARCHIVE:
        return at
    least, most = told.minimum, told.maximum
    number, unit = least or most or (0, "days")
    if unit == "days":
        return at - timedelta(days=number if least else max(0, number - rule.lead_days))
    near = add_months(local_day(edition, at), -number)
    days = [near + timedelta(days=n) for n in range(-5, 6)]
    over = [day for day in days if _is_over(edition, day, number, at, least=bool(least), lead=rule.lead_days)]
    return first_second(edition, max(over, default=near - timedelta(days=6)) + timedelta(days=1))


class Window(Frozen):
    """Between which instants what a rule reaches is destroyed, UTC."""

    earliest: datetime
    latest: datetime
    due: datetime
    """When it goes: as late as there is still time left before the latest."""


def window(rule: RetentionRule, edition: Edition, event: datetime) -> Window:
    """Return between which instants what is archived at an event (UTC) is destroyed (policy 4, LAW RET-07).

    For a subscription's end that is the edition's own window, and no later than the map says.
    """
    told = figures(rule, edition)
    number, unit = told.maximum or told.minimum or (0, "days")
    if rule.trigger is Trigger.SUBSCRIPTION_END:
        both = backup_window(edition, event)
        earliest, latest = both.earliest, min(both.latest, _end(edition, event, number, unit, first_second))
    else:
        earliest = _end(edition, event, *(told.minimum or (0, "days")), last_second)
        latest = _end(edition, event, number, unit, first_second)
    return Window(
        earliest=earliest,
        latest=latest,
        due=min(latest, max(earliest, latest - timedelta(days=rule.lead_days))),
    )


def _end(
    edition: Edition, event: datetime, number: int, unit: str, of: Callable[[Edition, date], datetime]
) -> datetime:
    if unit == "days":
        return event + timedelta(days=number)
    return of(edition, add_months(local_day(edition, event), number))


def _is_over(edition: Edition, day: date, months: int, at: datetime, *, least: bool, lead: int) -> bool:
    end = add_months(day, months)
    return last_second(edition, end) < at if least else first_second(edition, end) - timedelta(days=lead) <= at


def _number(period: Period | None, edition: Edition) -> tuple[int, str] | None:
    if period is None:
        return None
    if period.days:
        return period.days, "days"
    if period.months or period.years:
        return period.months or 12 * (period.years or 0), "months"
    part, _, name = str(period.figure).partition(".")
    found = getattr(getattr(edition, part), name, None)
    if found is None:
        raise NeverRetry(f"{edition.name} has no figure {period.figure}; name one that it has, or give days or months")
    unit = name.rpartition("_")[2]
    return (int(found.value) * 12, "months") if unit == "years" else (int(found.value), unit)


def _length(period: tuple[int, str]) -> int:
    """Compare periods: by days, a month as its shortest."""
    return period[0] if period[1] == "days" else period[0] * 28


def stricter(system: System) -> Iterator[Finding]:
    """Name the tables on which two rules bear, their own and a holder's: rows go by whichever ends first."""
    for edge in system.edges:
        target, holder = system.table(edge.target.table), system.table(edge.holder.table)
        if goes_with(edge) and target.retention and holder.retention and target.retention != holder.retention:
            if target.retention in system.rules and system.rule(target.retention).statute:
                continue
            what = f"kept by {target.retention}, and by {holder.name}'s {holder.retention}: the stricter wins"
            yield Finding(target.name, None, what)


def ruleless(system: System) -> tuple[Finding, ...]:
    """Name the tables with personal data that no rule reaches: of their own, or of whoever they go with."""
    ruled = {table.name for table in system.tables if table.retention}
    edges = [edge for edge in system.edges if goes_with(edge)]
    while new := {edge.target.table for edge in edges if edge.holder.table in ruled} - ruled:
        ruled |= new
    what = "it holds personal data and no rule says how long: name one as its `retention` (Law 18)"
    return tuple(
        Finding(table.name, None, what) for table in system.tables if table.personal and table.name not in ruled
    )


def unfit_rules(system: System, edition: Edition) -> Iterator[Finding]:
    """Say what is wrong with a map's rules under an edition: a column or rule that is not there, periods that cross."""
    for table in system.tables:
        if table.retention is None:
            continue
        if table.retention not in system.rules:
            yield Finding(table.name, None, f"no rule {table.retention!r} is under `retention` of the map")
            continue
        rule, columns = system.rules[table.retention], {column.name for column in table.columns}
        for column in (rule.column, *(rule.columns or ())):
            if column not in columns:
                yield Finding(table.name, column, f"no such column is mapped; the rule {table.retention} names it")
        try:
            figures(rule, edition)
        except NeverRetry as error:
            yield Finding(table.name, None, f"the rule {table.retention}: {error}")
