"""What is known of messages after WeChat took them: they arrived, or they did not."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from sqlalchemy import and_, or_, select

from app.core import clock, queueing
from app.core.db import db
from app.core.queueing import Urgency
from app.notifications.kinds import Channel
from app.notifications.models import OutboxMessage, OutboxState

BEFORE: Final = timedelta(minutes=10)
AFTER: Final = timedelta(minutes=2)
"""How far a message's claim may lie before the event about it, and after it where clocks differ."""
JUST_NOW: Final = timedelta(minutes=1)
CONFIRMED = "confirmed_by_event"


class NotYetRecorded(Exception):
    """An event tells of a message whose msgid is perhaps still on its way to its row: it must be heard again."""


def arrived(account_id: UUID, channel: Channel, msgid: str, kinds: Collection[str], at: datetime) -> str:
    """WeChat says that a message of one of these kinds was sent to the account; a word for the record.

    An event names no message of ours where the answer was lost. It settles a doubt only where there is one message
    alone that it can mean: any other guess could call a message sent that never was.
    """
    if _with_msgid(account_id, channel, msgid) is not None:
        return "known"
    meant = _could_be_meant(account_id, channel, kinds, at)
    if len(meant) != 1:
        return f"{len(meant)} messages could be meant"
    [message] = meant
    message.msgid = msgid
    if message.state == OutboxState.SENDING:
        message.state, message.outcome, message.channel = OutboxState.SENT, CONFIRMED, channel
        message.finished_at = clock.now()
        message.trail = [*message.trail, _entry(channel, CONFIRMED)]
        return CONFIRMED
    return "matched"


def undelivered(account_id: UUID, channel: Channel, msgid: str, code: str) -> str:
    """The channel took a message and says now that it did not arrive: the others are tried. A word for the record.

    Raises NotYetRecorded while a message to the account is being sent.
    """
    message = _with_msgid(account_id, channel, msgid)
    if message is None:
        if msgid and _under_way(account_id):
            raise NotYetRecorded
        return "unknown_message"
    if message.state != OutboxState.SENT:
        return f"already {message.state}"
    now = clock.now()
    message.trail = [*message.trail, _entry(channel, code)]
    message.undelivered_by = [*message.undelivered_by, channel]
    message.state, message.outcome = OutboxState.CREATED, code
    message.due_at, message.claimed_at, message.finished_at = now, None, None
    message.channel = message.msgid = None
    queueing.ring(Urgency(message.urgency))
    return "tried elsewhere"


def _with_msgid(account_id: UUID, channel: Channel, msgid: str) -> OutboxMessage | None:
    found = select(OutboxMessage).where(
        OutboxMessage.account_id == account_id, OutboxMessage.channel == channel, OutboxMessage.msgid == msgid
    )
    return db.session.scalars(found.with_for_update()).first() if msgid else None


def _under_way(account_id: UUID) -> bool:
    sending = select(OutboxMessage.id).where(
        OutboxMessage.account_id == account_id,
        OutboxMessage.state == OutboxState.SENDING,
        OutboxMessage.claimed_at > clock.now() - JUST_NOW,
    )
    return db.session.scalar(sending.limit(1)) is not None


def _could_be_meant(
    account_id: UUID, channel: Channel, kinds: Collection[str], at: datetime
) -> Sequence[OutboxMessage]:
    """Messages under way or in doubt, and those that the channel took without giving a msgid."""
    nameless = and_(
        OutboxMessage.state == OutboxState.SENT, OutboxMessage.channel == channel, OutboxMessage.msgid.is_(None)
    )
    found = select(OutboxMessage).where(
        OutboxMessage.account_id == account_id,
        OutboxMessage.kind.in_(list(kinds)),
        OutboxMessage.claimed_at.between(at - BEFORE, at + AFTER),
        or_(OutboxMessage.state == OutboxState.SENDING, nameless),
    )
    return db.session.scalars(found.with_for_update()).all()


def _entry(channel: Channel, outcome: str) -> dict[str, str]:
    return {"channel": channel, "outcome": outcome, "at": clock.now().isoformat()}
