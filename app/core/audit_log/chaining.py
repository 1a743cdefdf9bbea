"""The chain of the audit log (审计链): each compound's rows get a place and a hash over all before them, in batches.

As with the ballot log, no act waits for it: rows are written freely, and a periodic job appends those that are not in
the chain yet, by id, under a signed head. One chain a compound, and one for what belongs to none.
"""

from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any, Final
from uuid import UUID

from sqlalchemy import exists, func, insert, select, text

from app.core import clock, signing
from app.core.audit import VERSION, AuditEvent, statement_of
from app.core.audit_log.models import AuditHead, AuditLink
from app.core.canonical import canonical, moment
from app.core.db import db

BEGINNING: Final = bytes(32)
"""The chain hash before the first link."""

LONGEST_ACT: Final = timedelta(hours=1)
"""No transaction stays open for so long: a row whose id is older than the chain's end by more was added past us."""

BATCH: Final = 5000


def compounds() -> list[UUID]:
    """Whose logs there are, PLATFORM's too: of rows, or of a chain whose rows are gone."""
    ends = {one.compound_id for one in db.session.execute(_ENDS)}
    return sorted(ends | set(db.session.scalars(select(AuditHead.compound_id).distinct())))


def chains_to_extend() -> list[UUID]:
    """The compounds, PLATFORM too, with rows that are not in their chain."""
    ends = db.session.execute(_ENDS).all()
    known = {
        "compounds": [one.compound_id for one in ends],
        "floors": [floor_of(one.event_id) for one in ends],
    }
    return list(db.session.scalars(_WAITING, known))


def extend(compound_id: UUID) -> int:
    """Append the rows that are not in the compound's chain yet, by id, and sign its head; how many."""
    db.session.execute(_LOCK, {"chain": f"audit {compound_id}"})
    last = end_of(compound_id)
    rows = db.session.scalars(
        select(AuditEvent)
        .where(AuditEvent.compound_id == compound_id, AuditEvent.id > floor_of(last.event_id if last else None))
        .where(~linked())
        .order_by(AuditEvent.id)
        .limit(BATCH)
    ).all()
    if not rows:
        return 0
    size, tip = (last.index + 1, last.chain_hash) if last else (0, BEGINNING)
    now = clock.now()
    links: list[dict[str, Any]] = []
    for row in rows:
        content = hash_of(statement_of(row))
        tip = follow(tip, content)
        links.append(
            {
                "compound_id": compound_id,
                "index": size + len(links),
                "event_id": row.id,
                "event_hash": content,
                "chain_hash": tip,
                "chained_at": now,
            }
        )
    db.session.execute(insert(AuditLink), links)
    _sign(compound_id, size + len(links), tip, now)
    return len(links)


def linked() -> Any:
    """Whether a row of AuditEvent has a place in its chain."""
    return exists().where(AuditLink.compound_id == AuditEvent.compound_id, AuditLink.event_id == AuditEvent.id)


def end_of(compound_id: UUID) -> AuditLink | None:
    """The last link of a chain."""
    links = select(AuditLink).where(AuditLink.compound_id == compound_id)
    return db.session.scalar(links.order_by(AuditLink.index.desc()).limit(1))


def floor_of(event_id: UUID | None) -> UUID:
    """Rows that may still come to a chain that ends with this row have later ids: a UUIDv7 begins with its time."""
    if event_id is None:
        return UUID(int=0)
    return UUID(int=max((event_id.int >> 80) - int(LONGEST_ACT.total_seconds() * 1000), 0) << 80)


def hash_of(statement: dict[str, Any]) -> bytes:
    """SHA-256 of a row's statement in canonical JSON."""
    return sha256(canonical(statement)).digest()


def follow(before: bytes, event_hash: bytes) -> bytes:
    """The chain hash of a row after another."""
    return sha256(before + event_hash).digest()


def head_statement(head: Any) -> dict[str, Any]:
    """What is signed of a head."""
    return {
        "v": VERSION,
        "kind": "audit_head",
        "compound": str(head.compound_id),
        "size": head.size,
        "chain_hash": bytes(head.chain_hash).hex(),
        "signed_at": moment(head.signed_at),
    }


def _sign(compound_id: UUID, size: int, tip: bytes, now: datetime) -> None:
    head = AuditHead(compound_id=compound_id, size=size, chain_hash=tip, signed_at=now)
    signature = signing.sign(head_statement(head))
    head.key_id, head.signature = signature.key_id, signature.raw
    db.session.add(head)
    db.session.flush()


_LOCK = select(func.pg_advisory_xact_lock(func.hashtextextended(text(":chain"), 0)))
_ENDS = text(
    """
    WITH RECURSIVE chain AS (
        (SELECT compound_id FROM audit_event ORDER BY compound_id LIMIT 1)
        UNION ALL
        SELECT (SELECT compound_id FROM audit_event WHERE audit_event.compound_id > chain.compound_id
                ORDER BY compound_id LIMIT 1)
        FROM chain WHERE chain.compound_id IS NOT NULL
    )
    SELECT compound_id,
           (SELECT event_id FROM audit_link WHERE audit_link.compound_id = chain.compound_id
            ORDER BY index DESC LIMIT 1) AS event_id
    FROM chain WHERE compound_id IS NOT NULL
    """
)
_WAITING = text(
    """
    SELECT chain.compound_id
    FROM unnest(CAST(:compounds AS uuid[]), CAST(:floors AS uuid[])) AS chain (compound_id, floor)
    WHERE EXISTS (
        SELECT FROM audit_event AS event
        WHERE event.compound_id = chain.compound_id AND event.id > chain.floor
          AND NOT EXISTS (SELECT FROM audit_link AS link
                          WHERE link.compound_id = event.compound_id AND link.event_id = event.id))
    """
)
