"""docker-compose.yaml as Docker Compose itself reads it. No engine is needed for that, and nothing is started."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

__all__ = ["FILE", "GIVEN", "composed", "refusal"]

FILE = Path(__file__).resolve().parents[1] / "docker-compose.yaml"


def _mandatory() -> list[str]:
    body = [line for line in FILE.read_text("utf-8").splitlines() if not line.lstrip().startswith("#")]
    return sorted(set(re.findall(r"(?<!\$)\$\{([A-Z_]+):\?", "\n".join(body))))


GIVEN = {
    name: f"/given/{name}" if name in ("AMANAH_CONFIG", "AMANAH_INBOX") else f"given_{name}" for name in _mandatory()
}
"""A value of its own for every setting that has to be given."""


def composed(given: Mapping[str, str] = GIVEN) -> dict[str, Any]:
    """Return what Compose makes of the file, every profile included."""
    done = _config(given)
    assert done.returncode == 0, done.stderr
    read: dict[str, Any] = json.loads(done.stdout)
    return read


def refusal(given: Mapping[str, str]) -> str:
    """Return what Compose says on refusing to go on; empty where it does not refuse."""
    done = _config(given)
    return "" if done.returncode == 0 else done.stderr


def _config(given: Mapping[str, str]) -> subprocess.CompletedProcess[str]:
    program = shutil.which("docker-compose", path=f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}")
    if program is None:
        pytest.skip("docker-compose is not installed: there is none for this machine")
    command = [program, "--file", str(FILE), "--env-file", os.devnull, "--profile", "*", "config", "--format", "json"]
    home = {"PATH": os.environ["PATH"], "HOME": os.devnull}
    return subprocess.run(command, env={**home, **given}, capture_output=True, text=True, timeout=60)
