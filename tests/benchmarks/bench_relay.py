"""How many notices one relay hands to a mail server on this machine in a second, each with its proof.

Run: `python tests/benchmarks/bench_relay.py [--messages 2000]`. The mail server is a process of its own; three rounds,
the median told.
"""

from __future__ import annotations

import argparse
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "tests"), str(ROOT / "tests" / "channels")]
GOAL = 200


def main() -> None:
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--messages", type=int, default=2000)
    messages = arguments.parse_args().messages
    home = Path(tempfile.mkdtemp(prefix="amanah-bench-"))
    for name in [name for name in os.environ if name.startswith("AMANAH_")]:
        del os.environ[name]
    os.environ |= {"AMANAH_HOME": str(home / "home"), "AMANAH_KEY": "1:" + "ab" * 32}
    from include.store import EmbeddedServer
    from include.store import home as own_home

    try:
        rate = statistics.median(_round(round, messages, home) for round in range(3))
    finally:
        EmbeddedServer(own_home()).destroy()
        shutil.rmtree(home, ignore_errors=True)
    print("| what | measured | goal |\n|---|---|---|")
    print(f"| notices relayed a second, one relay | {rate:,.0f} | {GOAL} |")


def _round(round: int, messages: int, home: Path) -> float:
    from relaying import AT_TEN, Room, mail_carrier, queue, written

    from include.channels import Channel

    queue(*(written(number) for number in range(round * messages, (round + 1) * messages)))
    server = subprocess.Popen(
        [sys.executable, "-m", "include.channels.catcher", "--folder", str(home / str(round))],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert server.stdout is not None
    carrier = mail_carrier(int(server.stdout.readline()))
    try:
        began = time.perf_counter()
        report = Room().relays(AT_TEN, {Channel.EMAIL: carrier})
        seconds = time.perf_counter() - began
        assert report.sent == messages, report
    finally:
        carrier.close()
        server.terminate()
        server.wait()
    return messages / seconds


if __name__ == "__main__":
    main()
