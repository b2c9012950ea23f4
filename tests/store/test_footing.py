"""The server runs as an ordinary user and as root, and never opens a folder on the way to its data."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import sysconfig
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from include.store import EmbeddedServer
from include.store.binaries import candidates

PROJECT = Path(__file__).parents[2]
NOBODY = 65534
QUICK = {"fsync": "off", "shared_buffers": "32MB"}
needs_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can be root, or become somebody else")

LIVE = """
import json, os, signal, sys, time
from pathlib import Path
import psycopg
from include.store import EmbeddedServer
embedded = EmbeddedServer(Path(sys.argv[1]), {"fsync": "off", "shared_buffers": "32MB"})
embedded.ensure()
embedded.stop()
info = embedded.ensure()
with psycopg.connect(info.superuser_url.replace("+psycopg", ""), autocommit=True) as connection:
    data = Path(connection.execute("show data_directory").fetchone()[0])
    connection.execute("create table if not exists kept as select 7 as id")
process = int((data / "postmaster.pid").read_text().split()[0])
os.kill(process, signal.SIGKILL)
until = time.monotonic() + 60
while embedded.running() and time.monotonic() < until:
    time.sleep(0.1)
time.sleep(0.3)
with psycopg.connect(embedded.ensure().superuser_url.replace("+psycopg", ""), autocommit=True) as connection:
    kept = connection.execute("select id from kept").fetchone()[0]
way = json.loads((embedded.folder / "server.json").read_text())["footing"]["way"]
modes = [oct(folder.stat().st_mode & 0o777) for folder in (data, data.parent, data.parents[1])]
print(json.dumps({"way": way, "data": str(data), "owner": data.stat().st_uid, "modes": modes, "kept": kept}))
"""
REMOVE_AND_LIVE_AGAIN = "\nimport shutil\nshutil.rmtree(sys.argv[1])\n" + LIVE
DESTROY = "\nembedded.destroy()\n"
WITHOUT_NAMESPACES = """
import ctypes, os, sys
libc, (ready, tell), (go, let) = ctypes.CDLL(None), os.pipe(), os.pipe()
child = os.fork()
if child == 0:
    if libc.unshare(0x10000000) != 0:
        os._exit(99)
    os.write(tell, b"x"), os.read(go, 1)
    os.setgid(0), os.setuid(0)
    with open("/proc/sys/user/max_user_namespaces", "w") as limit:
        limit.write("0")
    os.execv(sys.argv[1], sys.argv[1:])
os.close(tell)
if os.read(ready, 1):
    for kind in ("uid", "gid"):
        with open(f"/proc/{child}/{kind}_map", "w") as ids:
            ids.write("0 0 65536")
    os.write(let, b"x")
sys.exit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
"""


def run(command: list[str], **options: Any) -> dict[str, Any]:
    """Run a program of ours and return the last that it said, as data."""
    done = subprocess.run(command, cwd="/", capture_output=True, text=True, timeout=180, check=False, **options)
    assert done.returncode == 0, done.stderr
    said: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return said


def modes(folder: Path) -> list[tuple[str, int, int]]:
    """The modes and owners of a folder and of all that it lies in."""
    steps = [folder, *folder.parents]
    return [(str(step), step.stat().st_mode, step.stat().st_uid) for step in steps]


def our_environment(**more: str) -> dict[str, str]:
    return {"PYTHONPATH": str(PROJECT), "PATH": os.environ["PATH"], **more}


@pytest.fixture
def closed(tmp_path: Path) -> Path:
    """A project's folder that only its owner may enter."""
    folder = tmp_path / "project"
    folder.mkdir(mode=0o700)
    return folder


@pytest.fixture
def opened() -> Iterator[Path]:
    """A folder of another user's, in a place that everybody may enter."""
    folder = Path(tempfile.mkdtemp(prefix="amanah-of-nobody-", dir="/tmp"))
    os.chown(folder, NOBODY, NOBODY)
    yield folder
    EmbeddedServer(folder / "home").destroy()
    shutil.rmtree(folder)


