"""How many names and contact points are decided in a second, beside probablepeople and Presidio in the same run.

Run: `python tests/benchmarks/bench_beside.py [--listings 40000]`. The two others are installed into a place of their
own under `.amanah`, for this run alone; where they cannot be had they are left out, and it says so. Presidio gets a
blank spaCy pipeline with its recognisers of mailboxes and numbers, and fetches nothing.
All figures are in CPU seconds: of one core, and of all cores with a process on each at the same time. Every value
stands once, so that no cache helps anybody but for words; what a process loads and meets first is not measured.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

import polars as pl

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

PINNED = ("probablepeople==0.5.6", "presidio-analyzer==2.2.366")
PART = 10_000
"""Listings that are read together, as in an intake."""
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
    one = speed_of_ours(rows, 7)
    cores = len(os.sched_getaffinity(0))
    with ProcessPoolExecutor(cores, get_context("spawn")) as pool:
        each = list(pool.map(speed_of_ours, [rows] * cores, range(8, 8 + cores)))
    together = {what: sum(speed[what] for speed in each) for what in one}
    theirs = speed_of_others(delivered(FOR_OTHERS, 7))
    print(f"| what, a second | one core | {cores} cores |")
    print("|---|--:|--:|")
    for what in one:
        print(f"| {what} | {one[what]:,.0f} | {together[what]:,.0f} |")
    if theirs is None:
        print("probablepeople and Presidio could not be installed: nothing to compare with")
        return
    print(f"| names by probablepeople | {theirs['probablepeople']:,.0f} | |")
    print(f"| cells by Presidio, which finds something in {theirs['found']:.0%} | {theirs['presidio']:,.0f} | |")
    print()
    print("| ratio | one core | all cores | goal |")
    print("|---|--:|--:|--:|")
    for what, other, goal in RATIOS:
        print(
            f"| {what} to {other} | {one[what] / theirs[other]:.1f} | {together[what] / theirs[other]:.1f} | {goal} |"
        )


POINTS, PLAIN, NAMES = (
    "contact points read and decided, reasons included",
    "the same without names: plain numbers and mailboxes",
    "names decided",
)
RATIOS = ((POINTS, "probablepeople", "30"), (NAMES, "probablepeople", ""), (POINTS, "presidio", "100"))


def delivered(rows: int, seed: int) -> pl.DataFrame:
    from benchmarks.deliveries import deliver

    with tempfile.TemporaryDirectory() as folder:
        return pl.read_csv(deliver(Path(folder) / "beside.csv", rows, seed=seed), infer_schema=False)


def speed_of_ours(rows: int, seed: int) -> dict[str, float]:
    """Give points and names a second, in CPU seconds of this process, of rows that it has not met."""
    from benchmarks.deliveries import CONTRACT

    from include.intake.classification.many_names import classify_names
    from include.intake.listings import read_listings

    def points_a_second(given: pl.DataFrame) -> float:
        clock, points = time.process_time(), 0
        for start in range(0, given.height, PART):
            points += read_listings(given.slice(start, PART), CONTRACT).points.height
        return points / (time.process_time() - clock)

    first, frame, other = (delivered(count, seed + 100 * at) for at, count in enumerate((PART, rows, rows)))
    columns = list(CONTRACT.columns)
    read_listings(first.select(columns), CONTRACT)
    points = points_a_second(frame.select(columns))
    plain = points_a_second(other.select(columns).with_columns(name=pl.lit("")))
    names = [f"{name} {number}" for number, name in enumerate(frame["name"])]
    clock = time.process_time()
    decided = len(classify_names(names))
    return {POINTS: points, PLAIN: plain, NAMES: decided / (time.process_time() - clock)}


def speed_of_others(frame: pl.DataFrame) -> dict[str, float] | None:
    """Give what the others do in a second; None where they cannot be installed."""
    place = ROOT / ".amanah" / "beside"
    python = place / "bin" / "python"
    given = {"names": frame["name"].to_list(), "cells": [*frame["phone"].to_list(), *frame["email"].to_list()]}
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
