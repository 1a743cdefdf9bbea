"""Turnout: how many have taken part, now and by when. Never choices."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Final
from uuid import UUID

from sqlalchemy import func, select

from app.compounds.queries import REPRESENTED
from app.core import clock
from app.core.crypto import token_hash
from app.core.db import HotStatement, db, fetch_one_alone, sql_text
from app.identity.actor import Actor
from app.identity.service import kept_alive
from app.meetings import policy, reading
from app.meetings.models import Ballot, BallotState, Meeting
from app.meetings.tally import Electorate, quorum

MOST_POINTS = 30
_STEPS_H = (1, 2, 3, 6, 12, 24, 48)


_AT_ONCE: Final = HotStatement.of(
    sql_text(Path(__file__).parent / "turnout_at_once.sql", represented=REPRESENTED).replace(
        "%(account_id)s", "me.account_id"
    )
)


@dataclass(frozen=True)
class Turnout:
    """How many took part so far, beside what a quorum needs: persons, and areas in 0.01 m². Never choices."""

    persons: int
    area_centi: int
    electorate_persons: int
    electorate_area_centi: int
    needed_persons: int
    needed_area_centi: int
    quorum: bool


@dataclass(frozen=True)
class TurnoutPoint:
    """How many had taken part at a moment: persons, and their area in 0.01 m²."""

    at: datetime
    persons: int
    area_centi: int


def turnout_of(meeting: Meeting) -> Turnout:
    """The turnout of an announced meeting."""
    persons, area_centi = db.session.execute(
        select(func.count(), func.coalesce(func.sum(Ballot.area_centi), 0)).where(
            Ballot.compound_id == meeting.compound_id,
            Ballot.meeting_id == meeting.id,
            Ballot.state == BallotState.EFFECTIVE,
        )
    ).one()
    return beside_quorum(meeting.electorate_persons, meeting.electorate_area_centi, persons, int(area_centi))


def turnout_at_once(token: str, compound_id: UUID, meeting_id: UUID) -> Turnout | None:
    """The turnout of an announced meeting for the owner signed in with the token, in one statement.

    None: there is more to do than to look, or nothing may be seen; `queries.get_turnout` knows.
    """
    now = clock.now()
    asked = {"token_hash": token_hash(token), "kept_alive": kept_alive(now), "now": now}
    found = fetch_one_alone(_AT_ONCE, {**asked, "compound_id": compound_id, "meeting_id": meeting_id})
    return beside_quorum(*found) if found else None


@lru_cache(maxsize=1024)
def beside_quorum(
    electorate_persons: int | None, electorate_area_centi: int | None, persons: int, area_centi: int
) -> Turnout:
    """The turnout of so many of an electorate; areas in 0.01 m². Kept: many look between two ballots."""
    electorate = Electorate(electorate_persons or 0, electorate_area_centi or 0)
    reached = quorum(electorate, persons, area_centi)
    return Turnout(
        persons=persons,
        area_centi=area_centi,
        electorate_persons=electorate.persons,
        electorate_area_centi=electorate.area_centi,
        needed_persons=reached.needed_persons,
        needed_area_centi=reached.needed_area,
        quorum=reached.holds,
    )


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
