"""What the portal itself remembers: codes that were sent, and how often somebody tried."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Mapped, mapped_column

from include.store.base import Base, Category, personal, plain

__all__ = ["Attempt", "Code"]

PORTAL = {"schema": "portal"}


class Code(Base):
    """A code that was sent to a contact which we hold, to show who asks. It lives for minutes."""

    __tablename__ = "code"
    __table_args__ = PORTAL

    id: Mapped[UUID] = mapped_column(primary_key=True)
    """What the page that asks for the code names it by: chance, and no clue to anybody."""
    subject_id: Mapped[UUID | None] = mapped_column()
    """Null where nobody holds the contact that was asked about: such a row is there to be written and tried alike."""
    hash: Mapped[bytes] = plain()
    """The keyed hash of the code under its id."""
    tries: Mapped[int] = mapped_column(server_default="0")
    purpose: Mapped[str | None] = plain()
    """What a contact is given for that the code went to, and over which channel; null for a proof of who asks."""
    channel: Mapped[str | None] = plain()
    value: Mapped[str | None] = personal(Category.CONTACT)
    expires_at: Mapped[datetime] = mapped_column()


class Attempt(Base):
    """How often something was tried from one place since an instant; the place is a keyed hash."""

    __tablename__ = "attempt"
    __table_args__ = PORTAL

    bucket: Mapped[bytes] = personal(Category.KEYED, primary_key=True)
    since: Mapped[datetime] = mapped_column()
    count: Mapped[int] = mapped_column(server_default="1")
