"""A real disk that is full, small and filled on purpose: what was landed is not half there, and can be landed later."""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from builders import TERMS

ROOT = Path(__file__).resolve().parents[2]
FULL_DISK = """
import json, os, subprocess, sys
from pathlib import Path
import yaml
sys.path.insert(0, "tests")
from builders import START
from include.errors import MayBeRetried
from include.intake.actions import take_in
from include.intake.contracts import Contract
from include.store import Role, begin
from sqlalchemy import text

home, contract, file = map(Path, sys.argv[1:])
home.mkdir(exist_ok=True)
subprocess.run(["mount", "-t", "tmpfs", "-o", "size=24m,mode=700", "tmpfs", str(home)], check=True)
filler, known, told = home / "filler", Contract.model_validate(yaml.safe_load(contract.read_text())), []
size = file.stat().st_size
for left in (size // 2, size + 60_000):  # not enough for the bytes themselves; not enough for what is landed of them
    filler.write_bytes(b"x" * (os.statvfs(home).f_bavail * 4096 - left))
    try:
        take_in(known, file, at=START, run="night", reason="drill")
    except MayBeRetried as error:
        told.append(str(error))
    filler.unlink()
    with begin(Role.INTAKE) as connection:
        told.append(connection.execute(text("select count(*) from landing.shard")).scalar())
told.append(take_in(known, file, at=START, run="night", reason="drill")[1])
print(json.dumps(told))
"""


def test_a_full_disk_keeps_nothing_half_and_the_next_try_completes(database: str, tmp_path: Path) -> None:
    apart = ["unshare", "--mount"] if os.geteuid() == 0 else ["unshare", "--mount", "--user", "--map-root-user"]
    if subprocess.run([*apart, "true"], capture_output=True, check=False).returncode:
        pytest.skip("this user may not mount a small disk to fill")
    del database
    file, contract = tmp_path / "guide.csv", tmp_path / "contract.yml"
    words = ("".join(random.choices("abcdefghijklmnop", k=60)) for _ in range(2000))
    rows = (f"{number},Sample {word},,,,Riyadh\n" for number, word in enumerate(words))
    file.write_text("id,name,contact,phone,email,city\n" + "".join(rows), encoding="utf-8")
    contract.write_text(yaml.safe_dump(TERMS, allow_unicode=True), encoding="utf-8")
    done = subprocess.run(
        [*apart, sys.executable, "-c", FULL_DISK, os.environ["AMANAH_HOME"], str(contract), str(file)],
        cwd=ROOT, env=os.environ, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-2000:]
    staging, shards, landing, shards_after, counts = json.loads(done.stdout.splitlines()[-1])
    for said in (staging, landing):
        assert "the disk is full" in said or "the disk that AMANAH_HOME is on is full" in said
    assert (shards, shards_after) == (0, 0)
    assert (counts["received"], counts["new"]) == (2000, 2000)
