"""Great Expectations, kept quiet and forgetful: in memory, without analytics, bars, markers of the data or exceptions.

Its import takes seconds, so it happens inside functions.
"""

from __future__ import annotations

import logging
import os
import warnings
from collections.abc import Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from types import ModuleType
from typing import TYPE_CHECKING, Any, Literal

from include.errors import NeverRetry

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pandas as pd

__all__ = ["CheckBroken", "Expected", "Validation", "in_memory", "library", "quietly", "validate"]


Format = Literal["BOOLEAN_ONLY", "BASIC"]


class CheckBroken(NeverRetry):
    """An expectation could not be evaluated."""


@dataclass(frozen=True, slots=True)
class Expected:
    """One expectation: its type in Great Expectations, its settings, what it stands for and how grave a breach is."""

    type: str
    settings: dict[str, Any]
    rule: str
    column: str | None
    """The contract's word for what is expected of: our field or the source's column."""
    grave: bool
    note: str


@dataclass(slots=True)
class Validation:
    """One suite's result over all shards: an expectation holds if it holds for each."""

    result: dict[str, Any] = field(default_factory=dict)

    def add(self, result: dict[str, Any]) -> None:
        """Take in the result of one more shard."""
        if not self.result:
            self.result = result
            return
        known = {_name(each): each for each in self.result["results"]}
        for new in result["results"]:
            held = known.setdefault(_name(new), new)
            held["success"] = held["success"] and new["success"]
            held["exception_info"]["raised_exception"] |= new["exception_info"]["raised_exception"]
        self.result["results"] = list(known.values())
        self.result["success"] = all(each["success"] for each in self.result["results"])
        self.result["statistics"] = _statistics(self.result["results"])

    def missed(self) -> frozenset[tuple[str, str | None]]:
        """Return rule and column of each expectation that does not hold; CheckBroken if one could not be evaluated."""
        for each in self.result.get("results", ()):
            rule, column = _name(each)
            if each["exception_info"]["raised_exception"]:
                raise CheckBroken(
                    f"the check {rule} of {column or 'the delivery'} could not be evaluated: "
                    "compare the contract's columns with what landed"
                )
        return frozenset(_name(each) for each in self.result.get("results", ()) if not each["success"])


def library() -> ModuleType:
    """Import Great Expectations with its analytics off; its own deprecation warnings are not ours to act on."""
    os.environ["GX_ANALYTICS_ENABLED"] = "false"
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import great_expectations

    module: ModuleType = great_expectations
    return module


@contextmanager
def quietly() -> Iterator[ModuleType]:
    """Run Great Expectations without its warnings and log lines, which could quote what they tell of."""
    log = logging.getLogger("great_expectations")
    level = log.level
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        log.setLevel(logging.CRITICAL + 1)
        try:
            yield library()
        finally:
            log.setLevel(level)


def in_memory(stores: dict[str, Any] | None = None, sites: dict[str, Any] | None = None) -> Any:
    """Describe a project that keeps nothing but what the given stores and sites keep; no analytics, no bars."""
    from great_expectations.data_context.types.base import (
        DataContextConfig,
        InMemoryStoreBackendDefaults,
        ProgressBarsConfig,
    )

    memory = InMemoryStoreBackendDefaults(init_temp_docs_sites=False)
    return DataContextConfig(
        store_backend_defaults=memory,
        stores={**memory.stores, **(stores or {})},
        data_docs_sites=sites or {},
        analytics_enabled=False,
        progress_bars=ProgressBarsConfig(globally=False),
    )


def validate(suite: str, frame: pd.DataFrame, expected: Sequence[Expected], result_format: Format) -> dict[str, Any]:
    """Run a suite over one frame and return its result as JSON, cleaned of all that could tell of the data.

    Raises CheckBroken where the library fails; what its error says is dropped, for it may quote a cell.
    """
    found, broken = None, ""
    with quietly() as gx:
        try:
            found = _validate(gx, suite, frame, expected, result_format)
        except Exception as error:
            broken = type(error).__name__
    if found is None:  # raised here, so that the library's error is not the context of ours
        raise CheckBroken(f"the suite {suite} could not be run ({broken}): compare the contract with what landed")
    return _cleaned(found)


def _validate(
    gx: ModuleType, suite: str, frame: pd.DataFrame, expected: Sequence[Expected], result_format: Format
) -> dict[str, Any]:
    rules = [
        getattr(gx.expectations, each.type)(
            **each.settings,
            severity="critical" if each.grave else "warning",
            notes=each.note,
            meta={"rule": str(each.rule), "column": each.column},
        )
        for each in expected
    ]
    checked = (
        _frames()
        .get_batch(batch_parameters={"dataframe": frame})
        .validate(gx.ExpectationSuite(name=suite, expectations=rules), result_format=result_format)
    )
    found: dict[str, Any] = checked.to_json_dict()
    return found


@cache
def _frames() -> Any:
    """Tell the library once a process where frames come from: it writes its project down at each word of it."""
    context = library().get_context(mode="ephemeral", project_config=in_memory())
    asset = context.data_sources.add_pandas("memory").add_dataframe_asset("delivery")
    return asset.add_batch_definition_whole_dataframe("whole")


def _name(result: dict[str, Any]) -> tuple[str, str | None]:
    meta = result["expectation_config"]["meta"]
    return meta["rule"], meta["column"]


def _cleaned(found: dict[str, Any]) -> dict[str, Any]:
    """Take out the hash of the rows and whatever an exception says: it may quote a cell."""
    found["meta"].pop("batch_markers", None)
    for result in found["results"]:
        result["exception_info"] = {
            "raised_exception": _raised(result["exception_info"]),
            "exception_message": None,
            "exception_traceback": None,
        }
    return found


def _raised(info: dict[str, Any]) -> bool:
    """Tell whether anything was raised; Great Expectations nests one entry per metric where several were."""
    if "raised_exception" in info:
        return bool(info["raised_exception"])
    return any(_raised(nested) for nested in info.values() if isinstance(nested, dict))


def _statistics(results: Sequence[dict[str, Any]]) -> dict[str, float]:
    held = sum(result["success"] for result in results)
    return {
        "evaluated_expectations": len(results),
        "successful_expectations": held,
        "unsuccessful_expectations": len(results) - held,
        "success_percent": 100 * held / len(results),
    }
