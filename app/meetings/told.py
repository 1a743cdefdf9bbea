"""What the announcement told to whom: for those who run or supervise a meeting, without names."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from sqlalchemy import and_, func, select

from app.core.db import db
from app.identity.actor import Actor
from app.meetings import policy, reading
from app.meetings.telling import accounts_of_electorate
from app.notifications.catalogue import CATALOGUE, Kind, lines
from app.notifications.models import OutboxMessage, OutboxState
from app.notifications.service import dedup_key

_WAITING: Final = (None, OutboxState.CREATED, OutboxState.SENDING)
"""The states of what is on its way; None: it is not even written."""


@dataclass(frozen=True)
class Told:
    """A message about a meeting: its name, its lines as (label, value), and to how many accounts it went.

    `accounts`: everybody who is to have it; all of them see it in the mini-program. `sent`: WeChat took it as well;
    `waiting`: it is on its way. The others get no message outside the mini-program.
    """

    name: str
    lines: Sequence[tuple[str, str]]
    accounts: int
    sent: int
    waiting: int


def of_announcement(actor: Actor, compound_id: UUID, meeting_id: UUID) -> Told:
    """What was told of an announced meeting. Raises Forbidden, MeetingNotFound."""
    policy.require_see_drafts(actor, compound_id)
    meeting = reading.announced(compound_id, meeting_id)
    kind = Kind.MEETING_ANNOUNCED
    accounts = accounts_of_electorate(meeting).subquery()
    of_meeting = (
        OutboxMessage.compound_id == compound_id,
        OutboxMessage.dedup_key == dedup_key(kind, meeting_id, accounts.c.account_id),
    )
    rows = db.session.execute(
        select(OutboxMessage.state, func.count(), func.max(OutboxMessage.dedup_key))
        .select_from(accounts)
        .outerjoin(OutboxMessage, and_(*of_meeting))
        .group_by(OutboxMessage.state)
    ).all()
    by_state: dict[str | None, int] = {state: number for state, number, _ in rows}
    waiting = sum(by_state.get(state, 0) for state in _WAITING)
    some = next((key for _, _, key in rows if key), None)
    data = db.session.scalar(
        select(OutboxMessage.data).where(OutboxMessage.compound_id == compound_id, OutboxMessage.dedup_key == some)
    )
    return Told(
        CATALOGUE[kind].name,
        lines(kind, data) if data else [],
        sum(by_state.values()),
        by_state.get(OutboxState.SENT, 0),
        waiting,
    )
