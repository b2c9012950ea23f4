"""Incidents as they stand, and what goes into the ledger about them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import NAMESPACE_OID, UUID, uuid5

from sqlalchemy import Connection, text

from include.duties.breach.model import Incident, Unfit
from include.duties.breach.rules import authority_due
from include.evidence import Kind, learn, record
from include.law import Edition, edition_for, edition_named
from include.store import Role, StoreAway, begin, keyed

__all__ = [
    "FIELDS",
    "Clock",
    "clock_of",
    "conf_of",
    "id_of",
    "incident",
    "incidents",
    "note_event",
    "of_conf",
    "reference_of",
    "waiting_without_run",
]

FIELDS = (
    "id", "reference", "kind", "means", "processor", "discovered_at", "known_at", "began_at", "ended_at",
    "end_noted_at", "systems", "evidence", "rehearsal", "jurisdiction", "edition", "due_at", "people_due_at",
    "people_duty", "noted_at", "run", "estimate", "people", "destroyed_since", "scoped_at", "assessed_at",
    "reported_at", "supplemented_at", "told_at", "closed_at", "notice_hash",
)  # fmt: skip
SELECT = f"select {', '.join(FIELDS)} from duties.breach"


def id_of(evidence: str, rehearsal: bool) -> UUID:
    """Give the id of an incident: the same evidence is the same incident, and its rehearsal another."""
    return uuid5(NAMESPACE_OID, f"breach:{evidence}:{rehearsal}")


def reference_of(breach: UUID) -> str:
    """Give the number that letters and reports bear: it names nobody."""
    return f"BR-{breach.hex[:8].upper()}"


def incident(connection: Connection, breach: UUID, *, lock: bool = False) -> Incident:
    """Give one incident; locked where something is to be done about it. Raises Unfit where there is none."""
    row = connection.execute(
        text(f"{SELECT} where id = :id{' for update' if lock else ''}"), {"id": breach}
    ).one_or_none()
    if row is None:
        raise Unfit("there is no such incident; `python -m include breach list` names them")
    return _incident(row)


def incidents(connection: Connection, *, open_only: bool = False) -> list[Incident]:
    """Give all incidents, those that end first first; rehearsals too."""
    where = " where closed_at is null" if open_only else ""
    return [_incident(row) for row in connection.execute(text(f"{SELECT}{where} order by known_at, id"))]


def waiting_without_run(connection: Connection) -> list[Incident]:
    """Give the incidents that no run sees to yet."""
    rows = connection.execute(text(f"{SELECT} where run is null and closed_at is null order by known_at, id"))
    return [_incident(row) for row in rows]


def note_event(
    connection: Connection,
    kind: Kind,
    about: Incident,
    at: datetime,
    *,
    by: str | None = None,
    codes: Mapping[str, str] | None = None,
    counts: Mapping[str, int] | None = None,
    hashes: Mapping[str, bytes] | None = None,
    times: Mapping[str, datetime] | None = None,
) -> None:
    """Write one event about an incident into the ledger: ids, codes, counts, hashes, instants."""
    said = {"rehearsal": "rehearsal" if about.rehearsal else "real"} | dict(codes or {})
    learn(connection, *said, *said.values(), *(counts or ()), *(hashes or ()), *(times or ()))
    record(
        connection, kind, at=at, edition=about.edition, refs={"incident": about.id}, codes=said, counts=counts,
        hashes=dict(hashes or {}) | ({"actor": keyed("login", by)} if by else {}), times=times,
    )  # fmt: skip


def _incident(row: Any) -> Incident:
    values = dict(row._mapping)
    values["systems"] = tuple(values["systems"])
    values["notice_hash"] = bytes(values["notice_hash"]) if values["notice_hash"] else None
    return Incident(**values)


def conf_of(about: Incident) -> dict[str, Any]:
    """Give what the run of an incident is started with: codes, an id, times."""
    return {
        "incident": str(about.id), "reason": "drill" if about.rehearsal else "incident", "kind": about.kind,
        "known_at": about.known_at.isoformat(), "evidence": about.evidence, "rehearsal": about.rehearsal,
        "jurisdiction": about.jurisdiction,
    }  # fmt: skip


@dataclass(frozen=True, slots=True)
class Clock:
    """When the authority's clock of an incident began, and the edition whose hours it counts."""

    known_at: datetime
    edition: Edition

    def instant(self, warning: int | None) -> datetime | None:
        """Return the instant of a warning, by its place in the edition, or of the end; None where there is none."""
        if warning is None:
            return authority_due(self.edition, self.known_at)
        return self.known_at + timedelta(hours=self.edition.breach.warn_hours.value[warning])


def clock_of(conf: Mapping[str, Any]) -> Clock:
    """Give the clock of what a run is started with: the incident's own where it names one, else the form's.

    Raises Unfit where there is no such incident, KeyError or ValueError where the form has no instant, and StoreAway
    where the store is and the form has none either.
    """
    if conf.get("incident"):
        try:
            with begin(Role.DUTIES) as connection:
                about = incident(connection, UUID(str(conf["incident"])))
            return Clock(about.known_at, edition_named(about.edition))
        except StoreAway:
            if not conf.get("known_at"):
                raise
    known_at = datetime.fromisoformat(str(conf["known_at"]))
    return Clock(known_at, edition_for(str(conf.get("jurisdiction") or "sa"), known_at))


def of_conf(conf: Mapping[str, Any]) -> UUID | None:
    """Give the incident that a run was started with, as it was noted; None where the run's first task took none."""
    if conf.get("incident"):
        return UUID(str(conf["incident"]))
    evidence, rehearsal = conf.get("evidence"), bool(conf.get("rehearsal"))
    return id_of(str(evidence), rehearsal) if evidence else None
