"""Where a count stands before it is done: whose approval is there, until when, and what is in its way.

Nothing of choices: the counters see that the sheets are read and how many ballots there are, as everybody does.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select

from app.core import clock
from app.core.db import db
from app.identity.actor import Actor
from app.meetings import policy, reading
from app.meetings.models import CountApproval, CountCapacity, Meeting
from app.meetings.paper import settling
from app.meetings.rules.rule_set import RuleSet
from app.meetings.turnout import Turnout, turnout_of


@dataclass(frozen=True)
class CountStanding:
    """`approved_at`: by capacity, the approvals in force. `lapses_at`: when the first of them is worth nothing more.

    `mine`: the capacities in which the actor approves; `did`: the actor has. `window_minutes`: the two have so long.
    `unsettled`: paper sheets that must be settled first.
    """

    approved_at: Mapping[CountCapacity, datetime]
    lapses_at: datetime | None
    mine: Sequence[CountCapacity]
    did: bool
    window_minutes: int
    unsettled: int
    turnout: Turnout

    @property
    def waiting_for(self) -> Sequence[CountCapacity]:
        """The capacities whose approval is missing."""
        return [one for one in CountCapacity if one not in self.approved_at]


def count_standing(actor: Actor, compound_id: UUID, meeting_id: UUID) -> CountStanding:
    """For those who count and supervise. Raises Forbidden, MeetingNotFound."""
    mine = policy.counting_capacities(actor, compound_id)
    meeting = reading.announced(compound_id, meeting_id)
    window = RuleSet.from_dict(meeting.rule_set or {}).count_window_minutes
    approvals = _in_force(meeting, clock.now() - timedelta(minutes=window))
    first = min((one.approved_at for one in approvals), default=None)
    return CountStanding(
        approved_at={CountCapacity(one.capacity): one.approved_at for one in approvals},
        lapses_at=first + timedelta(minutes=window) if first else None,
        mine=mine,
        did=any(one.account_id == actor.account_id for one in approvals),
        window_minutes=window,
        unsettled=settling.unsettled(meeting),
        turnout=turnout_of(meeting),
    )


def _in_force(meeting: Meeting, since: datetime) -> Sequence[CountApproval]:
    of_meeting = (CountApproval.compound_id == meeting.compound_id, CountApproval.meeting_id == meeting.id)
    return db.session.scalars(select(CountApproval).where(*of_meeting, CountApproval.approved_at >= since)).all()
