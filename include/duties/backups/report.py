"""What a drill found, for people and for programs: counts and table names, in Arabic and English."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict
from importlib.resources import files
from pathlib import Path
from typing import Any
from uuid import UUID

from jinja2 import Environment, StrictUndefined

from include.duties.backups.model import Proof, Report
from include.store import private_folder
from include.store.home import write_private

__all__ = ["read_report", "rows", "write_report"]

WORDS: tuple[tuple[str, str, str], ...] = (
    ("at", "وقت التجربة", "When"),
    ("outcome", "النتيجة", "Outcome"),
    ("held_before", "صفوف شخص التجربة وقت النسخ", "Rows of the drill's person when the copy was made"),
    (
        "held_restored",
        "صفوفه في النسخة المستعادة قبل إعادة الإتلاف",
        "The same in the restored copy, before the replay",
    ),
    ("refused_before", "بقيت النسخة مغلقة حينها", "The copy was kept closed then"),
    ("left", "صفوفه بعد إعادة الإتلاف", "Rows of that person after the replay"),
    ("tables", "جداول قورنت", "Tables compared"),
    ("rows", "صفوف بقية الناس التي قورنت", "Rows of everybody else compared"),
    ("changed", "جداول تغيّر فيها غير ذلك", "Tables in which anything else changed"),
    ("dump_bytes", "حجم النسخة بالبايت", "Size of the copy in bytes"),
    ("seconds", "المدة بالثواني", "Seconds"),
)
OUTCOMES = {
    True: (
        "ثبت: ما أُتلف لم يعد، وما سواه كما كان",
        "Proven: what was destroyed did not come back, all else is as it was",
    ),
    False: ("لم يثبت", "Not proven"),
}
YES = {True: ("نعم", "Yes"), False: ("لا", "No")}


def write_report(proof: Proof, folder: Path) -> Report:
    """Write the report of a drill as JSON and as a page, readable by their owner only."""
    said = json.dumps(_facts(proof), sort_keys=True, indent=1)
    names = folder / f"{proof.id}.json", folder / f"{proof.id}.html"
    write_private(names[0], said + "\n")
    write_private(names[1], _page(proof))
    return Report(proof, *names, sha256=hashlib.sha256((said + "\n").encode()).digest())


def read_report(drill: UUID, sha256: bytes) -> tuple[dict[str, Any], bool] | None:
    """Read the report of a drill, and say whether it is the one whose hash was recorded; None where none lies here."""
    file = private_folder("drills") / f"{drill}.json"
    try:
        whole = file.read_bytes()
        told: dict[str, Any] = json.loads(whole)
    except (OSError, ValueError):
        return None
    return told, hashlib.sha256(whole).digest() == sha256


def rows(told: dict[str, Any], language: str) -> list[tuple[str, Any]]:
    """Give a report's facts in one language: what each is called, and what it says."""
    place = ("ar", "en").index(language)
    said = told | {"outcome": OUTCOMES[bool(told["proven"])][place], "changed": ", ".join(told["changed"]) or "0"}
    return [(names[place], _written(said[name])[place]) for name, *names in WORDS]


def _written(value: Any) -> tuple[str, str]:
    """Write a value in Arabic and in English."""
    if isinstance(value, bool):
        return YES[value]
    text = f"{value:,}" if isinstance(value, int) else str(value).replace("+00:00", " UTC")
    return text, text


def _facts(proof: Proof) -> dict[str, Any]:
    return asdict(proof) | {"id": str(proof.id), "at": proof.at.isoformat(), "proven": proof.proven}


def _page(proof: Proof) -> str:
    facts = _facts(proof) | {"changed": ", ".join(proof.changed) or "0"}
    rows = [
        (arabic, english, OUTCOMES[proof.proven] if name == "outcome" else dict.fromkeys(_written(facts[name])))
        for name, arabic, english in WORDS
    ]
    page = files("include.duties.backups").joinpath("report.html.j2").read_text(encoding="utf-8")
    return Environment(autoescape=True, undefined=StrictUndefined).from_string(page).render(id=proof.id, rows=rows)
