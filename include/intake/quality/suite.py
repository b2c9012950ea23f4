"""The contract's floors and ceilings as Great Expectations suites, run without a value leaving the data.

A delivery is checked in two passes over one stream of shards, so that memory is bounded by a shard:

- *rows*: expectations that hold for the delivery exactly if they hold for every shard (its columns are those of the
  contract, no cell is missing). Each shard is one row here, in which a cell is missing where any of its column is: so
  the verdict is that of all rows, and costs no more than a row. Only whether each holds is asked for (BOOLEAN_ONLY).
- *profile*: totals and shares cannot be judged shard by shard (the mean of shares is not the delivery's share), so
  they are counted while streaming and judged once, as one row of numbers: rows received, share of rows set aside, share
  of rows in which a field is filled, share of filled cells that look like a phone or an e-mail address. No value is in
  that row, so what was observed may be shown.

The verdict is Great Expectations'; the numbers in the messages are those of the row that it judged.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

import pandas as pd

from include.intake.contracts import Contract
from include.intake.progress import Progress
from include.intake.quality.expectations import Expected, Validation, validate
from include.intake.quality.profile import Profile, add_shard, batches, missing_in
from include.intake.quality.report import Breach, QualityReport, Rule
from include.intake.quality.terms import Delivered, Term, terms

__all__ = ["check_delivery"]


def check_delivery(
    shards: Iterable[pd.DataFrame | Path],
    contract: Contract,
    *,
    received: int | None = None,
    quarantined: int = 0,
    progress: Progress | None = None,
) -> QualityReport:
    """Check the landed shards of a delivery (frames, or Parquet files) against its contract.

    `received` counts all rows that came, `quarantined` those of them that were set aside; without `received`, it is
    what landed and what was set aside together. Shares of filled rows are of those that landed, and not judged where
    none did. Columns whose name begins with `_` are the landing's own. Raises CheckBroken where an expectation cannot
    be evaluated.
    """
    profile, rows, totals = Profile(), Validation(), Validation()
    missing: dict[tuple[str, ...], list[dict[str, str | None]]] = {}
    for table in batches(shards):
        add_shard(profile, table, contract)
        missing.setdefault(tuple(table.column_names), []).append(missing_in(table))
        if progress is not None:
            progress.add(table.num_rows)
    for columns, found in missing.items():
        frame = pd.DataFrame(found, columns=list(columns), dtype="str")
        rows.add(validate(f"{contract.key}_rows", frame, list(_of_rows(frame, contract)), "BOOLEAN_ONLY"))
    arrived = profile.rows + quarantined if received is None else received
    delivered = Delivered(arrived, quarantined, profile)
    measured = delivered.measures(terms(contract))
    judged = [term for term in terms(contract) if term.measure in measured]
    numbers = pd.DataFrame([measured])
    totals.add(validate(f"{contract.key}_profile", numbers, [_of_profile(term) for term in judged], "BASIC"))
    missed = totals.missed()
    breaches = [(term.grave, delivered.breach(term)) for term in judged if (term.rule.value, term.field) in missed]
    failures = (*_breaches_of_rows(rows), *(breach for grave, breach in breaches if grave))
    return QualityReport(
        passed=not failures,
        failures=failures,
        warnings=tuple(breach for grave, breach in breaches if not grave),
        rows=profile.rows,
        results=tuple(validation.result for validation in (totals, rows) if validation.result),
    )


def _of_profile(term: Term) -> Expected:
    what = term.measure.replace("_", " ", 1) + (" (rows)" if term.measure == "received" else " (share of rows)")
    return Expected(
        type="ExpectColumnMinToBeBetween" if term.floor else "ExpectColumnMaxToBeBetween",
        settings={"column": term.measure, "min_value" if term.floor else "max_value": term.limit},
        rule=term.rule,
        column=term.field,
        grave=term.grave,
        note=f"{'Floor' if term.floor else 'Ceiling'} of the contract for: {what}",
    )


def _of_rows(frame: pd.DataFrame, contract: Contract) -> Iterator[Expected]:
    own = [str(name) for name in frame.columns if str(name).startswith("_") and name not in contract.columns]
    optional = {name for name, column in contract.columns.items() if column.optional and name not in frame.columns}
    held = [*own, *(name for name in contract.columns if name not in optional)]
    yield Expected(
        type="ExpectTableColumnsToMatchSet",
        settings={"column_set": held, "exact_match": True},
        rule=Rule.COLUMNS_AS_CONTRACTED,
        column=None,
        grave=True,
        note="Nothing lands that the contract does not map (IR 19)",
    )
    for name in held:
        yield Expected(
            type="ExpectColumnValuesToNotBeNull",
            settings={"column": name},
            rule=Rule.NOTHING_MISSING,
            column=name,
            grave=True,
            note="An empty cell is an empty text: a missing one was lost on the way",
        )


def _breaches_of_rows(rows: Validation) -> Iterator[Breach]:
    for rule, column in sorted(rows.missed(), key=str):
        if rule == Rule.COLUMNS_AS_CONTRACTED:
            message = "the landed columns are not those of the contract"
        else:
            message = f"{column}: at least one shard has missing cells"
        yield Breach(Rule(rule), column, limit=0, found=1, message=message)
