"""How long it takes to build, check and export an audience.

Run: `python tests/benchmarks/bench_audience.py [POINTS]` (1,000,000 contact points of businesses).
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]


def main() -> None:
    from benchmarks.gate_world import business_world, fill

    from include.duties.audience import Asked, build, export, find_removals
    from include.law import now

    points = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    with business_world():
        timed(f"{points:,} contact points written", lambda: fill(points))
        for form in ("csv", "parquet"):
            asked = Asked(purpose="promotion", recipient="mailer", asked_by="bench", run=form, form=form)
            began = time.perf_counter()
            audience = timed(f"{form}: built and checked", lambda asked=asked: build(asked, now()))
            folder = timed(f"{form}: exported", lambda asked=asked, made=audience: export(made, asked, now()))
            size = sum(file.stat().st_size for file in folder.iterdir())
            print(f"{form}: {time.perf_counter() - began:.1f} s in all, {size / 1e6:.0f} MB", flush=True)
        print(timed("both audiences judged anew", lambda: find_removals(now())))


def timed(what: str, work: Callable[[], Any]) -> Any:
    began, cpu = time.perf_counter(), time.process_time()
    done = work()
    print(f"{what}: {time.perf_counter() - began:.1f} s ({time.process_time() - cpu:.1f} s of our CPU)", flush=True)
    return done


if __name__ == "__main__":
    main()
