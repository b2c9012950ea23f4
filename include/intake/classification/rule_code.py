"""Tell whether the code of the rules is what it was when its decisions were last compared.

The code is read as it runs: comments, docstrings and the way it is written make no difference. Deciding needs none of
this; tests and `classification confirm` do.
"""

from __future__ import annotations

import ast
import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from hashlib import sha256
from pathlib import Path
from typing import Any

from include.errors import NeverRetry
from include.intake.classification.rules import STAMP, knowledge_hash
from include.intake.normalise.lexicon import HERE

__all__ = ["DecidesOtherwise", "Stamp", "code_hash", "confirmed", "read_stamp", "stamp_of", "write_stamp"]

FOLDERS = (Path(__file__).parent, HERE.parent)


class DecidesOtherwise(NeverRetry):
    """The same knowledge gives other decisions: the code is another version of the rules, and says so or is mended."""


@dataclass(frozen=True, slots=True)
class Stamp:
    """What was compared last: the code, what it knows, and what it decided on each sample."""

    decides: str | None
    """The code since which decisions are others; it is part of the version. None: since the first."""
    code: str
    knowledge: str
    results: Mapping[str, str]
    """By `made_up`, or the SHA-256 of a file of labels: the hash of all decisions on it."""


def code_hash(folders: Iterable[Path] = FOLDERS) -> str:
    """Hash what every module of these folders does."""
    digest = sha256()
    for folder in folders:
        for file in sorted(folder.glob("*.py")):
            told = _said(ast.parse(file.read_text(encoding="utf-8")))
            digest.update(f"{folder.name}/{file.name}\x00{told}\x00".encode())
    return digest.hexdigest()


def _said(node: Any) -> str:
    """Write a part of a module with what it is made of. Parts that are empty are left out: Pythons differ in them."""
    if isinstance(node, list):
        return f"[{','.join(_said(each) for each in node if not _is_text(each))}]"
    if not isinstance(node, ast.AST):
        return repr(node)
    parts = {name: getattr(node, name, None) for name in node._fields if name != "kind"}
    told = ",".join(f"{name}={_said(part)}" for name, part in parts.items() if part is not None and part != [])
    return f"{type(node).__name__}({told})"


def _is_text(node: Any) -> bool:
    """Know a docstring: a text that stands alone and does nothing."""
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)


def read_stamp(file: Path = STAMP) -> Stamp:
    """Read what was compared last."""
    return Stamp(**json.loads(file.read_text(encoding="utf-8")))


def write_stamp(stamp: Stamp, file: Path = STAMP) -> None:
    """Write what was compared, whole or not at all: whoever decides meanwhile reads the file."""
    unfinished = file.with_name(f".{file.name}.unfinished")
    unfinished.write_text(json.dumps(asdict(stamp), indent=1) + "\n", encoding="utf-8")
    unfinished.replace(file)


def stamp_of(results: Mapping[str, str]) -> Stamp:
    """Say what the code of now is, and that it gives these results."""
    return Stamp(None, code_hash(), knowledge_hash(), results)


def confirmed(before: Stamp, now: Stamp, *, changed: bool = False) -> Stamp:
    """Give the stamp that follows: the same version where every decision is the same, another where it is said.

    Where what the rules know has changed, their version is another already and decisions may differ. Of a sample that
    was not looked at now, the results stay, as long as the version does. Raises DecidesOtherwise.
    """
    if now.knowledge != before.knowledge or changed:
        return replace(now, decides=before.decides if now.code == before.code else now.code)
    if other := [sample for sample, result in now.results.items() if before.results.get(sample, result) != result]:
        raise DecidesOtherwise(
            f"the code decides otherwise than before on: {', '.join(sample[:12] for sample in other)}. Mend it, or "
            "make it another version with --changed; then measure both files of labels, and write the figures anew"
        )
    return replace(now, decides=before.decides, results={**before.results, **now.results})
