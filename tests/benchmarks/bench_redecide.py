"""How long it takes to decide again what is held: the dry run, and the real one.

Run: `python tests/benchmarks/bench_redecide.py [N]` for about N contact points (1,000,000). They are those of a
generated delivery, taken in by rules that called every third personal one business, and are decided by ours.
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

POINTS_OF_A_LISTING = 2.837
OLDER = """
update register.contact_point
   set rules = 'rules/0-older',
       class = case when spoilt then 'business' else class end,
       subject_id = case when spoilt then null else subject_id end,
       permission = case when spoilt then 'business_use' else permission end
  from (select id as point, listing_id as listing, class <> 'business' and id % 3 = 0 as spoilt
          from register.contact_point) given
 where point = id and listing = listing_id
"""


def main() -> None:
    points = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    with tempfile.TemporaryDirectory(prefix="amanah-bench-") as folder:
        kept = {name: value for name, value in os.environ.items() if not name.startswith("AMANAH_")}
        os.environ.clear()
        os.environ.update(kept, AMANAH_HOME=f"{folder}/home", AMANAH_KEY="1:" + "ab" * 32)
        os.environ["GX_ANALYTICS_ENABLED"] = "false"
        measure(Path(folder), int(points / POINTS_OF_A_LISTING))


def measure(folder: Path, rows: int) -> None:
    from benchmarks.deliveries import CONTRACT, deliver
    from sqlalchemy import text

    from include.duties.notice.actions import plan_notices
    from include.intake.actions import take_in
    from include.intake.redeciding import redecide
    from include.law import now
    from include.store import EmbeddedServer, Role, begin, engine, home

    engine()
    try:
        take_in(CONTRACT, deliver(folder / "new.csv", rows), at=now(), run="bench", reason="drill")
        with begin(Role.INTAKE) as connection:
            points = connection.execute(text(OLDER)).rowcount
        print(f"{points:,} contact points of {rows:,} listings")
        timed("dry run", lambda: redecide(CONTRACT, at=now(), apply=False), points)
        found = timed("applied", lambda: redecide(CONTRACT, at=now(), apply=True), points)
        timed("notices planned", lambda: plan_notices(now()), points)
        print(found.transitions)
    finally:
        EmbeddedServer(home()).destroy()


def timed(what: str, work: Callable[[], Any], points: int) -> Any:
    began, cpu = time.perf_counter(), time.process_time()
    done = work()
    spent = time.perf_counter() - began
    print(
        f"{what}: {spent:.1f} s ({time.process_time() - cpu:.1f} s of our CPU), {points / spent:,.0f} points/s",
        flush=True,
    )
    return done


if __name__ == "__main__":
    main()
