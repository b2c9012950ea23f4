"""How many contact points a core reads and decides in a second, and what the labelled names give.

Run: `python tests/benchmarks/bench_classification.py`. The rows are invented and every value stands once, so that no
cache helps but the one for words; names come from a small stock, each with a number, as repeated brands would.
"""

from __future__ import annotations

import csv
import os
import sys
import time
from collections import Counter
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from include.intake.classification import ListingFacts, classify_name, decide
from include.intake.normalise import read_cell

LISTINGS = 2_500
ACTIVITIES = ("للمقاولات", "للتجارة", "للصيانة", "للنقل")
OWNERS = ("فهد العتيبي", "سارة خالد", "الأفق", "درب الشمال", "الواحة")
ENGLISH = ("Horizon Trading Co.", "Fahad Al-Otaibi Est.", "Palm Medical Center", "Zorvex", "Sample Systems Inc.")


def listing(number: int) -> tuple[tuple[str, ...], tuple[tuple[str, str], ...]]:
    names = (f"مؤسسة {OWNERS[number % 5]} {ACTIVITIES[number % 4]} {number}", f"{ENGLISH[number % 5]} {number}")
    local = ("info", "fahad.otaibi", "sales", "kdzx", "hr")[number % 5]
    cells = (
        ("phone", f"011 000 {number:04d} / 050000{number:04d}"),
        ("email", f"{local}@firm{number}.example"),
        ("website", f"www.firm{number}.example"),
        ("address", f"مكتب {number} شارع العليا، الرياض"),
    )
    return names, cells


def speed() -> None:
    decide(ListingFacts(organisations=("warm",)), read_cell("phone", "0110000000", "SA"))
    made = [listing(number) for number in range(LISTINGS)]
    clock, points = time.process_time(), 0
    reading = 0.0
    for names, cells in made:
        begun = time.process_time()
        readings = [found for field, cell in cells for found in read_cell(field, cell, "SA")]
        reading += time.process_time() - begun
        points += len(decide(ListingFacts(organisations=names), readings))
    seconds = time.process_time() - clock
    print(f"{points:,} contact points of {LISTINGS:,} listings in {seconds:.2f} s of CPU: {points / seconds:,.0f}/s")
    print(f"  reading {points / reading:,.0f}/s, deciding {points / (seconds - reading):,.0f}/s")


def accuracy(folder: Path) -> None:
    with (folder / "labels" / "person_org_names.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    clock = time.process_time()
    decided = [str(classify_name(row["name"]).kind) for row in rows]
    print(f"{len(rows):,} names: {len(rows) / (time.process_time() - clock):,.0f}/s")
    groups: dict[tuple[str, str, str], Counter[str]] = {}
    for row, kind in zip(rows, decided, strict=True):
        key = ("ar" if "ar" in row["lang"] else "en", row["label"], f"org_word={row['has_org_word']}")
        groups.setdefault(key, Counter())[kind] += 1
    for key, group in sorted(groups.items()):
        parts = ", ".join(f"{kind} {count / group.total():.1%}" for kind, count in sorted(group.items()))
        print(f"  {' '.join(key)}: {group.total():,} rows: {parts}")


if __name__ == "__main__":
    speed()
    if os.environ.get("AMANAH_TEST_DATA"):
        accuracy(Path(os.environ["AMANAH_TEST_DATA"]))
