"""The files that run the project elsewhere say what they have to, and name nothing that is not there."""

from __future__ import annotations

import ast
import importlib.util
import os
import re
import shlex
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer
from composed import FILE, GIVEN, composed, refusal

ROOT = FILE.parent
AIRFLOW = ("api-server", "scheduler", "dag-processor", "triggerer", "worker")
OURS = ("portal", "api", "mailcatcher")
LASTING = (*AIRFLOW, *OURS, "postgres", "redis")
HOME = "/opt/airflow"
SECRET = re.compile(r"PASSWORD|SECRET|_KEY$|BROKER_URL|SQL_ALCHEMY_CONN|RESULT_BACKEND|DATABASE_URL")


@pytest.fixture(scope="module")
def services() -> dict[str, Any]:
    """Return the services as Compose reads them, each setting given."""
    found: dict[str, Any] = composed()["services"]
    return found


def test_compose_reads_the_file_and_finds_every_part(services: dict[str, Any]) -> None:
    assert set(services) == {"init", *LASTING}
    assert services["mailcatcher"]["profiles"] == ["mail"]
    assert not [name for name in services if name != "mailcatcher" and services[name].get("profiles")]


@pytest.mark.parametrize("value", [None, ""], ids=["missing", "empty"])
@pytest.mark.parametrize("name", sorted(GIVEN))
def test_it_does_not_start_without_a_setting_and_says_which(name: str, value: str | None) -> None:
    given = {key: told for key, told in GIVEN.items() if key != name} | ({} if value is None else {name: value})
    said = refusal(given)
    assert f"required variable {name} is missing a value: " in said
    assert [other for other in GIVEN if other != name and f"required variable {other} is missing" in said] == []


def test_every_password_and_key_is_one_that_was_given(services: dict[str, Any]) -> None:
    secret = {
        (service, name): value
        for service, read in services.items()
        for name, value in read.get("environment", {}).items()
        if SECRET.search(name)
    }
    assert len(secret) > 60
    assert [at for at, value in secret.items() if value and "given_" not in value] == [], "or none, where it may lack"
    arguments = " ".join(str(read.get(part)) for read in services.values() for part in ("command", "healthcheck"))
    assert "given_" not in arguments, "arguments can be read by whoever lists processes"


def test_only_the_preparation_knows_the_logins_of_administrator_and_owner(services: dict[str, Any]) -> None:
    told = ("POSTGRES_PASSWORD", "AMANAH_OWNER", "ADMIN_PASSWORD", "ENGINEER_PASSWORD", "OFFICER_PASSWORD")
    for name in (*AIRFLOW, *OURS):
        assert not [key for key in services[name]["environment"] if key.startswith(told)]


@pytest.mark.parametrize(("name", "login"), [("portal", "amanah_portal_login"), ("api", "amanah_api_login")])
def test_what_strangers_speak_to_knows_one_login_which_takes_on_one_role(
    services: dict[str, Any], name: str, login: str
) -> None:
    environment = services[name]["environment"]
    addresses = {key: value for key, value in environment.items() if key.endswith("DATABASE_URL")}
    setting = f"AMANAH_{name.upper()}_DATABASE_URL"
    assert set(addresses) == {setting}
    assert addresses[setting].startswith(f"postgresql://{login}:given_AMANAH_{name.upper()}_PASSWORD@")
    assert services["init"]["environment"][setting] == addresses[setting], "the preparation lets it in"


def test_the_portal_believes_its_proxy_and_nobody_else_about_who_visits(services: dict[str, Any]) -> None:
    assert services["portal"]["environment"]["FORWARDED_ALLOW_IPS"] == "given_PORTAL_PROXY"
    assert [
        name for name in services if name != "portal" and "FORWARDED_ALLOW_IPS" in services[name]["environment"]
    ] == []
    assert "`PORTAL_PROXY`" in (ROOT / "README.md").read_text("utf-8")


@pytest.mark.parametrize("name", LASTING)
def test_what_lasts_is_watched_has_no_rights_and_is_not_root(services: dict[str, Any], name: str) -> None:
    service = services[name]
    assert service["healthcheck"]["test"][0] in ("CMD", "CMD-SHELL")
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert not service.get("privileged")
    assert service["user"] in ("50000:0", "postgres", "redis")


