"""How long it takes to find who of many contact points is suppressed, set-wise.

Run: `python tests/benchmarks/bench_suppression.py [POINTS] [SUPPRESSED]` (1,000,000 and 10,000,000); a tenth of the
points is suppressed. Then all entries are put under a later key, and the points are looked up once more.
"""

from __future__ import annotations

import hashlib
import os
import secrets
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

ENTRIES = """
insert into suppression.entry (key, kind, key_version, reason, since)
select sha256(convert_to('suppressed' || n, 'UTF8')), 'phone', :version, 'do_not_call', now()
  from generate_series(1, :count) n
"""


def _rotate() -> None:
    from include.duties.suppressing import rotate
    from include.law import now
    from include.store import key_version

    os.environ["AMANAH_SUPPRESSION_KEYS"] = f"{key_version() + 1}:{secrets.token_hex(32)}"
    began = time.perf_counter()
    done = rotate(now())
    spent = time.perf_counter() - began
    print(f"{done.entries:,} entries under the next key in {spent:.0f} s ({done.entries / spent:,.0f}/s)", flush=True)


def main() -> None:
    from benchmarks.gate_world import business_world, settle
    from sqlalchemy import text

    from include.duties.suppressing import look_up
    from include.duties.suppressing.looking import STEPS
    from include.store import Role, begin, key_version

    points = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    suppressed = int(sys.argv[2]) if len(sys.argv) > 2 else 10_000_000
    with business_world():
        began = time.perf_counter()
        with begin(Role.DUTIES) as connection:
            connection.execute(text(ENTRIES), {"count": suppressed, "version": key_version()})
        settle()
        print(f"{suppressed:,} entries written in {time.perf_counter() - began:.0f} s", flush=True)
        keys = [
            (hashlib.sha256(f"{'suppressed' if n % 10 == 0 else 'point'}{n // 10 + 1}".encode()).digest(), "phone")
            for n in range(points)
        ]
        for attempt in ("first", "again", "rotated"):
            if attempt == "rotated":
                _rotate()
            began, cpu = time.perf_counter(), time.process_time()
            with begin(Role.DUTIES) as connection:
                found = look_up(connection, keys)
                spent = time.perf_counter() - began
                joined = time.perf_counter()
                counted = STEPS.one(connection, "already")
                joined = time.perf_counter() - joined
            print(
                f"{attempt}: {points:,} × {suppressed:,}: {spent:.1f} s with bringing the keys "
                f"({time.process_time() - cpu:.1f} s of our CPU), the join alone {joined:.1f} s; {len(found):,} found, "
                f"{counted:,} counted",
                flush=True,
            )


if __name__ == "__main__":
    main()
