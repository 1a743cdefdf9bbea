"""What the announcement told to whom: for those who run or supervise a meeting, without names."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Text, cast, func, select

from app.core.db import db
from app.identity.actor import Actor
from app.meetings import policy, reading
from app.meetings.telling import accounts_of_electorate
from app.notifications.catalogue import CATALOGUE, Kind, lines
from app.notifications.models import OutboxMessage, OutboxState

_WAITING = (OutboxState.CREATED, OutboxState.SENDING)


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
        OutboxMessage.dedup_key == f"{kind}:{meeting_id}:" + cast(accounts.c.account_id, Text),
    )
    by_state: dict[str, int] = dict(
        db.session.execute(
            select(OutboxMessage.state, func.count()).where(*of_meeting).group_by(OutboxMessage.state)
        ).all()
    )
    data = db.session.scalar(select(OutboxMessage.data).where(*of_meeting).limit(1))
    everybody = db.session.scalar(select(func.count()).select_from(accounts)) or 0
    waiting = sum(by_state.get(state, 0) for state in _WAITING) + everybody - sum(by_state.values())
    return Told(
        CATALOGUE[kind].name, lines(kind, data) if data else [], everybody, by_state.get(OutboxState.SENT, 0), waiting
    )
