"""How the demo's Airflow is set up: all of it in the environment, its secrets made once and kept in a closed folder."""

from __future__ import annotations

import json
import os
import secrets
import socket
from base64 import urlsafe_b64encode
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from include.store import airflow_url, private_folder
from include.store.home import read_private, write_private

__all__ = ["COMPONENTS", "ROLES", "AirflowPlace", "airflow_place", "free_port"]

PROJECT = Path(__file__).resolve().parents[3]

COMPONENTS: dict[str, tuple[str, ...]] = {
    "api-server": ("airflow", "api-server"),
    "scheduler": ("include.workflow.warm_start", "scheduler", "--skip-serve-logs"),
    "dag-processor": ("airflow", "dag-processor"),
    "triggerer": ("airflow", "triggerer", "--skip-serve-logs"),
}
"""Airflow's processes, as Python modules. They share a folder: none has to serve its logs over the network."""

ROLES = {"admin": "admin", "dpo": "op", "engineer": "user", "auditor": "viewer"}


@dataclass(frozen=True, slots=True)
class AirflowPlace:
    """Where the demo's Airflow lives, and how its processes are told of it."""

    home: Path
    port: int
    environment: Mapping[str, str] = field(repr=False)
    passwords: Mapping[str, str] = field(repr=False)

    @property
    def url(self) -> str:
        """The address of the UI and of the REST API."""
        return f"http://localhost:{self.port}"

    @property
    def logs(self) -> Path:
        """Where each task's log lies."""
        return self.home / "logs"

    @property
    def password_file(self) -> Path:
        """Who may log in, in plain text, readable by its owner only."""
        return self.home / "passwords.json"


def airflow_place(extra: Mapping[str, str], *, port: int = 8080, dags: Path = PROJECT / "dags") -> AirflowPlace:
    """Take the port or a free one, make or read the secrets, and say what every Airflow process has in its environment.

    `extra` is added: where Amanah's own mail goes, its folders. Settings of an Airflow elsewhere don't leak in.
    """
    home = private_folder("airflow")
    private_folder("airflow", "logs")
    port = free_port(port)
    kept = _secrets(home / "secrets.json")
    passwords = {user: kept[f"password of {user}"] for user in ROLES}
    write_private(home / "passwords.json", json.dumps(passwords, indent=1))
    own = {name: value for name, value in os.environ.items() if not name.startswith("AIRFLOW")}
    python_path = os.pathsep.join(filter(None, (str(PROJECT), own.get("PYTHONPATH", ""))))
    environment = {
        **own,
        "PYTHONPATH": python_path,
        "PYTHONUNBUFFERED": "1",
        "NO_PROXY": "localhost,127.0.0.1",
        "no_proxy": "localhost,127.0.0.1",
        "GX_ANALYTICS_ENABLED": "false",
        "AIRFLOW_HOME": str(home),
        **_named(_settings(home, dags, port, kept)),
        **extra,
    }
    return AirflowPlace(home, port, environment, passwords)


def _named(settings: Mapping[str, Mapping[str, str]]) -> dict[str, str]:
    return {
        f"AIRFLOW__{section}__{name}".upper(): value
        for section, values in settings.items()
        for name, value in values.items()
    }


def _settings(home: Path, dags: Path, port: int, kept: Mapping[str, str]) -> dict[str, dict[str, str]]:
    return {
        "core": {
            "dags_folder": str(dags),
            "plugins_folder": str(PROJECT / "plugins"),
            "load_examples": "False",
            "executor": "LocalExecutor",
            "parallelism": "4",
            "fernet_key": kept["fernet_key"],
            "execution_api_server_url": f"http://127.0.0.1:{port}/execution/",
            "simple_auth_manager_users": ",".join(f"{user}:{role}" for user, role in ROLES.items()),
            "simple_auth_manager_passwords_file": str(home / "passwords.json"),
        },
        "database": {"sql_alchemy_conn": airflow_url()},
        "api": {
            "host": "127.0.0.1",
            "port": str(port),
            "base_url": f"http://localhost:{port}",
            "secret_key": kept["secret_key"],
            "instance_name": "Amanah",
        },
        "api_auth": {"jwt_secret": kept["jwt_secret"]},
        "workers": {"execution_api_timeout": "60"},  # a busy machine may take longer than the 5 seconds of the default
        "dag_processor": {"refresh_interval": "15"},
        "logging": {
            "base_log_folder": str(home / "logs"),
            "file_task_handler_new_folder_permissions": "0o700",
            "file_task_handler_new_file_permissions": "0o600",
        },
    }


def _secrets(file: Path) -> dict[str, str]:
    """Make what only this installation knows at the first call, and read it at every later one."""
    made = {
        "fernet_key": urlsafe_b64encode(secrets.token_bytes(32)).decode(),
        "jwt_secret": secrets.token_urlsafe(64),
        "secret_key": secrets.token_urlsafe(32),
        **{f"password of {user}": secrets.token_urlsafe(12) for user in ROLES},
    }
    known: dict[str, str] = json.loads(read_private(file) or "{}")
    complete = {**made, **known}
    if complete != known:
        write_private(file, json.dumps(complete))
    return complete


def free_port(wanted: int) -> int:
    """Return the wanted port, or any other where somebody has it."""
    for port in (wanted, 0):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return int(probe.getsockname()[1])
    raise AssertionError
