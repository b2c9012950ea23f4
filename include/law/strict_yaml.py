"""Read a YAML file into a frozen model, strictly: whatever is wrong is named by file, line and field.

The dialect is narrower than YAML 1.1 so that a file means what it seems to mean: `no` and `09:00` are text, only `true`
and `false` are switches, dates stay text until the model reads them, keys are always text, a key may stand only once,
and there are no anchors or tags.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import NoneType
from typing import Any, TypeVar, get_args, get_origin

import yaml
from pydantic import BaseModel, ValidationError

from include.errors import NeverRetry

try:
    from yaml import CSafeLoader as SafeLoader
except ImportError:  # PyYAML built without libyaml: slower, the same answers
    from yaml import SafeLoader  # type: ignore[assignment]

__all__ = ["BrokenYaml", "Fault", "load_strict"]

M = TypeVar("M", bound=BaseModel)
Place = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong in a file."""

    line: int
    """Counted from 1; 0 where the whole file is meant."""
    field: str
    """Dotted name with item numbers in brackets; empty where no field is meant."""
    what: str

    def __str__(self) -> str:
        line = f":{self.line}" if self.line else ""
        return f"{line}: {self.field}: {self.what}" if self.field else f"{line}: {self.what}"


class BrokenYaml(NeverRetry):
    """Raised where a YAML file can't be read or doesn't fit its model. Facts: `path` and `faults`, in file order."""

    def __init__(self, path: Path, faults: tuple[Fault, ...]) -> None:
        self.path = path
        self.faults = faults
        super().__init__("\n".join(f"{path}{fault}" for fault in faults))


def load_strict(path: Path, model: type[M]) -> M:
    """Read the file into the model.

    Raises `BrokenYaml` with every fault found: file absent or not UTF-8, YAML that doesn't parse, a key given twice, an
    unknown field (with the nearest known name), a missing field, a value of the wrong kind.
    """
    tree = _Tree(path)
    root = _compose(path)
    values = tree.read(root, ())
    if tree.faults:
        raise BrokenYaml(path, tuple(tree.faults))
    try:
        return model.model_validate(values)
    except ValidationError as error:
        faults = [_fault(detail, model, tree.lines) for detail in error.errors(include_url=False, include_input=False)]
        raise BrokenYaml(path, tuple(sorted(faults, key=lambda fault: fault.line))) from None


class _Loader(SafeLoader):
    yaml_implicit_resolvers: dict[str, Any] = {}  # noqa: RUF012 (PyYAML's own declaration)


for _tag, _pattern, _first in (
    ("null", r"~|null|", ["~", "n", ""]),
    ("bool", r"true|false", list("tf")),
    ("int", r"-?(0|[1-9][0-9]*)", list("-0123456789")),
    ("float", r"-?(0|[1-9][0-9]*)\.[0-9]+([eE][-+]?[0-9]+)?", list("-0123456789")),
):
    _Loader.add_implicit_resolver(f"tag:yaml.org,2002:{_tag}", re.compile(f"(?:{_pattern})\\Z"), _first)


def _compose(path: Path) -> yaml.Node:
    """Parse the file into YAML nodes; an empty file is an empty mapping."""
    try:
        text = path.read_text(encoding="utf-8-sig")
        for event in yaml.parse(text, Loader=SafeLoader):
            if isinstance(event, yaml.AliasEvent):
                fault = Fault(_line_of(event.start_mark), "", "aliases (*name) are not read; write the value out")
                raise BrokenYaml(path, (fault,))
        root = yaml.compose(text, Loader=_Loader)
    except FileNotFoundError:
        raise BrokenYaml(path, (Fault(0, "", "there is no such file"),)) from None
    except OSError as error:
        raise BrokenYaml(path, (Fault(0, "", f"can't be opened ({type(error).__name__})"),)) from None
    except UnicodeDecodeError as error:
        raise BrokenYaml(path, (Fault(0, "", f"is not UTF-8 (byte {error.start}); save it as UTF-8"),)) from None
    except yaml.MarkedYAMLError as error:
        line = _line_of(error.problem_mark)
        raise BrokenYaml(path, (Fault(line, "", f"is not YAML: {error.problem}"),)) from None
    except yaml.YAMLError as error:
        raise BrokenYaml(path, (Fault(1, "", f"is not YAML ({type(error).__name__})"),)) from None
    return root if root is not None else yaml.MappingNode("tag:yaml.org,2002:map", [])