def anyones_python(environment: dict[str, str]) -> str:
    """An interpreter that every user may run with our packages, or skip."""
    for python in (sys.executable, f"/usr/bin/python3.{sys.version_info.minor}"):
        asked = [python, "-c", "import psycopg, sqlalchemy, include.errors"]
        try:
            if subprocess.run(asked, cwd="/", env=environment, user=NOBODY, capture_output=True).returncode == 0:
                return python
        except OSError:
            continue
    pytest.skip("no interpreter and packages that another user may read")


@needs_root
def test_root_keeps_its_data_in_a_closed_project_and_opens_nothing(closed: Path) -> None:
    before = modes(closed)
    said = run([sys.executable, "-c", LIVE + DESTROY, str(closed / "home")], env=our_environment())
    if said["way"] != "namespace":
        pytest.skip("root may not make user namespaces here")
    assert said["data"].startswith(str(closed))
    assert (said["owner"], said["modes"][:2], said["kept"]) == (0, ["0o700", "0o700"], 7)
    assert modes(closed) == before


@needs_root
def test_root_without_namespaces_keeps_its_data_where_its_servers_user_may_be(closed: Path) -> None:
    package = list(candidates())[-1].parents[1]
    for folder in (package, package.with_name(f"{package.name}.libs")):
        if folder.is_dir():
            shutil.copytree(folder, closed / folder.name, symlinks=True, ignore=shutil.ignore_patterns("include"))
    environment = our_environment(AMANAH_PG_BIN=str(closed / package.name / "pginstall" / "bin"))
    confined = [sys.executable, "-c", WITHOUT_NAMESPACES, sys.executable, "-c"]
    before = modes(closed)
    said = run([*confined, LIVE + REMOVE_AND_LIVE_AGAIN + DESTROY, str(closed / "home")], env=environment)
    assert (said["way"], said["modes"], said["kept"]) == ("user", ["0o700", "0o700", "0o711"], 7)
    assert said["owner"] != 0
    assert modes(closed) == before
    assert not Path(said["data"]).parents[1].exists()


@needs_root
def test_an_ordinary_user_runs_its_own_server_and_root_can_care_for_it(opened: Path) -> None:
    packages = sysconfig.get_path("purelib")
    project = opened / "project"
    shutil.copytree(PROJECT / "include", project / "include", ignore=shutil.ignore_patterns("__pycache__"))
    environment = {"PYTHONPATH": f"{project}:{packages}", "PATH": os.environ["PATH"], "PYTHONDONTWRITEBYTECODE": "1"}
    python = anyones_python(environment)
    nobody: dict[str, Any] = {"env": environment, "user": NOBODY, "group": NOBODY, "extra_groups": []}
    said = run([python, "-c", LIVE, str(opened / "home")], **nobody)
    assert (said["way"], said["owner"], said["modes"][0], said["kept"]) == ("self", NOBODY, "0o700", 7)
    embedded = EmbeddedServer(opened / "home", QUICK)
    embedded.stop()
    info = embedded.ensure()
    assert {path.stat().st_uid for path in [embedded.folder, *embedded.folder.iterdir()]} == {NOBODY}
    embedded.stop()
    assert run([python, "-c", LIVE, str(opened / "home")], **nobody)["kept"] == 7
    assert embedded.ensure().passwords == info.passwords


@needs_root
def test_a_server_of_roots_is_closed_to_an_ordinary_user_with_a_clear_error(opened: Path) -> None:
    environment = {"PYTHONPATH": f"{PROJECT}:{sysconfig.get_path('purelib')}", "PATH": os.environ["PATH"]}
    python = anyones_python(environment)
    os.chown(opened, 0, 0)
    opened.chmod(0o755)
    EmbeddedServer(opened / "home", QUICK).ensure()
    done = subprocess.run(
        [python, "-c", LIVE, str(opened / "home")],
        cwd="/",
        env=environment,
        user=NOBODY,
        capture_output=True,
        text=True,
        check=False,
    )
    assert "NeverRetry" in done.stderr
    assert "run as its owner" in done.stderr
