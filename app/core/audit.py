"""The audit log: who did what, when, and what it changed. Append-only: the database refuses to change or delete a row.

Rows carry ids, states and dates, never names, phones, doors or choices. An act never waits for the chain that the rows
become (`app/core/audit_log/chaining.py`); it seals the row, which nobody without the program's key can do.
"""

from datetime import datetime
from typing import Any, Final
from uuid import UUID

import structlog
from sqlalchemy import Index, Text
from sqlalchemy.orm import Mapped, mapped_column

from app.core import clock
from app.core.canonical import canonical, moment
from app.core.crypto import is_mac, mac
from app.core.db import Model, db
from app.core.ids import new_id

PLATFORM: Final = UUID(int=0)
"""In place of a compound for what belongs to none: acts of operators, and on the tree above the compounds."""

VERSION: Final = 1


class AuditEvent(Model):
    """One act (审计记录). `account_id` is empty for what the program or an operator's command did.

    `compound_id` is a compound's, or PLATFORM: so there is no foreign key. `seal` is empty in rows from before there
    were seals.
    """

    __tablename__ = "audit_event"
    __table_args__ = (Index(None, "compound_id", "subject_id", "at"),)

    compound_id: Mapped[UUID] = mapped_column(primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    at: Mapped[datetime]
    account_id: Mapped[UUID | None]
    act: Mapped[str] = mapped_column(Text)
    subject_id: Mapped[UUID]
    before: Mapped[dict[str, Any] | None]
    after: Mapped[dict[str, Any] | None]
    request_id: Mapped[str | None] = mapped_column(Text)
    seal: Mapped[bytes | None]


def record(
    compound_id: UUID,
    account_id: UUID | None,
    act: str,
    subject_id: UUID,
    *,
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
) -> None:
    """Note an act in the caller's transaction: it is on record if and only if it happened."""
    event = AuditEvent(
        compound_id=compound_id,
        id=new_id(),
        at=clock.now(),
        account_id=account_id,
        act=act,
        subject_id=subject_id,
        before=before,
        after=after,
        request_id=structlog.contextvars.get_contextvars().get("request_id"),
    )
    event.seal = seal_of(statement_of(event))
    db.session.add(event)


def statement_of(event: Any) -> dict[str, Any]:
    """What is hashed, sealed and exported of a row with the columns of AuditEvent; docs/audit-log.md is its form."""
    return {
        "v": VERSION,
        "kind": "audit_event",
        "compound": str(event.compound_id),
        "id": str(event.id),
        "at": moment(event.at),
        "account": str(event.account_id) if event.account_id else None,
        "act": event.act,
        "subject": str(event.subject_id),
        "before": event.before,
        "after": event.after,
        "request_id": event.request_id,
    }


def seal_of(statement: dict[str, Any]) -> bytes:
    """The program's own mark on a row, 32 bytes: who can write into the database alone cannot make it."""
    return mac("audit_event", canonical(statement).decode())


def is_sealed(statement: dict[str, Any], seal: bytes) -> bool:
    """Whether the seal is the program's, of this row; a look-up key that came later changes nothing."""
    return is_mac(seal, "audit_event", canonical(statement).decode())
