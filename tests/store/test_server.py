"""The embedded server is made once, found by everybody, closed to others, and survives what kills it."""

from __future__ import annotations

import ctypes
import json
import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from include.errors import NeverRetry
from include.store import EmbeddedServer
from include.store.binaries import candidates, find_binaries
from include.store.server import ServerInfo

QUICK = {"fsync": "off", "shared_buffers": "32MB"}
ENSURE = """
import sys
from pathlib import Path
from include.store import EmbeddedServer
print(EmbeddedServer(Path(sys.argv[1]), {"fsync": "off", "shared_buffers": "32MB"}).ensure().port, flush=True)
"""
SUBREAPER = 36


@pytest.fixture(scope="module")
def shared(ground: Path) -> Iterator[EmbeddedServer]:
    """A server that holds one row, for tests after which it is whole again."""
    made = EmbeddedServer(ground / "shared", QUICK)
    keep_a_row(made.ensure())
    yield made
    made.destroy()


@pytest.fixture
def fresh(ground: Path) -> Iterator[EmbeddedServer]:
    """A server of one's own, not yet made."""
    made = EmbeddedServer(ground / secrets.token_hex(4), QUICK)
    yield made
    made.destroy()


def connect(info: ServerInfo) -> psycopg.Connection:
    return psycopg.connect(info.superuser_url.replace("+psycopg", ""), autocommit=True)


def pidfile(info: ServerInfo) -> Path:
    with connect(info) as connection:
        data = connection.execute("show data_directory").fetchone()
    assert data
    return Path(data[0], "postmaster.pid")


def postmaster(info: ServerInfo) -> int:
    return int(pidfile(info).read_text().split()[0])


def kill(process: int) -> None:
    os.kill(process, signal.SIGKILL)
    while (file := Path(f"/proc/{process}/stat")).exists() and file.read_text().rpartition(")")[2].split()[0] != "Z":
        time.sleep(0.01)


def keep_a_row(info: ServerInfo) -> None:
    with connect(info) as connection:
        connection.execute("create table kept (id int)")
        connection.execute("insert into kept values (7)")


def kept_row(info: ServerInfo) -> int:
    with connect(info) as connection:
        row = connection.execute("select id from kept").fetchone()
    assert row
    return int(row[0])


def test_a_server_is_made_at_first_need_and_found_after_that(fresh: EmbeddedServer) -> None:
    assert not fresh.running()
    first = fresh.ensure()
    assert fresh.running()
    before = postmaster(first)
    assert EmbeddedServer(fresh.folder.parent).ensure() == first
    assert postmaster(first) == before


def test_finding_it_again_costs_next_to_nothing(shared: EmbeddedServer) -> None:
    shared.ensure()
    begun = time.perf_counter()
    for _ in range(20):
        shared.ensure()
    assert (time.perf_counter() - begun) / 20 < 0.02


def test_nothing_under_its_folder_is_open_to_others(shared: EmbeddedServer) -> None:
    shared.ensure()
    assert shared.folder.stat().st_mode & 0o077 == 0
    for path in shared.folder.rglob("*"):
        assert path.is_socket() or path.stat().st_mode & 0o077 == 0, path


def test_no_login_is_let_in_without_its_password_and_none_is_shown(shared: EmbeddedServer) -> None:
    info = shared.ensure()
    for login, database in (("postgres", "postgres"), ("amanah_app", "amanah"), ("airflow", "airflow")):
        with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
            psycopg.connect(host="127.0.0.1", port=info.port, user=login, dbname=database, password="guessed")
    assert not any(password in repr(info) for password in info.passwords.values())


def test_it_is_durable_reads_arabic_and_listens_at_home_only(ground: Path) -> None:
    embedded = EmbeddedServer(ground / "durable")
    expected = {
        "fsync": "on",
        "synchronous_commit": "on",
        "full_page_writes": "on",
        "data_checksums": "on",
        "password_encryption": "scram-sha-256",
        "listen_addresses": "127.0.0.1",
        "server_encoding": "UTF8",
    }
    try:
        with connect(embedded.ensure()) as connection:
            found = {name: (connection.execute(f"show {name}").fetchone() or "?")[0] for name in expected}
            arabic = connection.execute("select 'القحطاني' ~ '^\\w+$', upper('é')").fetchone()
    finally:
        embedded.destroy()
    assert (found, arabic) == (expected, (True, "É"))


def test_a_killed_server_comes_back_with_all_that_was_committed(shared: EmbeddedServer) -> None:
    for _ in range(3):
        kill(postmaster(shared.ensure()))
        assert kept_row(shared.ensure()) == 7


@pytest.mark.skipif(sys.platform != "linux", reason="zombies are kept with prctl, which Linux has")
def test_a_killed_server_that_nobody_buries_does_not_stand_in_the_way(shared: EmbeddedServer) -> None:
    shared.stop()
    libc = ctypes.CDLL(None)
    libc.prctl(SUBREAPER, 1, 0, 0, 0)
    adopted = []
    try:
        adopted.append(postmaster(shared.ensure()))
        kill(adopted[0])
        assert Path(f"/proc/{adopted[0]}").exists()
        assert kept_row(shared.ensure()) == 7
        adopted.append(postmaster(shared.ensure()))
        shared.stop()
        assert not shared.running()
    finally:
        libc.prctl(SUBREAPER, 0, 0, 0, 0)
        for process in adopted:
            os.waitpid(process, 0)


