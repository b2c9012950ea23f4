"""How many names and contact points a core decides in a second, beside probablepeople and Presidio in the same run.

Run: `python tests/benchmarks/bench_beside.py [--listings 40000]`. The two others are installed into a place of their
own under `.amanah`, for this run alone; where they cannot be had they are left out, and it says so. Presidio gets a
blank spaCy pipeline with its recognisers of mailboxes and numbers, and fetches nothing.
All figures are of one core, in its own CPU seconds,
and every value stands once, so that no cache helps anybody but for words.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import polars as pl

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

PINNED = ("probablepeople==0.5.6", "presidio-analyzer==2.2.366")
FOR_OTHERS = 3_000
"""Names and cells that the others are given: they need no more to show their speed."""
OTHERS = """
import json, sys, time
import probablepeople, spacy, tldextract
from presidio_analyzer import AnalyzerEngine, RecognizerRegistry
from presidio_analyzer.nlp_engine import SpacyNlpEngine
from presidio_analyzer.predefined_recognizers import EmailRecognizer, PhoneRecognizer

class Blank(SpacyNlpEngine):
    def __init__(self):
        super().__init__(models=[{"lang_code": "en", "model_name": "blank"}])
        self.nlp = {"en": spacy.blank("en")}
    def load(self):
        pass

tldextract.tldextract.TLD_EXTRACTOR = tldextract.TLDExtract(suffix_list_urls=(), cache_dir=None)
given = json.load(open(sys.argv[1]))
recognizers = [EmailRecognizer(), PhoneRecognizer(supported_regions=("SA",))]
engine = AnalyzerEngine(
    registry=RecognizerRegistry(recognizers=recognizers), nlp_engine=Blank(), supported_languages=["en"])
probablepeople.parse("warm up"); engine.analyze("warm@example.com", language="en")
clock = time.process_time()
for name in given["names"]:
    try:
        probablepeople.tag(name)
    except probablepeople.RepeatedLabelError:
        pass
names = time.process_time() - clock
clock = time.process_time()
found = sum(bool(engine.analyze(cell, language="en")) for cell in given["cells"])
cells = time.process_time() - clock
asked = len(given["cells"])
told = {"probablepeople": len(given["names"]) / names, "presidio": asked / cells, "found": found / asked}
print(json.dumps(told))
"""


def main() -> None:
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--listings", type=int, default=40_000)
    rows = arguments.parse_args().listings
    frame = delivered(rows)
    ours = speed_of_ours(frame)
    theirs = speed_of_others(frame)
    print("| what, on one core | a second |")
    print("|---|--:|")
    print(f"| contact points read and decided, reasons included | {ours['points']:,.0f} |")
    print(f"| the same, plain numbers and addresses alone | {ours['plain']:,.0f} |")
    print(f"| names decided | {ours['names']:,.0f} |")
    if theirs is None:
        print("probablepeople and Presidio could not be installed: nothing to compare with")
        return
    print(f"| names by probablepeople | {theirs['probablepeople']:,.0f} |")
    print(f"| cells by Presidio, which finds something in {theirs['found']:.0%} | {theirs['presidio']:,.0f} |")
    print()
    print("| ratio | measured | goal |")
    print("|---|--:|--:|")
    print(f"| contact points to names of probablepeople | {ours['points'] / theirs['probablepeople']:.1f} | 30 |")
    print(f"| names to names of probablepeople | {ours['names'] / theirs['probablepeople']:.1f} | |")
    print(f"| contact points to cells of Presidio | {ours['points'] / theirs['presidio']:.0f} | 100 |")


def delivered(rows: int) -> pl.DataFrame:
    from benchmarks.deliveries import deliver

    with tempfile.TemporaryDirectory() as folder:
        return pl.read_csv(deliver(Path(folder) / "beside.csv", rows), infer_schema=False)


def speed_of_ours(frame: pl.DataFrame) -> dict[str, float]:
    """Give points and names a second, in CPU seconds of this process."""
    from benchmarks.deliveries import CONTRACT

    from include.intake.classification.many_names import classify_names
    from include.intake.listings import read_listings

    def points_a_second(given: pl.DataFrame) -> float:
        clock, points = time.process_time(), 0
        for start in range(0, given.height, 10_000):
            points += read_listings(given.slice(start, 10_000), CONTRACT).points.height
        return points / (time.process_time() - clock)

    read_listings(frame.head(100), CONTRACT)
    cells = frame.select(list(CONTRACT.columns))
    nameless = cells.with_columns(name=pl.lit(""))
    names = frame["name"].to_list()
    points, plain = points_a_second(cells), points_a_second(nameless)
    clock = time.process_time()
    decided = sum(1 for _ in classify_names([f"{name} {number}" for number, name in enumerate(names)]))
    return {"points": points, "plain": plain, "names": decided / (time.process_time() - clock)}


def speed_of_others(frame: pl.DataFrame) -> dict[str, float] | None:
    """Give what the others do in a second; None where they cannot be installed."""
    place = ROOT / ".amanah" / "beside"
    python = place / "bin" / "python"
    part = frame.head(FOR_OTHERS)
    given = {"names": part["name"].to_list(), "cells": [*part["phone"].to_list(), *part["email"].to_list()]}
    given["cells"] = [cell for cell in given["cells"] if cell]
    try:
        if not python.exists():
            subprocess.run([sys.executable, "-m", "venv", str(place)], check=True)
        subprocess.run([python, "-m", "pip", "install", "-q", *PINNED], check=True, stderr=subprocess.DEVNULL)
    except (OSError, subprocess.CalledProcessError):
        return None
    with tempfile.NamedTemporaryFile("w", suffix=".json", encoding="utf-8") as file:
        json.dump(given, file)
        file.flush()
        done = subprocess.run([python, "-c", OTHERS, file.name], check=True, text=True, stdout=subprocess.PIPE)
    found: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return found


if __name__ == "__main__":
    main()
