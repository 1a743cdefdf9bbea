"""The chain over the audit log's rows, and the signatures over it. Both append-only, as the log itself."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Model


class AuditLink(Model):
    """A row's place in its chain. `chain_hash`: SHA-256 of the chain hash before it, followed by `event_hash`."""

    __tablename__ = "audit_link"
    __table_args__ = (
        ForeignKeyConstraint(["compound_id", "event_id"], ["audit_event.compound_id", "audit_event.id"]),
        UniqueConstraint("compound_id", "event_id"),
        CheckConstraint("index >= 0", name="index_not_negative"),
        CheckConstraint("octet_length(event_hash) = 32", name="event_hash_is_sha256"),
        CheckConstraint("octet_length(chain_hash) = 32", name="chain_hash_is_sha256"),
    )

    compound_id: Mapped[UUID] = mapped_column(primary_key=True)
    index: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[UUID]
    event_hash: Mapped[bytes]
    chain_hash: Mapped[bytes]
    chained_at: Mapped[datetime]


class AuditHead(Model):
    """A signature over the chain hash of the first `size` links."""

    __tablename__ = "audit_head"
    __table_args__ = (CheckConstraint("size > 0", name="size_positive"),)

    compound_id: Mapped[UUID] = mapped_column(primary_key=True)
    size: Mapped[int] = mapped_column(primary_key=True)
    chain_hash: Mapped[bytes]
    signed_at: Mapped[datetime]
    key_id: Mapped[str] = mapped_column(Text)
    signature: Mapped[bytes]
