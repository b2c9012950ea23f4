"""Make a pack: choose its form, know what was promised, write it, and let the ledger say once what was made."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection

from include.duties.audit.form import Form
from include.duties.audit.model import Day
from include.duties.audit.pack import Finished, drafted, finish, form_for
from include.duties.audit.promised import promised_on
from include.duties.audit.reading import closing_of, made_of
from include.evidence import Kind, record
from include.store import Role, begin

__all__ = ["Subject", "made"]

HASHES = ("manifest", "data", "form", "promised", "sealed")
"""What the ledger keeps of a pack."""


@dataclass(frozen=True, slots=True)
class Subject:
    """What a pack is about: a day, or what another day recorded about it."""

    day: Day
    recorded_on: Day | None = None

    @property
    def name(self) -> str:
        """The name of the pack."""
        return f"{self.day.date}" + (f".supplement-{self.recorded_on.date}" if self.recorded_on else "")

    @property
    def kind(self) -> str:
        """The kind of pack."""
        return "supplement" if self.recorded_on else "day"

    def about(self, digest: str, promised: Mapping[str, Any]) -> dict[str, str]:
        """Say what the manifest says of it beside hashes."""
        told = {"kind": self.kind, "day": self.day.date.isoformat(), "promised": digest}
        if self.recorded_on:
            told["recorded_on"] = self.recorded_on.date.isoformat()
        return told | {"edition": promised["edition"], "edition_sha256": promised["sha256"]}


def made(
    connection: Connection, subject: Subject, at: datetime, write: Callable[[Path, Form, Mapping[str, Any]], None]
) -> Finished:
    """Have a pack written into a draft, and finish it; at its first making the ledger keeps its hashes.

    `write` is given the draft, the form, and what was promised. Raises PackDiffers, PromisesGone and DiskFull.
    """
    known = made_of(connection, subject.day, subject.recorded_on)
    digest, promised = promised_on(subject.day, closing_of(connection, subject.day), known)
    form = form_for(known)
    with drafted(subject.name, form) as draft:
        write(draft, form, promised)
        done = finish(draft, subject.name, form, known, subject.about(digest, promised))
    if done.fresh:
        _record(subject, done, promised["sha256"], at)
    return done


def _record(subject: Subject, done: Finished, edition: str, at: datetime) -> None:
    hashes = {name: getattr(done.made, name) for name in HASHES}
    times = {"begins": subject.day.begins, "ends": subject.day.ends}
    if subject.recorded_on:
        times["recorded"] = subject.recorded_on.ends
    with begin(Role.DUTIES) as connection:
        record(
            connection,
            Kind.DAY_AUDITED,
            at=at,
            edition=done.made.edition,
            codes={"pack": subject.kind},
            counts={"layout": done.made.layout},
            hashes={name: bytes.fromhex(digest) for name, digest in (hashes | {"edition": edition}).items()},
            times=times,
        )
