"""Turnout over time: how many had taken part by when. Never choices."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import func, select

from app.core import clock
from app.core.db import db
from app.identity.actor import Actor
from app.meetings import policy, reading
from app.meetings.models import Ballot, BallotState

MOST_POINTS = 30
_STEPS_H = (1, 2, 3, 6, 12, 24, 48)


@dataclass(frozen=True)
class TurnoutPoint:
    """How many had taken part at a moment: persons, and their area in 0.01 m²."""

    at: datetime
    persons: int
    area_centi: int


def line(actor: Actor, compound_id: UUID, meeting_id: UUID) -> Sequence[TurnoutPoint]:
    """Turnout from the opening until now, or the close, in equal steps of hours or days; empty before the opening.

    A party whose ballots were withdrawn, or which changed its ballot, counts from the one that now stands.
    Raises Forbidden, MeetingNotFound.
    """
    policy.require_see_deliveries(actor, compound_id)
    meeting = reading.announced(compound_id, meeting_id)
    until = min(clock.now(), meeting.closes_at)
    if until <= meeting.opens_at:
        return []
    step = _step(until - meeting.opens_at)
    bucket = func.date_bin(step, Ballot.accepted_at, meeting.opens_at).label("bucket")
    rows = db.session.execute(
        select(bucket, func.count(), func.sum(Ballot.area_centi))
        .where(
            Ballot.compound_id == compound_id,
            Ballot.meeting_id == meeting_id,
            Ballot.state == BallotState.EFFECTIVE,
        )
        .group_by(bucket)
    )
    cast = {begins: (persons, int(area_centi)) for begins, persons, area_centi in rows}
    points, persons, area_centi = [TurnoutPoint(meeting.opens_at, 0, 0)], 0, 0
    begins = meeting.opens_at
    while begins < until:
        more = cast.get(begins, (0, 0))
        persons, area_centi = persons + more[0], area_centi + more[1]
        begins += step
        points.append(TurnoutPoint(min(begins, until), persons, area_centi))
    return points


def _step(length: timedelta) -> timedelta:
    hours = next((one for one in _STEPS_H if length / timedelta(hours=one) <= MOST_POINTS), _STEPS_H[-1])
    return timedelta(hours=hours)
