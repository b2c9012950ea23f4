"""A benchmark takes from the others only what they have: it is run seldom, and would break unseen."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

HERE = Path(__file__).parent


def named_in(file: Path) -> set[str]:
    """Name what a module defines or takes in at its top."""
    found = set[str]()
    for each in ast.parse(file.read_text("utf-8")).body:
        if isinstance(each, ast.FunctionDef | ast.ClassDef):
            found.add(each.name)
        elif isinstance(each, ast.Import | ast.ImportFrom):
            found |= {alias.asname or alias.name for alias in each.names}
        elif isinstance(each, ast.Assign | ast.AnnAssign):
            found |= {name.id for name in ast.walk(each) if isinstance(name, ast.Name)}
    return found


@pytest.mark.parametrize("file", sorted(HERE.glob("*.py")), ids=lambda file: file.stem)
def test_what_a_benchmark_takes_from_another_is_there(file: Path) -> None:
    taken = {
        (each.module, alias.name)
        for each in ast.walk(ast.parse(file.read_text("utf-8")))
        if isinstance(each, ast.ImportFrom) and (each.module or "").startswith("benchmarks.")
        for alias in each.names
    }
    gone = {
        f"{module}.{name}"
        for module, name in taken
        if name not in named_in(HERE / f"{str(module).removeprefix('benchmarks.')}.py")
    }
    assert gone == set()