@pytest.mark.parametrize("name", AIRFLOW)
def test_a_part_of_airflow_waits_for_the_preparation_and_sees_what_is_shared(
    services: dict[str, Any], name: str
) -> None:
    service = services[name]
    assert service["depends_on"]["init"]["condition"] == "service_completed_successfully"
    mounts = {mount["target"]: mount for mount in service["volumes"]}
    environment = service["environment"]
    assert mounts[environment["AMANAH_HOME"]]["type"] == "volume"
    assert mounts[f"{environment['AIRFLOW_HOME']}/logs"]["type"] == "volume"
    assert mounts[environment["AMANAH_INBOX"]]["source"] == GIVEN["AMANAH_INBOX"]
    assert mounts["/etc/amanah"]["source"] == GIVEN["AMANAH_CONFIG"]
    assert all(environment[at].startswith("/etc/amanah/") for at in ("AMANAH_CONTROLLER", "AMANAH_SOURCES"))
    assert all(mount["read_only"] for mount in mounts.values() if mount["type"] == "bind")


def test_every_volume_is_named_and_used(services: dict[str, Any]) -> None:
    used = {mount["source"] for read in services.values() for mount in read["volumes"] if mount["type"] == "volume"}
    assert used == set(composed()["volumes"]) == {"database", "queue", "home", "packages", "seals", "logs", "mail"}


def test_the_image_is_airflows_own_of_the_version_that_is_pinned(services: dict[str, Any]) -> None:
    recipe = services["init"]["build"]["dockerfile_inline"]
    pinned = re.search(r"^apache-airflow==(\S+)", (ROOT / "requirements.txt").read_text("utf-8"), re.M)
    assert pinned
    assert f"FROM apache/airflow:{pinned[1]}-python3.12\n" in recipe
    assert re.findall(r"^USER (\S+)", recipe, re.M)[-1] == "airflow"
    assert {services[name]["image"] for name in (*AIRFLOW, *OURS, "init")} == {"amanah:local"}


def test_what_the_image_holds_is_in_the_repository_and_stands_where_airflow_looks(services: dict[str, Any]) -> None:
    recipe = services["init"]["build"]["dockerfile_inline"]
    copied = dict(re.findall(r"^COPY --chown=airflow:root (\S+) (\S+)", recipe, re.M))
    assert copied == {name: f"{HOME}/{name}" for name in ("include", "dags", "plugins", "requirements.txt")}
    assert all((ROOT / name).exists() for name in copied)
    for name in (*AIRFLOW, "init"):
        environment = services[name]["environment"]
        assert environment["PYTHONPATH"] == environment["AIRFLOW_HOME"] == HOME
        assert environment["AIRFLOW__CORE__DAGS_FOLDER"] == copied["dags"]
        assert environment["AIRFLOW__CORE__PLUGINS_FOLDER"] == copied["plugins"]
    assert f"install -d -o airflow -g root -m 0700 {services['worker']['environment']['AMANAH_HOME']}" in recipe


def test_every_setting_of_airflow_is_one_that_airflow_has(services: dict[str, Any]) -> None:
    from airflow.configuration import conf

    known = {
        f"AIRFLOW__{section}__{option}".upper()
        for section, described in conf.configuration_description.items()
        for option in described["options"]
    }
    used = {name for read in services.values() for name in read.get("environment", {}) if name.startswith("AIRFLOW__")}
    assert len(used) > 15
    assert used - known == set()


def test_every_setting_of_ours_is_one_that_the_code_reads(services: dict[str, Any]) -> None:
    code = "\n".join(file.read_text("utf-8") for file in (ROOT / "include").rglob("*.py"))
    used = {name for read in services.values() for name in read.get("environment", {}) if name.startswith("AMANAH_")}
    own = {f"AMANAH_{login}_PASSWORD" for login in ("APP", "PORTAL", "API", "OWNER")}  # the preparation's few lines
    assert {name for name in used - own if f'"{name}"' not in code} == set()


def test_every_setting_that_the_readme_names_reaches_the_tasks(services: dict[str, Any]) -> None:
    rows = re.findall(r"^\| (`AMANAH_.*?) \|", (ROOT / "README.md").read_text("utf-8"), re.M)
    named = set(re.findall(r"`(AMANAH_\w+)`", " ".join(rows)))
    assert len(named) > 20
    owner = {f"AMANAH_{login}_DATABASE_URL" for login in ("OWNER", "PORTAL", "API")}
    assert named - owner - services["worker"]["environment"].keys() == set()
    assert owner <= services["init"]["environment"].keys()


