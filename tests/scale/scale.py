"""A large generated delivery through two Celery workers: time by stage, memory by process, and where the limit is.

Run: `make scale ROWS=10000000`, or `python tests/scale/scale.py --rows 100000`. Everything lies in a folder of its own,
which is taken away at the end, also after Ctrl-C. Without Redis on this machine it says so and does nothing.
"""

from __future__ import annotations

import argparse
import os
import shutil
import signal
import sys
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

HOURS = 6
POLITE = (signal.SIGTERM, signal.SIGHUP, signal.SIGINT)
SETTINGS = {"max_wal_size": "8GB", "shared_buffers": "1GB"}
BYTES_A_ROW = 3_500
"""On disk, at the peak: the file, its landing, the register with its indexes, and the transaction log."""


def main() -> int:
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--rows", type=int, default=10_000_000)
    arguments.add_argument("--shard-rows", type=int, default=20_000)
    arguments.add_argument("--folder", type=Path, default=Path(tempfile.gettempdir()))
    given = arguments.parse_args()
    if shutil.which("redis-server") is None:
        print("SKIPPED: redis-server is not installed here (Debian, Ubuntu: apt install redis-server).")
        return 0
    free = shutil.disk_usage(given.folder).free
    if free < given.rows * BYTES_A_ROW:
        print(f"{given.folder} has {free / 1e9:.0f} GB free; {given.rows:,} rows may need more. Name another --folder.")
        return 1
    for polite in POLITE:
        signal.signal(polite, _interrupt)
    try:
        play(given.rows, given.shard_rows, given.folder)
    except KeyboardInterrupt:
        print("interrupted; everything is stopped")
        return 130
    return 0


def play(rows: int, shard_rows: int, below: Path) -> None:
    """Put everything up, run the delivery, print the tables, and take everything down."""
    from celery_shape import celery_runs_on
    from delivery_run import DAG, parts_of, run_delivery, settings_of, table_of, tasks_of
    from sampling import Sampler

    from include.store import EmbeddedServer, engine
    from include.store.engine import dispose

    begun = time.monotonic()

    def say(line: str) -> None:
        print(f"{time.monotonic() - begun:7.0f} s  {line}", flush=True)

    folder = Path(tempfile.mkdtemp(prefix="amanah-scale-", dir=below))
    for name in [name for name in os.environ if name.startswith(("AMANAH_", "AIRFLOW"))]:
        del os.environ[name]
    with ExitStack() as left:
        left.callback(shutil.rmtree, folder, ignore_errors=True)
        os.environ["AMANAH_HOME"] = str(folder / "server")
        embedded = EmbeddedServer(folder / "server", SETTINGS)
        left.callback(embedded.destroy)
        server = embedded.ensure()
        engine()  # migrates the database that the one of the run is a copy of
        dispose()
        settings = settings_of(folder, rows, shard_rows)
        say(f"PostgreSQL is up, and {rows:,} rows are written")
        airflow = left.enter_context(celery_runs_on(server, folder, settings))
        airflow.runs().wait_for_dags([DAG])
        say("Redis, Airflow and two workers are up")
        with Sampler(*parts_of(airflow)) as sampler:
            run_delivery(airflow, "scale", say=say, every=15, patience=HOURS * 3600)
        say("the delivery is in the register")
        print("\n" + "\n".join(table_of(tasks_of(airflow, "scale"), rows, sampler)))
        with airflow.administrator(airflow.ours) as connection:
            print(f"\nCounts: {connection.execute('select counts from register.receipt').fetchone()[0]}", flush=True)


def _interrupt(_number: int, _frame: object) -> None:
    for polite in POLITE:  # once is enough: taking everything down takes seconds, and orphans stay for ever
        signal.signal(polite, signal.SIG_IGN)
    raise KeyboardInterrupt


if __name__ == "__main__":
    sys.exit(main())
