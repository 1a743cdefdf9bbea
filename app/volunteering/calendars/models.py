"""Calendar feeds."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, LargeBinary, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Model


class CalendarFeed(Model):
    """That a person's calendar may be read by whoever has the secret, of which the hash is kept. One a person."""

    __tablename__ = "calendar_feed"
    __table_args__ = (UniqueConstraint("compound_id", "token_hash"),)

    compound_id: Mapped[UUID] = mapped_column(ForeignKey("org_unit.id"), primary_key=True)
    account_id: Mapped[UUID] = mapped_column(primary_key=True)
    token_hash: Mapped[bytes] = mapped_column(LargeBinary)
    opened_at: Mapped[datetime]