def test_a_setting_that_may_lack_reaches_every_part_that_reads_it() -> None:
    fixed = {"AMANAH_HOME", "AMANAH_CONTROLLER", "AMANAH_SOURCES", "AMANAH_DATABASE_URL", "AMANAH_SEALS"}
    may_lack = {name for name in composed()["services"]["worker"]["environment"] if name.startswith("AMANAH_")}
    given = {name: f"told_{name}" for name in may_lack - fixed - GIVEN.keys()}
    services = composed({**GIVEN, **given, "AMANAH_SEALS": "/given/AMANAH_SEALS"})["services"]
    for name in AIRFLOW:
        assert {key: services[name]["environment"][key] for key in given} == given
        mounts = {mount["target"]: mount["source"] for mount in services[name]["volumes"]}
        assert mounts[str(Path(services[name]["environment"]["AMANAH_SEALS"]).parent)] == "/given/AMANAH_SEALS"
    for name in ("portal", "api"):
        assert services[name]["environment"]["AMANAH_EDITIONS"] == given["AMANAH_EDITIONS"]
        told = services[name]["environment"]
        assert (told["AMANAH_SMS_URL"], told["AMANAH_WHATSAPP_URL"]) == ("set", "set"), "that there is one, no more"


@pytest.mark.parametrize("wrong", ["portal --prot 1", "api --port many", "gate", "api --host 0.0.0.0 --loud"])
def test_an_option_that_a_command_has_not_is_found(wrong: str) -> None:
    with pytest.raises(Exception, match=r"No such option|valid integer|gate"):
        _require_command(["python", "-m", "include", *wrong.split()])


def test_every_command_is_one_that_airflow_or_the_project_has(services: dict[str, Any]) -> None:
    lines = [shlex.join(services[name]["command"]) for name in (*AIRFLOW, *OURS)]
    script = services["init"]["command"][-1]
    lines += [line for line in re.sub(r"python - <<'PYTHON'.*?\nPYTHON\n", "", script, flags=re.S).splitlines() if line]
    for name in LASTING:
        kind, *test = services[name]["healthcheck"]["test"]
        lines.append(test[0].replace('"$$(hostname)"', "here") if kind == "CMD-SHELL" else shlex.join(test))
    strangers = ("pg_isready", "REDISCLI_AUTH", "celery --app airflow.providers.celery.executors.celery_executor.app ")
    checked = [line for line in lines if not line.startswith(strangers)]
    assert len(checked) == len(lines) - 3
    for line in checked:
        _require_command(shlex.split(line))


def _require_command(words: list[str]) -> None:
    if words[:2] == ["python", "-c"]:
        ast.parse(words[2])
        return
    if words[:2] == ["python", "-m"]:
        assert importlib.util.find_spec(words[2]), words
        if words[2] == "include":
            from include.commands.app import app

            commands = typer.main.get_command(app).commands  # type: ignore[attr-defined]
            commands[words[3]].make_context(words[3], words[4:])
        if words[2] == "include.channels.catcher":
            from include.channels.catcher import arguments

            arguments().parse_args(words[3:])
        if words[2] != "include.workflow.warm_start":
            return
        words = ["airflow", *words[3:]]
    from airflow.cli.cli_parser import get_parser

    assert words[0] == "airflow", words
    assert get_parser().parse_args(words[1:]).func


def test_the_preparation_calls_what_the_store_has(services: dict[str, Any]) -> None:
    script = services["init"]["command"][-1]
    prepared = script.partition("<<'PYTHON'\n")[2].partition("\nPYTHON\n")[0]
    tree = ast.parse(prepared)
    for imported in (node for node in tree.body if isinstance(node, ast.ImportFrom) and node.module):
        module = importlib.import_module(imported.module or "")
        assert [name.name for name in imported.names if not hasattr(module, name.name)] == []
    asked = set(re.findall(r'environ\[["\'](\w+)["\']\]', prepared)) | set(re.findall(r'"(\w+_PASSWORD)"', prepared))
    assert asked <= services["init"]["environment"].keys()


def test_the_first_passwords_are_those_that_the_preparation_asks_for(services: dict[str, Any]) -> None:
    from include.workflow.people import PEOPLE

    assert {person.setting for person in PEOPLE} <= services["init"]["environment"].keys() & GIVEN.keys()


def test_celerys_app_is_where_the_health_check_looks_for_it(services: dict[str, Any]) -> None:
    named = re.search(r"--app (\S+)\.app ", services["worker"]["healthcheck"]["test"][1])
    assert named
    assert importlib.util.find_spec(named[1])


