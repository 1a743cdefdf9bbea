"""A compound's audit log as JSON values, one a line, which `python -m verifier.audit` checks without the database."""

from collections import Counter
from collections.abc import Iterator
from typing import Any
from uuid import UUID

from sqlalchemy import select

from app.core import clock, signing
from app.core.audit import VERSION, AuditEvent, statement_of
from app.core.audit_log.chaining import linked
from app.core.audit_log.models import AuditHead, AuditLink
from app.core.canonical import moment
from app.core.db import db

FORMAT = "audit-log"
PAGE = 2000


def lines(compound_id: UUID) -> Iterator[dict[str, Any]]:
    """The log, its heads first; read a page at a time, whatever its length. docs/audit-log.md describes the lines."""
    heads = [_head(one) for one in db.session.scalars(_of(AuditHead, compound_id).order_by(AuditHead.size))]
    yield _about(compound_id, {head["key_id"] for head in heads})
    yield from heads
    written = Counter(heads=len(heads), entries=0, waiting=0)
    for link, event in chained(compound_id):
        written["entries"] += 1
        yield _entry(link, event)
    for event in unchained(compound_id):
        written["waiting"] += 1
        yield {"kind": "waiting", "event": statement_of(event)}
    yield {"kind": "end", **written}


def unchained(compound_id: UUID) -> Iterator[AuditEvent]:
    """The rows that have no place in the chain, by id."""
    found = _of(AuditEvent, compound_id).where(~linked()).order_by(AuditEvent.id).limit(PAGE)
    page = db.session.scalars(found).all()
    while page:
        yield from page
        page = db.session.scalars(found.where(AuditEvent.id > page[-1].id)).all()


def chained(compound_id: UUID) -> Iterator[tuple[AuditLink, AuditEvent | None]]:
    """Every link with its row, in the order of their places."""
    rows = (
        select(AuditLink, AuditEvent)
        .outerjoin(
            AuditEvent, (AuditEvent.compound_id == AuditLink.compound_id) & (AuditEvent.id == AuditLink.event_id)
        )
        .where(AuditLink.compound_id == compound_id)
        .order_by(AuditLink.index)
        .limit(PAGE)
    )
    page = db.session.execute(rows).all()
    while page:
        yield from page
        page = db.session.execute(rows.where(AuditLink.index > page[-1][0].index)).all()


def _entry(link: AuditLink, event: AuditEvent | None) -> dict[str, Any]:
    return {
        "kind": "entry",
        "index": link.index,
        "event_id": str(link.event_id),
        "event": statement_of(event) if event else None,
        "event_hash": bytes(link.event_hash).hex(),
        "chain_hash": bytes(link.chain_hash).hex(),
        "chained_at": moment(link.chained_at),
    }


def _about(compound_id: UUID, key_ids: set[str]) -> dict[str, Any]:
    keys = [
        {"key_id": key.id, "algorithm": "ed25519", "public_key": key.raw.hex()}
        for key in signing.published()
        if key.id in key_ids
    ]
    now = moment(clock.now())
    return {
        "kind": "log",
        "format": FORMAT,
        "v": VERSION,
        "compound": str(compound_id),
        "exported_at": now,
        "keys": keys,
    }


def _head(head: AuditHead) -> dict[str, Any]:
    return {
        "kind": "head",
        "size": head.size,
        "chain_hash": bytes(head.chain_hash).hex(),
        "signed_at": moment(head.signed_at),
        "key_id": head.key_id,
        "signature": bytes(head.signature).hex(),
    }


def _of(model: Any, compound_id: UUID) -> Any:
    return select(model).where(model.compound_id == compound_id)
