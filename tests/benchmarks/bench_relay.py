"""How many notices one relay hands to a mail server on this machine in a second, each with its proof.

Run: `python tests/benchmarks/bench_relay.py [--messages 2000]`. The mail server is a process of its own
that keeps nothing; three rounds, the median told.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import shutil
import socket
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
        rate = statistics.median(_round(round, messages) for round in range(3))
    finally:
        EmbeddedServer(own_home()).destroy()
        shutil.rmtree(home, ignore_errors=True)
    print("| what | measured | goal |\n|---|---|---|")
    print(f"| notices relayed a second, one relay | {rate:,.0f} | {GOAL} |")


def _round(round: int, messages: int) -> float:
    from relaying import AT_TEN, Room, mail_carrier, queue, written

    from include.channels import Channel

    queue(*(written(number) for number in range(round * messages, (round + 1) * messages)))
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    sink = ["-m", "aiosmtpd", "--nosetuid", "--class", "aiosmtpd.handlers.Sink", "--listen", f"127.0.0.1:{port}"]
    server = subprocess.Popen([sys.executable, *sink])
    carrier = mail_carrier(port)
    try:
        _wait_for(port)
        began = time.perf_counter()
        report = Room().relays(AT_TEN, {Channel.EMAIL: carrier})
        seconds = time.perf_counter() - began
        assert report.sent == messages, report
    finally:
        carrier.close()
        server.terminate()
        server.wait()
    return messages / seconds


def _wait_for(port: int) -> None:
    for _ in range(300):
        with contextlib.suppress(OSError):
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return
        time.sleep(0.1)
    raise SystemExit("the mail server did not start")


if __name__ == "__main__":
    main()
