"""The in-app inbox (消息中心): every message to an account, whatever became of it outside, with its texts whole."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, Subquery, func, select, tuple_, update

from app.core import clock
from app.core.db import db
from app.identity.actor import Actor
from app.notifications.catalogue import CATALOGUE, Kind, lines
from app.notifications.errors import MessageNotFound
from app.notifications.models import OutboxMessage

OF_ANOTHER_VERSION = "社区通知"


@dataclass(frozen=True)
class Line:
    """One line of a message: what stands before the value, and the value."""

    label: str
    value: str


@dataclass(frozen=True)
class Message:
    """A message as its recipient sees it. `page` is what it opens in the mini-program."""

    id: UUID
    compound_id: UUID
    kind: str
    name: str
    reason: str
    lines: Sequence[Line]
    page: str
    created_at: datetime
    read_at: datetime | None


@dataclass(frozen=True)
class Page:
    """A part of the inbox, the newest first. `next`: what to ask for the rest with; None at the end."""

    items: Sequence[Message]
    next: UUID | None
    unread: int


def list_messages(actor: Actor, after: UUID | None, limit: int, *, unread_only: bool) -> Page:
    """At most `limit` of the actor's messages, those after the message `after`, and how many are unread in all."""
    mine = _of(actor)
    found = select(OutboxMessage).where(mine)
    if unread_only:
        found = found.where(OutboxMessage.read_at.is_(None))
    if after is not None:
        last = _place(actor, after)
        found = found.join(
            last, tuple_(OutboxMessage.created_at, OutboxMessage.id) < tuple_(last.c.created_at, last.c.id)
        )
    newest_first = found.order_by(OutboxMessage.created_at.desc(), OutboxMessage.id.desc()).limit(limit + 1)
    rows = db.session.scalars(newest_first).all()
    unread = db.session.scalar(select(func.count()).where(mine, OutboxMessage.read_at.is_(None))) or 0
    shown = rows[:limit]
    return Page([_shown(row) for row in shown], shown[-1].id if len(rows) > limit else None, unread)


def open_message(actor: Actor, message_id: UUID) -> Message:
    """One of the actor's messages, which is read from now on. Raises MessageNotFound."""
    row = db.session.scalar(select(OutboxMessage).where(_of(actor), OutboxMessage.id == message_id))
    if row is None:
        raise MessageNotFound
    row.read_at = row.read_at or clock.now()
    return _shown(row)


def read_all(actor: Actor) -> int:
    """Mark all of the actor's messages as read; how many were not."""
    read = update(OutboxMessage).where(_of(actor), OutboxMessage.read_at.is_(None)).values(read_at=clock.now())
    return int(db.session.execute(read).rowcount)  # type: ignore[attr-defined]


def _of(actor: Actor) -> ColumnElement[bool]:
    return OutboxMessage.account_id == actor.account_id


def _place(actor: Actor, message_id: UUID) -> Subquery:
    """Where a message of the actor's stands in the inbox. Of another's there is no place, and nothing after it."""
    place = select(OutboxMessage.created_at, OutboxMessage.id)
    return place.where(_of(actor), OutboxMessage.id == message_id).subquery()


def _shown(row: OutboxMessage) -> Message:
    name, reason, texts = _texts(row.kind, row.data)
    return Message(row.id, row.compound_id, row.kind, name, reason, texts, row.page, row.created_at, row.read_at)


def _texts(kind: str, data: Mapping[str, str]) -> tuple[str, str, list[Line]]:
    """Name, reason and lines; of a message that another version wrote, its bare name."""
    try:
        known = Kind(kind)
        return CATALOGUE[known].name, CATALOGUE[known].reason, [Line(*line) for line in lines(known, data)]
    except Exception:  # one that cannot be shown must not take the others along
        return OF_ANOTHER_VERSION, "", []
