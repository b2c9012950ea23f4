"""Two tries at once, a try that is killed, a disk that is full: no half file is ever taken as whole."""

from __future__ import annotations

import hashlib
import resource
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from web_server import BODY, WebServer

from include.intake.fetching import Fetched, LocalFile, NothingDelivered, Version, fetch
from include.intake.fetching.faults import BeingFetched, CutOff, StillChanging, TooLarge
from include.intake.fetching.staging import DiskFault, Staged
from include.intake.fetching.transfer import Transfer
from include.intake.fetching.web import WebLink

Bring = Callable[..., Fetched]
ROOT = Path(__file__).resolve().parents[3]
DIGEST = hashlib.sha256(BODY).digest()
FETCH = """
import sys
from pathlib import Path
from include.intake.fetching import fetch
from include.intake.fetching.web import WebLink
fetch(WebLink("source guide", sys.argv[1]), Path(sys.argv[2]), limit=None)
"""


def begin_in_another_process(link: str, target: Path, least: int) -> subprocess.Popen[bytes]:
    """Start a fetch and return once some of it has come."""
    process = subprocess.Popen([sys.executable, "-c", FETCH, link, str(target)], cwd=ROOT)
    unfinished = target.with_suffix(".unfinished")
    while not unfinished.exists() or unfinished.stat().st_size < least:
        assert process.poll() is None
        time.sleep(0.01)
    return process


def test_a_fetch_that_is_killed_is_gone_on_with(web: WebServer, bring: Bring, target: Path) -> None:
    link = web.serves("/guide.csv", BODY, etag='"one"', wait=0.05)
    process = begin_in_another_process(link, target, 200_000)
    process.send_signal(signal.SIGKILL)
    process.wait()
    came = target.with_suffix(".unfinished").stat().st_size
    assert 0 < came < len(BODY)
    assert not target.exists()
    web.answers["/guide.csv"].wait = 0
    assert bring(link).sha256 == DIGEST
    assert web.ranges == [None, f"bytes={came}-"]
    assert target.read_bytes() == BODY
    assert [path.name for path in target.parent.iterdir()] == [target.name]


def test_a_second_try_beside_the_first_is_told_to_wait(web: WebServer, bring: Bring, target: Path) -> None:
    link = web.serves("/guide.csv", BODY, etag='"one"', wait=0.05)
    process = begin_in_another_process(link, target, 1)
    with pytest.raises(BeingFetched, match="another try of this run"):
        bring(link)
    assert process.wait() == 0
    assert target.read_bytes() == BODY


def test_two_runs_at_once_bring_a_file_each(web: WebServer, target: Path) -> None:
    link = web.serves("/guide.csv", BODY, etag='"one"')
    targets = [target.with_name(f"{number}.raw") for number in range(2)]
    threads = [
        threading.Thread(target=fetch, args=(WebLink("source guide", link), each), kwargs={"limit": None})
        for each in targets
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [each.read_bytes() for each in targets] == [BODY, BODY]


def test_a_version_that_cannot_be_read_means_beginning_anew(web: WebServer, bring: Bring, target: Path) -> None:
    link = web.serves("/guide.csv", BODY, etag='"one"', cuts=[200_000] * 3)
    with pytest.raises(CutOff):
        bring(link)
    target.with_suffix(".version").write_text('{"etag": "half a')
    assert bring(link).sha256 == DIGEST
    assert web.ranges[-1] is None


class Announcing:
    """Says that three bytes come, and sends others."""

    name = "source guide"

    def __init__(self, sent: bytes, etag: str | None) -> None:
        self.sent, self.version = sent, Version(etag, strong=etag is not None)

    def load(self, staged: Staged, known: Version | None) -> Version:
        offset, _ = staged.left
        staged.begin(self.version, 3, offset=offset)
        if not offset:
            staged.write(self.sent)
        return self.version


def test_more_than_was_announced_is_not_taken(target: Path) -> None:
    with pytest.raises(StillChanging):
        fetch(Announcing(b"four", '"one"'), target, limit=None)
    assert list(target.parent.iterdir()) == []


@pytest.mark.parametrize("etag", ['"one"', None])
def test_less_than_was_announced_is_not_taken_whatever_the_place_says(etag: str | None, target: Path) -> None:
    with pytest.raises(CutOff, match="ended after 2 bytes of 3 bytes"):
        fetch(Announcing(b"12", etag), target, limit=None)
    assert not target.exists()


def test_a_disk_that_is_full_is_told_and_what_came_is_gone_on_with(web: WebServer, bring: Bring, target: Path) -> None:
    link = web.serves("/guide.csv", BODY, etag='"one"')
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    ignored = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (300_000, hard))
    try:
        with pytest.raises(DiskFault, match="AMANAH_HOME"):
            bring(link)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        signal.signal(signal.SIGXFSZ, ignored)
    assert not target.exists()
    assert bring(link).sha256 == DIGEST
    assert web.ranges[-1] is not None


def test_memory_stays_flat_however_large_a_file_is(web: WebServer, tmp_path: Path) -> None:
    """Another process, for its peak is its own."""
    code = f"{FETCH}\nprint(Path('/proc/self/status').read_text().partition('VmHWM:')[2].split()[0])"
    peaks = []
    for number, times in enumerate((1, 60)):
        link = web.serves(f"/{number}.csv", BODY * times, etag='"one"')
        words = [sys.executable, "-c", code, link, str(tmp_path / f"{number}.raw")]
        done = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=True)
        peaks.append(int(done.stdout))
    assert peaks[1] - peaks[0] < 20_000, "kB, for 59 MB more"


def test_a_local_file_comes_by_the_same_way(target: Path, tmp_path: Path) -> None:
    given = tmp_path / "guide.csv"
    with pytest.raises(NothingDelivered, match="no file at its location"):
        fetch(LocalFile("guide", given), target, limit=None)
    given.write_bytes(BODY)
    assert fetch(LocalFile("guide", given), target, limit=None).sha256 == DIGEST
    with pytest.raises(TooLarge):
        fetch(LocalFile("guide", given), target.with_name("other.raw"), limit=1_000)
    assert [path.name for path in target.parent.iterdir()] == [target.name]


def test_a_local_file_that_is_still_being_written_is_not_taken(tmp_path: Path) -> None:
    given = tmp_path / "guide.csv"
    given.write_bytes(BODY)

    class Sink:
        size = 0

        def begin(self, version: Version, total: int) -> None:
            assert total == len(BODY)

        def write(self, block: bytes) -> None:
            self.size += len(block)
            with given.open("ab") as file:
                file.write(b"more")

    with pytest.raises(StillChanging, match="still being written"):
        LocalFile("guide", given).load(Sink(), None)


def test_a_transfer_says_bytes_rate_and_time_left() -> None:
    transfer = Transfer("fetching guide", 2_000_000_000, 500_000_000)
    transfer.add(500_000_000)
    transfer._began -= 10
    line = transfer.line()
    assert line.startswith("fetching guide: 1 GB of 2 GB, about ")
    assert "MB/s)" in line
    assert "20 s left" in line or "21 s left" in line