def test_every_port_is_the_one_that_is_listened_on(services: dict[str, Any]) -> None:
    from airflow.configuration import conf

    port = conf.getint("api", "port")
    assert [at["target"] for at in services["api-server"]["ports"]] == [port]
    assert {at["host_ip"] for at in services["api-server"]["ports"]} == {"127.0.0.1"}
    assert f"localhost:{port}/api/v2/monitor/health" in services["api-server"]["healthcheck"]["test"][-1]
    environment = services["worker"]["environment"]
    assert environment["AIRFLOW__CORE__EXECUTION_API_SERVER_URL"] == f"http://api-server:{port}/execution/"
    assert environment["AIRFLOW__CELERY__BROKER_URL"].endswith("@redis:6379/0")
    assert [(at["target"], at["host_ip"]) for at in services["portal"]["ports"]] == [(8081, "127.0.0.1")]
    assert services["portal"]["command"][-2:] == ["--port", "8081"]
    assert "localhost:8081/health" in services["portal"]["healthcheck"]["test"][-1]
    assert all("ports" not in services[name] for name in LASTING if name not in ("api-server", "portal", "api"))
    served = services["api"]["command"]
    assert [(at["host_ip"], str(at["target"])) for at in services["api"]["ports"]] == [
        ("127.0.0.1", served[served.index("--port") + 1])
    ]
    catcher = services["mailcatcher"]["command"]
    assert f"smtp://mailcatcher:{catcher[catcher.index('--port') + 1]}?" in FILE.read_text("utf-8")


@pytest.fixture
def redis(services: dict[str, Any], tmp_path: Path) -> Iterator[int]:
    """Start Redis by the file's own command, but for the port and the folder; yield the port."""
    if not shutil.which("redis-server"):
        pytest.skip("redis-server is not installed")
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    *shell, script = services["redis"]["command"]
    script = script.replace("$$", "$").replace("appendonly yes\n", f"appendonly yes\nport {port}\ndir {tmp_path}\n")
    environment = {"PATH": os.environ["PATH"], "REDIS_PASSWORD": "given"}
    with (tmp_path / "log").open("wb") as log:
        process = subprocess.Popen([*shell, script], env=environment, stdout=log, stderr=log)
    try:
        end = time.monotonic() + 60
        while "Ready to accept connections" not in (tmp_path / "log").read_text():
            assert process.poll() is None, (tmp_path / "log").read_text()
            assert time.monotonic() < end
            time.sleep(0.1)
        yield port
    finally:
        process.terminate()
        process.wait(30)


def test_the_queue_lets_nobody_in_without_the_password(services: dict[str, Any], redis: int) -> None:
    ping = services["redis"]["healthcheck"]["test"][1].replace("$$", "$").replace("redis-cli", f"redis-cli -p {redis}")
    for password, code in (("given", 0), ("wrong", 1)):
        environment = {"PATH": os.environ["PATH"], "REDIS_PASSWORD": password}
        assert subprocess.run(["sh", "-c", ping], env=environment, capture_output=True).returncode == code


def test_a_name_with_extras_is_pinned_without_them_too() -> None:
    lines = (ROOT / "requirements.txt").read_text("utf-8").splitlines()
    names = [line.split("==")[0] for line in lines if re.match(r"[A-Za-z0-9]", line)]
    extras = [name.partition("[")[0] for name in names if "[" in name]
    assert extras
    assert [name for name in extras if name not in names] == []
    assert not [line for line in lines if "://" in line], "no address of a package index"


def test_the_api_knows_no_secret_but_the_keys_of_the_hashes_and_sees_no_file_of_ours(services: dict[str, Any]) -> None:
    told = set(services["api"]["environment"])
    keys = {"AMANAH_KEY", "AMANAH_SUPPRESSION_KEYS"}
    reached = {"AMANAH_HOME", "AMANAH_API_DATABASE_URL", "AMANAH_CONTROLLER", "AMANAH_EDITIONS"}
    carried = {"AMANAH_SMS_URL", "AMANAH_WHATSAPP_URL"}  # that there is a carrier, and nothing of it
    assert told == {"PYTHONPATH"} | reached | keys | carried
    assert [mount["target"] for mount in services["api"]["volumes"]] == ["/etc/amanah"]
    assert all(mount["read_only"] for mount in services["api"]["volumes"])
