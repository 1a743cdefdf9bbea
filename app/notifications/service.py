"""Writing messages, and the ledger of accepted subscriptions."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    ScalarSelect,
    Select,
    SQLColumnExpression,
    TextualSelect,
    delete,
    func,
    literal,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import JSONB

from app.core import clock, queueing
from app.core.db import db
from app.notifications import accepts, fan_out
from app.notifications.catalogue import CATALOGUE, Kind, Value, stored
from app.notifications.errors import UnknownTemplate
from app.notifications.models import OutboxMessage, OutboxState

MAX_TEMPLATES_A_TAP = 5


def notify_all(
    compound_id: UUID,
    kind: Kind,
    subject_id: UUID,
    values: Mapping[str, Value],
    recipients: Select[UUID] | TextualSelect,
    page_values: Mapping[str, Any],
    occasion: str = "",
    expires_at: datetime | None = None,
) -> int:
    """Write one message for each account that `recipients` selects; how many were new.

    In the caller's transaction; the sending starts after its commit. For many, the first page is written and the rest
    recorded, which a job writes right after (app/notifications/fan_out.py). The same kind about the same subject
    reaches an account once, however often this is called; `occasion` (an ISO date or a number) tells several of them
    apart. `expires_at`: from when it is of no use, where that is before the kind's lifetime ends.
    """
    template, now = CATALOGUE[kind], clock.now()
    shared: dict[str, ColumnElement[Any]] = {
        "compound_id": literal(compound_id),
        "kind": literal(str(kind)),
        "data": literal(stored(kind, values), JSONB),
        "page": literal(template.page.format(**page_values)),
        "urgency": literal(str(template.urgency)),
        "created_at": literal(now),
        "expires_at": literal(min(now + template.lifetime, expires_at or now + template.lifetime)),
    }
    new = fan_out.begin(shared, f"{kind}:{subject_id}:{occasion and occasion + ':'}", recipients)
    queueing.ring(template.urgency)
    return new


def notify_one(
    compound_id: UUID,
    kind: Kind,
    subject_id: UUID,
    values: Mapping[str, Value],
    account_id: UUID,
    page_values: Mapping[str, Any],
    occasion: str = "",
    expires_at: datetime | None = None,
) -> None:
    """Write one message for one account, in the caller's transaction; as `notify_all`."""
    whom = select(literal(account_id))
    notify_all(compound_id, kind, subject_id, values, whom, page_values, occasion, expires_at)


def take_back(compound_id: UUID, kind: Kind, subject_id: UUID, account_id: UUID) -> None:
    """Send an account no message of this kind about this subject that still waits: it is true no more.

    In the caller's transaction. One that was not read in the inbox either is as if it had never been written; what is
    on its way or was sent stays.
    """
    waits = (
        OutboxMessage.compound_id == compound_id,
        OutboxMessage.account_id == account_id,
        OutboxMessage.state == OutboxState.CREATED,
        OutboxMessage.dedup_key.startswith(f"{kind}:{subject_id}:", autoescape=True),
    )
    db.session.execute(delete(OutboxMessage).where(*waits, OutboxMessage.read_at.is_(None)))
    over = {"state": OutboxState.EXPIRED, "outcome": "taken_back", "finished_at": clock.now()}
    db.session.execute(update(OutboxMessage).where(*waits).values(over))


def told_at(
    kind: Kind,
    compound_id: SQLColumnExpression[UUID],
    subject_id: SQLColumnExpression[UUID],
    occasion: SQLColumnExpression[Any],
    account_id: SQLColumnExpression[UUID],
) -> ScalarSelect[datetime]:
    """When an account got the message of this kind, about this subject, on this occasion; NULL: there is none."""
    key = dedup_key(kind, subject_id, account_id, occasion)
    told = select(OutboxMessage.created_at)
    return told.where(OutboxMessage.compound_id == compound_id, OutboxMessage.dedup_key == key).scalar_subquery()


def dedup_key(
    kind: Kind,
    subject_id: UUID | SQLColumnExpression[UUID],
    account_id: SQLColumnExpression[UUID],
    occasion: SQLColumnExpression[Any] | None = None,
) -> ColumnElement[str]:
    """The dedup key of the message of this kind, about this subject, to an account: what `notify_all` gives it."""
    parts = [subject_id, account_id] if occasion is None else [subject_id, occasion, account_id]
    return func.concat_ws(":", str(kind), *parts)


def record_accepts(account_id: UUID, template_ids: Collection[str], known: Collection[str]) -> None:
    """Enter what the user accepted in one tap on wx.requestSubscribeMessage: each accept is good for one message.

    Raises UnknownTemplate.
    """
    unknown = sorted(set(template_ids) - set(known))
    if unknown or len(template_ids) > MAX_TEMPLATES_A_TAP:
        raise UnknownTemplate(template_ids=unknown)
    accepts.report(account_id, template_ids)
