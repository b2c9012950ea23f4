"""What every test may ask for: a real server, a fresh migrated database, the real directories."""

from __future__ import annotations

import atexit
import os
import secrets
import shutil
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from administering import administrator
from beginnings import Beginnings, clone
from psycopg import sql

from include.errors import MayBeRetried
from include.store import EmbeddedServer, migrate
from include.store.engine import dispose
from include.store.server import ServerInfo

if TYPE_CHECKING:
    from builders import Held
    from dying import Processes

KEPT = {"AMANAH_TEST_DATA", "AMANAH_PG_BIN"}
ROOT = Path(__file__).resolve().parent.parent

# Airflow reads its settings when it is first imported, and makes a folder in the user's home without them.
AIRFLOW_HOME = Path(tempfile.mkdtemp(prefix="amanah-airflow-"))
atexit.register(shutil.rmtree, AIRFLOW_HOME, ignore_errors=True)
os.environ.update(
    AIRFLOW_HOME=str(AIRFLOW_HOME),
    AIRFLOW__CORE__DAGS_FOLDER=str(ROOT / "dags"),
    AIRFLOW__CORE__PLUGINS_FOLDER=str(ROOT / "plugins"),
    AIRFLOW__CORE__LOAD_EXAMPLES="False",
    AIRFLOW__CORE__UNIT_TEST_MODE="True",
    AIRFLOW__DATABASE__SQL_ALCHEMY_CONN=f"sqlite:///{AIRFLOW_HOME}/airflow.db",
)


def pytest_configure() -> None:
    """Stop at once where two test files have one name: whichever is collected second would be left out."""
    named = Counter(file.name for file in (ROOT / "tests").rglob("test_*.py"))
    if twice := [name for name, files in named.items() if files > 1]:
        raise pytest.UsageError(f"two test files are called {', '.join(sorted(twice))}; rename one")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Spread the files of journeys among the others, so that none is left to the end and few run side by side."""
    files: dict[Path, list[pytest.Item]] = {}
    for item in items:
        files.setdefault(item.path, []).append(item)
    long = {path for path, held in files.items() if any(item.get_closest_marker("journey") for item in held)}
    rest = sorted((path for path in files if path not in long), key=lambda path: -len(files[path]))
    step = 0.7 * len(rest) / max(len(long), 1)
    places = {path: place for place, path in enumerate(rest)} | {path: n * step for n, path in enumerate(sorted(long))}
    items.sort(key=lambda item: places[item.path])


@pytest.fixture(autouse=True)
def _clean_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let no setting of the developer's shell reach a test."""
    for name in [name for name in os.environ if name.startswith("AMANAH_") and name not in KEPT]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("TZ", "UTC")