def test_a_stranger_with_the_dead_servers_number_does_not_stand_in_the_way(shared: EmbeddedServer) -> None:
    file, dead = pidfile(shared.ensure()), postmaster(shared.ensure())
    kill(dead)
    file.write_text(file.read_text().replace(str(dead), str(os.getpid()), 1))
    assert kept_row(shared.ensure()) == 7


def test_a_stopped_server_starts_again_at_the_same_port(shared: EmbeddedServer) -> None:
    info = shared.ensure()
    shared.stop()
    assert not shared.running()
    shared.stop()
    assert shared.ensure() == info
    assert kept_row(info) == 7


def test_a_taken_port_is_exchanged_for_a_free_one(shared: EmbeddedServer) -> None:
    info = shared.ensure()
    shared.stop()
    with socket.create_server(("127.0.0.1", info.port)):
        moved = shared.ensure()
        assert moved.port != info.port
        assert kept_row(moved) == 7


def test_of_many_that_need_it_first_one_makes_it(fresh: EmbeddedServer) -> None:
    home = str(fresh.folder.parent)
    first = [subprocess.Popen([sys.executable, "-c", ENSURE, home], stdout=subprocess.PIPE) for _ in range(4)]
    ports = {process.communicate(timeout=120)[0] for process in first}
    assert ports == {f"{fresh.ensure().port}\n".encode()}


def test_it_outlives_who_started_it_and_holds_none_of_their_streams(shared: EmbeddedServer) -> None:
    shared.stop()
    code = ENSURE + "import os, signal; os.kill(os.getpid(), signal.SIGKILL)"
    done = subprocess.run(
        [sys.executable, "-c", code, str(shared.folder.parent)],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == -signal.SIGKILL
    assert shared.running()
    info = shared.ensure()
    assert info.port == int(done.stdout)
    assert os.getsid(postmaster(info)) == postmaster(info)  # no terminal's Ctrl-C reaches it


def test_a_making_that_was_killed_is_begun_again(fresh: EmbeddedServer) -> None:
    for after in (0.2, 0.5, 0.8, 1.1):
        maker = subprocess.Popen([sys.executable, "-c", ENSURE, str(fresh.folder.parent)], stdout=subprocess.DEVNULL)
        time.sleep(after)
        maker.kill()
        maker.wait()
    keep_a_row(fresh.ensure())


def test_a_path_too_long_for_a_socket_is_no_hindrance(ground: Path) -> None:
    embedded = EmbeddedServer(ground / ("a" * 100), QUICK)
    try:
        keep_a_row(embedded.ensure())
    finally:
        embedded.destroy()


def test_programs_of_the_system_and_of_the_packages_both_serve(ground: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for number, folder in enumerate({find_binaries().folder, list(candidates())[-1]}):
        monkeypatch.setenv("AMANAH_PG_BIN", str(folder))
        embedded = EmbeddedServer(ground / str(number), QUICK)
        try:
            keep_a_row(embedded.ensure())
            kill(postmaster(embedded.ensure()))
            assert kept_row(embedded.ensure()) == 7
        finally:
            embedded.destroy()


def test_data_that_is_gone_is_not_replaced_by_an_empty_server(shared: EmbeddedServer) -> None:
    data = Path(f"/proc/{postmaster(shared.ensure())}/cwd").resolve()
    shared.stop()
    away = data.rename(data.with_name("away"))
    with pytest.raises(NeverRetry, match="is gone: bring it back"):
        shared.ensure()
    away.rename(data)
    assert kept_row(shared.ensure()) == 7


def test_data_whose_passwords_are_gone_is_not_overwritten(shared: EmbeddedServer) -> None:
    shared.stop()
    record = shared.folder / "server.json"
    if json.loads(record.read_text())["footing"]["way"] == "user":
        pytest.skip("data that lies elsewhere goes with its installation")
    away = record.rename(record.with_name("away"))
    with pytest.raises(NeverRetry, match=r"server\.json"):
        shared.ensure()
    away.rename(record)
    assert kept_row(shared.ensure()) == 7


@pytest.mark.skipif(sys.platform != "linux", reason="orphans are found in /proc")
def test_a_removed_installation_is_made_anew_though_its_server_still_runs(fresh: EmbeddedServer) -> None:
    old = postmaster(fresh.ensure())
    shutil.rmtree(fresh.folder)
    keep_a_row(fresh.ensure())
    file = Path(f"/proc/{old}/cmdline")
    assert not file.exists() or str(fresh.folder) not in file.read_text()


def test_destroying_leaves_nothing(fresh: EmbeddedServer) -> None:
    fresh.ensure()
    fresh.destroy()
    assert list(fresh.folder.parent.iterdir()) == []
    assert not fresh.running()
    fresh.destroy()
