"""How long each DAG file takes to import, beyond Airflow itself.

Run: `python tests/benchmarks/bench_dags.py`. Each import is a process of its own, three for each file, the median told.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
GOAL = 0.2
TIMED = """
import runpy, sys, time
import airflow.sdk
began = time.perf_counter()
runpy.run_path(sys.argv[1])
print(time.perf_counter() - began)
"""


def main() -> None:
    print("| DAG file | import beyond Airflow's own, s | goal |\n|---|---|---|")
    with tempfile.TemporaryDirectory() as home:
        for file in sorted((ROOT / "dags").glob("*.py")):
            seconds = statistics.median(_import(file, home) for _ in range(3))
            print(f"| {file.name} | {seconds:.2f} | < {GOAL:.1f} |")


def _import(file: Path, home: str) -> float:
    settings = {"AIRFLOW_HOME": home, "PYTHONPATH": str(ROOT), "AIRFLOW__CORE__LOAD_EXAMPLES": "False"}
    command = [sys.executable, "-c", TIMED, str(file)]
    done = subprocess.run(command, env=os.environ | settings, stdout=subprocess.PIPE, check=True, text=True)
    return float(done.stdout.splitlines()[-1])


if __name__ == "__main__":
    main()