class _Tree:
    """Plain values out of YAML nodes, and the line on which each place of the file stands."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.lines: dict[Place, int] = {(): 1}
        self.faults: list[Fault] = []

    def read(self, node: yaml.Node, place: Place) -> Any:
        """Return the node's value; what is wrong is noted and reading goes on."""
        if isinstance(node, yaml.MappingNode) and node.tag == "tag:yaml.org,2002:map":
            return self._mapping(node, place)
        if isinstance(node, yaml.SequenceNode) and node.tag == "tag:yaml.org,2002:seq":
            for number, item in enumerate(node.value):
                self.lines[*place, number] = _line(item)
            return [self.read(item, (*place, number)) for number, item in enumerate(node.value)]
        return self._scalar(node, place)

    def _mapping(self, node: yaml.MappingNode, place: Place) -> dict[str, Any]:
        values: dict[str, Any] = {}
        for key, value in node.value:
            if not isinstance(key, yaml.ScalarNode):
                self.faults.append(Fault(_line(key), spell(place), "a field name must be plain text"))
                continue
            here = (*place, key.value)
            if key.value in values:
                what = f"stands twice (first on line {self.lines[here]}); remove one"
                self.faults.append(Fault(_line(key), spell(here), what))
                continue
            self.lines[here] = _line(key)
            values[key.value] = self.read(value, here)
        return values

    def _scalar(self, node: yaml.Node, place: Place) -> Any:
        kind = node.tag.removeprefix("tag:yaml.org,2002:")
        match kind:
            case "str":
                return node.value
            case "null":
                return None
            case "bool":
                return node.value == "true"
            case "int":
                return int(node.value)
            case "float":
                return float(node.value)
        self.faults.append(Fault(_line(node), spell(place), f"the tag {node.tag} is not read; write a plain value"))
        return None


def _line(node: yaml.Node) -> int:
    return _line_of(node.start_mark)


def _line_of(mark: Any) -> int:
    return int(mark.line) + 1 if mark else 1


def spell(place: Place) -> str:
    """Write a place as a dotted name: `purposes.offers.basis`, `recipients[0].ar`."""
    parts = [f"[{part}]" if isinstance(part, int) else f".{part}" for part in place]
    return "".join(parts).removeprefix(".")


def _fault(detail: Any, model: type[BaseModel], lines: dict[Place, int]) -> Fault:
    """Turn one error of pydantic into a fault of the file."""
    place: Place = ()
    for part in detail["loc"]:  # parts that name a branch of a union stand nowhere in the file
        if (*place, part) in lines:
            place = (*place, part)
    line = lines[place]
    match detail["type"]:
        case "missing":
            return Fault(line, spell((*place, detail["loc"][-1])), "is missing; add it")
        case "extra_forbidden":
            return Fault(line, spell(place), "is not a known field" + _nearest(str(place[-1]), model, place[:-1]))
        case _:
            return Fault(line, spell(place), str(detail["msg"]).removeprefix("Value error, "))


def _nearest(name: str, model: type[BaseModel], place: Place) -> str:
    known = sorted({field.alias or key for at in _models(model, place) for key, field in at.model_fields.items()})
    close = difflib.get_close_matches(name, known, n=1)
    if close:
        return f"; did you mean {close[0]!r}?"
    return f"; known here: {', '.join(known)}" if known else ""


def _models(annotation: Any, place: Place) -> Iterator[type[BaseModel]]:
    """Find the models that may stand at a place."""
    if annotation is None or annotation is NoneType:
        return
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        if not place:
            yield annotation
        for key, field in annotation.model_fields.items():
            if place and place[0] in (key, field.alias):
                yield from _models(field.annotation, place[1:])
        return
    origin, arguments = get_origin(annotation), get_args(annotation)
    inside = isinstance(origin, type) and issubclass(origin, dict | list | tuple | set | frozenset)
    if inside and not place:
        return
    for argument in arguments[-1:] if isinstance(origin, type) and issubclass(origin, dict) else arguments:
        yield from _models(argument, place[1:] if inside else place)
