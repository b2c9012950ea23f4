"""Data Docs of a source: Great Expectations' own site, built from results that hold no value."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

from include.intake.quality.expectations import in_memory, quietly
from include.intake.quality.report import QualityReport
from include.store import private_folder

__all__ = ["KEPT", "publish_docs"]

KEPT = 20
"""How many checks of a source stay on its site."""
PAGES = "include.intake.quality.pages"


def publish_docs(source_key: str, report: QualityReport, *, at: datetime | None = None, kept: int = KEPT) -> Path:
    """Add a check to the Data Docs of its source and return their index page.

    The site lies closed under `home()/data_docs/<source>`; of its checks the last `kept` stay. `at`
    is the time under which the check is shown, UTC; by default the time that the library noted.
    """
    folder = private_folder("data_docs", source_key)
    with quietly() as gx:
        context = gx.get_context(mode="ephemeral", project_config=_project(folder))
        store = context.validation_results_store
        run = gx.RunIdentifier(run_name="check", run_time=at)
        keys = [_keep(context, result, run) for result in report.results]
        for old in _past(store.list_keys(), kept):
            store.remove_key(old)
        context.build_data_docs(resource_identifiers=keys)
    return folder / "site" / "index.html"


def _project(folder: Path) -> Any:
    """Describe the project: results in files, everything else in memory; the site beside the results."""
    site = {
        "class_name": "SiteBuilder",
        "show_how_to_buttons": False,
        "store_backend": _files(folder / "site"),
        "site_section_builders": {
            "expectations": "None",
            "profiling": "None",
            "validations": {"view": {"module_name": PAGES, "class_name": "ClosedPage"}},
        },
        "site_index_builder": {
            "class_name": "DefaultSiteIndexBuilder",
            "view": {"module_name": PAGES, "class_name": "ClosedIndex"},
        },
    }
    results = {"class_name": "ValidationResultsStore", "store_backend": _files(folder / "results")}
    return in_memory({"validation_results_store": results}, {folder.name: site})


def _files(folder: Path) -> dict[str, str]:
    return {"class_name": "TupleFilesystemStoreBackend", "base_directory": str(folder)}


def _keep(context: Any, result: dict[str, Any], run: Any) -> Any:
    """Store one suite's result and return its key."""
    from great_expectations.core.expectation_validation_result import ExpectationSuiteValidationResultSchema
    from great_expectations.data_context.types.resource_identifiers import (
        ExpectationSuiteIdentifier,
        ValidationResultIdentifier,
    )

    suite = result["suite_name"]
    key = ValidationResultIdentifier(ExpectationSuiteIdentifier(suite), run, suite)
    kept = {**result, "meta": {**result["meta"], "run_id": run.to_json_dict()}}
    context.validation_results_store.set(key, ExpectationSuiteValidationResultSchema().load(kept))
    return key


def _past(keys: list[Any], kept: int) -> list[Any]:
    """Return the keys of all checks but the last ones."""
    times = sorted({key.run_id.run_time for key in keys}, reverse=True)[:kept]
    return [key for key in keys if key.run_id.run_time not in times]
