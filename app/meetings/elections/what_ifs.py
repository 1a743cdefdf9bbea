"""What an election had led to with parking and storage counted in (GR 25), noted beside the count. It binds nobody."""

from collections import Counter
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import select

from app.core.db import db
from app.meetings import excluded
from app.meetings.elections import candidates
from app.meetings.elections.tally import ElectionCount, ElectionResult, tally_election
from app.meetings.models import Ballot, BallotState, Meeting, Motion
from app.meetings.rules.rule_set import RuleSet
from app.meetings.tally import Electorate, Votes


def notes(meeting: Meeting, motion: Motion, rules: RuleSet) -> dict[str, Any]:
    """The notes of one election for the count record, None where there is none."""
    owners = excluded.owners(meeting, None)
    if not owners:
        return {"parking": None}
    seats, count = candidates.votes_on(meeting, motion)
    whole = Electorate(meeting.electorate_persons or 0, meeting.electorate_area_centi or 0)
    added = {party_id: area for party_id, _, area in owners if party_id is not None}
    electorate = Electorate(
        whole.persons + len(owners) - len(added), whole.area_centi + sum(area for _, _, area in owners)
    )
    published = tally_election(whole, seats, count, rules.blank_motion)
    found = tally_election(electorate, seats, _with_areas(meeting, motion, count, added), rules.blank_motion)
    return {"parking": _note(electorate, found, published)}


def _note(electorate: Electorate, found: ElectionResult, published: ElectionResult) -> dict[str, Any]:
    turns = _seats(found) != _seats(published)
    beside = "与公布的结果不同，请重点复核" if turns else "与公布的结果相同"
    return {
        "electorate": {"persons": electorate.persons, "area_centi": electorate.area_centi},
        "quorum": found.quorum.holds,
        "elected": list(found.elected),
        "needs_lot": list(found.needs_lot),
        "turns": turns,
        "text": f"如将车位、储藏室计入，当选人{beside}。",
    }


def _seats(result: ElectionResult) -> tuple[bool, frozenset[str], frozenset[str]]:
    return result.quorum.holds, frozenset(result.elected), frozenset(result.needs_lot)


def _with_areas(meeting: Meeting, motion: Motion, count: ElectionCount, added: Mapping[UUID, int]) -> ElectionCount:
    """The count with what these parties have of parking and storage added to their ballots."""
    took_part, blank, marked = 0, 0, Counter[str]()
    ballots = select(Ballot.party_id, Ballot.marks).where(
        Ballot.compound_id == meeting.compound_id,
        Ballot.meeting_id == meeting.id,
        Ballot.state == BallotState.EFFECTIVE,
        Ballot.party_id.in_(added),
    )
    for party_id, marks in db.session.execute(ballots):
        names, area = (marks or {}).get(str(motion.id), ()), added[party_id]
        took_part, blank = took_part + (area if names else 0), blank + (0 if names else area)
        marked.update(dict.fromkeys(names, area))
    return ElectionCount(
        count.took_part.plus(Votes(0, took_part)),
        count.blank.plus(Votes(0, blank)),
        {name: votes.plus(Votes(0, marked[name])) for name, votes in count.candidates.items()},
    )
