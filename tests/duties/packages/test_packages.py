"""A copy of all that is held of somebody, for them alone."""

from __future__ import annotations

import json
import os
from datetime import timedelta
from pathlib import Path

from builders import Held
from packages_opened import PERSON, copied, rows_of, written
from people_told import MORNING
from sqlalchemy import Connection


def test_a_copy_holds_everything_of_the_register_and_of_every_mapped_system(told: Held, company: Connection) -> None:
    files = copied()
    assert {"value": PERSON}.items() <= rows_of(files, "register.contacts")[1].items() or PERSON in written(files)
    sheets = {each["key"] for each in json.loads(files["data.json"])["sheets"]}
    assert {"register.sources", "register.decisions", "register.notices", "register.consents"} <= sheets
    assert rows_of(files, "books.account")[0]["email"] == PERSON
    assert rows_of(files, "books.session")[0]["ip"] == "192.0.2.1"
    for name in ("SHOTS",):
        if folder := os.environ.get(name):
            Path(folder, "en.pdf").write_bytes(files["copy.pdf"])
            Path(folder, "en.json").write_bytes(files["data.json"])
            other = copied(language="ar", at=MORNING + timedelta(minutes=1))
            Path(folder, "ar.pdf").write_bytes(other["copy.pdf"])