@pytest.fixture(scope="session")
def ground(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A folder for servers: in memory where there is room, for there a database is cloned ten times as fast.

    It bears the number of its process: what a killed session left behind goes when the next one begins.
    """
    memory = Path("/dev/shm")
    if not os.access(memory, os.W_OK) or shutil.disk_usage(memory).free < 2_000_000_000:
        yield tmp_path_factory.mktemp("servers")
        return
    for left in memory.glob(f"amanah-test-{os.getuid()}-*"):
        process = left.name.rpartition("-")[2]
        if process == str(os.getpid()) or not Path("/proc", process).exists():
            with suppress(OSError, MayBeRetried):  # another session may be doing the same
                for home in left.iterdir():
                    EmbeddedServer(home).destroy()
            shutil.rmtree(left, ignore_errors=True)
    folder = memory / f"amanah-test-{os.getuid()}-{os.getpid()}"
    folder.mkdir(mode=0o700)
    yield folder
    shutil.rmtree(folder)


@pytest.fixture(scope="session")
def server(ground: Path) -> Iterator[ServerInfo]:
    """One embedded server for the session (each worker has its own), with a migrated database to clone from."""
    settings = {"fsync": "off", "full_page_writes": "off", "shared_buffers": "64MB", "max_wal_size": "256MB"}
    embedded = EmbeddedServer(ground / "server", settings)
    info = embedded.ensure()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AMANAH_DATABASE_URL", info.database_url)
        patch.setenv("AMANAH_OWNER_DATABASE_URL", info.owner_url)
        for name in ("portal", "api"):
            patch.setenv(f"AMANAH_{name.upper()}_DATABASE_URL", info.url(f"amanah_{name}_login", "amanah"))
        migrate()
    yield info
    embedded.destroy()


@pytest.fixture
def database(server: ServerInfo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """A fresh migrated database with its own home and key; yields the address that every process logs in with."""
    name = f"test_{secrets.token_hex(6)}"
    monkeypatch.setenv("AMANAH_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("AMANAH_KEY", f"dev:{secrets.token_hex(32)}")
    monkeypatch.setenv("AMANAH_DATABASE_URL", server.url("amanah_app", name))
    monkeypatch.setenv("AMANAH_OWNER_DATABASE_URL", server.url("amanah_owner", name))
    clone(server, name)
    with administrator(server) as connection:
        yield server.url("amanah_app", name)
        dispose()
        connection.execute(sql.SQL("drop database {} with (force)").format(sql.Identifier(name)))


@pytest.fixture(scope="session")
def beginnings(server: ServerInfo, ground: Path) -> Beginnings:
    """What tests share that begin alike."""
    (ground / "beginnings").mkdir()
    return Beginnings(server, ground / "beginnings")


@pytest.fixture
def begins(beginnings: Beginnings, database: str, tmp_path: Path) -> Callable[[Callable[[], Any], str], Any]:
    """Build once for all tests that begin alike, and copy for the others: `begins(build, "three people")`."""
    del database
    return lambda build, name: beginnings.begin(build, name, tmp_path)


@pytest.fixture(scope="session")
def processes() -> Iterator[Processes]:
    """Processes that can be killed: forked from one that has loaded everything."""
    from dying import Processes

    with closing(Processes()) as started:
        yield started


@pytest.fixture(scope="session")
def mariadb(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A MariaDB server for the session; yields the address of it. Skipped, visibly, where the machine has none."""
    from mariadb_server import running, why_not

    if missing := why_not():
        pytest.skip(missing)
    with running(tmp_path_factory.mktemp("mariadb")) as address:
        yield address


@pytest.fixture(params=["sqlite", "postgresql", "mariadb"])
def any_database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """An empty database of each kind that a company may have; yields its address."""
    from mariadb_server import new_database

    match request.param:
        case "sqlite":
            yield f"sqlite:///{tmp_path / 'company.db'}"
        case "postgresql":
            yield request.getfixturevalue("other_database")
        case _:
            with new_database(request.getfixturevalue("mariadb")) as address:
                yield address


@pytest.fixture
def other_database(server: ServerInfo) -> Iterator[str]:
    """An empty database that is none of ours, as a company's system of record is one; yields its address."""
    name = f"other_{secrets.token_hex(6)}"
    with administrator(server) as connection:
        connection.execute(sql.SQL("create database {} template template0").format(sql.Identifier(name)))
        yield server.superuser_url.rpartition("/")[0] + f"/{name}"
        connection.execute(sql.SQL("drop database {} with (force)").format(sql.Identifier(name)))


@pytest.fixture
def source(database: str, tmp_path: Path) -> Callable[..., Held]:
    """Make small sources that deliver into a fresh database: `source(key="other", delivery="incremental")`."""
    from builders import Held, terms  # here: most tests ask for less than the whole way in

    del database

    def make(**changes: Any) -> Held:
        return Held(tmp_path, terms(**changes))

    return make


@pytest.fixture(scope="session")
def test_data() -> Path:
    """The folder of real directories that AMANAH_TEST_DATA names; without it the test is skipped, visibly."""
    named = os.environ.get("AMANAH_TEST_DATA")
    if not named or not Path(named).is_dir():
        pytest.skip("AMANAH_TEST_DATA names no folder of real directories")
    return Path(named)
