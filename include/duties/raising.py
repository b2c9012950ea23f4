"""Duties that a delivery raises: the impact assessment of joining sources, and sensitive data that came along."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import text

from include.evidence import Kind, record
from include.law import edition_for
from include.store import Role, advisory_lock, begin

__all__ = ["came_of", "open_for_receipt"]

SENSITIVE = (
    "national_id", "iqama", "emirates_id", "iban", "payment_card", "birth_date", "health", "religion",
)  # fmt: skip
"""Reasons for setting a row aside that say: this must not have been sent to us at all (LIA-01, IR 16(1))."""


def open_for_receipt(receipt_id: UUID, at: datetime) -> dict[str, int]:
    """Open what a registered receipt raises, and close an assessment that its contract now names.

    A source that joined an earlier one owes an impact assessment before use (IR 25(1)(b)); sensitive rows owe the
    publisher's answer. Once per source, or per delivery. Returns how many duties of each kind were opened.
    """
    opened = {"impact_assessment": 0, "sensitive_data": 0}
    with begin(Role.DUTIES) as connection:
        advisory_lock(connection, "duties")
        source = connection.execute(
            text("""
                select source.key, source.jurisdiction, source.assessment,
                       exists (select from register.source other
                                where (other.joined_at, other.key) < (source.joined_at, source.key)) as joined,
                       (select count(*) from landing.quarantined
                         where quarantined.receipt_id = receipt.id and reason = any(:sensitive)) as sensitive
                  from register.receipt join register.source on source.key = receipt.source_key
                 where receipt.id = :id
            """),
            {"id": receipt_id, "sensitive": list(SENSITIVE)},
        ).one()
        edition = edition_for(source.jurisdiction, at)
        values = {"source": source.key, "receipt": receipt_id, "edition": edition.name, "at": at}
        if source.assessment is not None:
            connection.execute(text(CLOSE_ASSESSMENT), values)
        elif source.joined and edition.sources.linking_needs_assessment.value:
            article = edition.sources.linking_needs_assessment.article
            opened["impact_assessment"] = connection.execute(
                text(OPEN_ASSESSMENT), values | {"article": article}
            ).rowcount
        if source.sensitive:
            opened["sensitive_data"] = connection.execute(
                text(OPEN_SENSITIVE), values | {"count": source.sensitive}
            ).rowcount
        for kind, count in opened.items():
            if count:
                record(
                    connection,
                    Kind.DUTY_OPENED,
                    at=at,
                    edition=edition.name,
                    refs={"receipt": receipt_id},
                    codes={"kind": kind, "source": source.key},
                )
    return opened


def came_of(receipt_id: UUID) -> dict[str, int]:
    """Count the listings that a registered receipt showed to be withdrawn, and the people who are to be told of it."""
    with begin(Role.DUTIES) as connection:
        return dict(connection.execute(text(CAME_OF), {"receipt": receipt_id}).one()._mapping)


CAME_OF = """
select (select count(*) from register.listing
         where listing.source_key = receipt.source_key and listing.withdrawn_at = receipt.closed_at) as withdrawn,
       (select count(distinct point.subject_id)
          from register.listing join register.contact_point point on point.listing_id = listing.id
         where listing.last_delivery_id = receipt.delivery_id and point.subject_id is not null
           and not exists (select from duties.notice
                            where notice.subject_id = point.subject_id
                              and notice.source_key = receipt.source_key)) as notices_owed
  from register.receipt where receipt.id = :receipt
"""

OPEN_ASSESSMENT = """
insert into duties.duty (kind, source_key, state, edition, article, opened_at, starts_at)
select 'impact_assessment', :source, 'open', :edition, :article, :at, :at
 where not exists (select from duties.duty
                    where kind = 'impact_assessment' and source_key = :source and state = 'open')
"""

CLOSE_ASSESSMENT = """
update duties.duty set state = 'done', outcome = 'recorded', closed_at = :at
 where kind = 'impact_assessment' and source_key = :source and state = 'open'
"""

OPEN_SENSITIVE = """
insert into duties.duty (kind, source_key, receipt_id, state, edition, article, count, opened_at, starts_at)
select 'sensitive_data', :source, :receipt, 'open', :edition, 'IR 16(1)', :count, :at, :at
 where not exists (
       select from duties.duty
         join register.receipt earlier on earlier.id = duty.receipt_id
         join register.receipt mine on mine.delivery_id = earlier.delivery_id and mine.id = :receipt
        where duty.kind = 'sensitive_data')
"""
