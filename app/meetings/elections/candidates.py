"""Electing the committee (业主委员会选举): candidates on the agenda, marks on ballots, the outcome in the count record.

A party marks up to as many candidates as there are seats. What is elected, and how ties are ranked: see `elections`.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol
from uuid import UUID

from sqlalchemy import func, select, text

from app.core import clock
from app.core.db import db
from app.core.ids import new_id
from app.identity.actor import Actor
from app.meetings import policy, states, trail
from app.meetings.committees.errors import CommitteeElectedTwice, PropertyCompanyServes, TermUnlawful
from app.meetings.committees.models import CommitteeKind
from app.meetings.elections.candidate_models import Candidate, Nominated
from app.meetings.elections.tally import ElectionCount, ElectionResult, tally_election
from app.meetings.errors import CandidateNotFound, MotionNotFound, NoCandidates, NotAnElection, SeatsUnlawful
from app.meetings.models import Meeting, MeetingState, Motion
from app.meetings.rules.rule_set import GR_32, InvalidRuleSet, Matter, RuleSet
from app.meetings.tally import Electorate, Votes
from app.org.models import Role
from app.org.queries import is_staffed


class Election(Protocol):
    """What must be known of a motion, of a meeting or wished for, to tell which committee it elects. No seats: none."""

    @property
    def title(self) -> str: ...
    @property
    def seats(self) -> int | None: ...
    @property
    def committee_kind(self) -> str | None: ...


@dataclass(frozen=True)
class CandidateView:
    """A candidate as the ballot sheet shows it; how the nomination came, and where its sheet is filed, to the desk."""

    id: UUID
    position: int
    name: str
    statement: str
    nominated: Nominated | None
    paper_note: str | None


def check_seats(rules: RuleSet, matter: Matter, seats: int | None) -> None:
    """Refuse seats of anything but a committee, and a number that is even or out of bounds: GR 31.

    Raises SeatsUnlawful.
    """
    if seats is None:
        return
    if matter is not Matter.COMMITTEE:
        raise SeatsUnlawful(reason="只有选举业主委员会的事项才有席位", article=Matter.COMMITTEE.article)
    try:
        rules.check_committee_seats(seats)
    except InvalidRuleSet as fault:
        raise SeatsUnlawful(reason=fault.reason, article=fault.article) from fault


def check_term(rules: RuleSet, seats: int | None, kind: CommitteeKind | None, years: int | None) -> None:
    """Refuse a kind or term of anything but a committee to elect, and a term longer than the rules have it: GR 32.

    Raises TermUnlawful.
    """
    if seats is None and (kind, years) != (None, None):
        raise TermUnlawful(reason="只有带席位数的选举事项才有委员会类别和任期")
    if years is not None and not 1 <= years <= rules.committee_term_years:
        raise TermUnlawful(reason=f"任期应当是 1 至 {rules.committee_term_years} 年，现为 {years} 年（{GR_32}）")


def refuse_beside_a_company(compound_id: UUID, kind: str | None) -> None:
    """Refuse a self-management committee where a property company serves: Civil Code 284 has owners manage either way.

    The company is known by its people, who are on record so that they keep out. Raises PropertyCompanyServes.
    """
    if kind == CommitteeKind.SELF_MANAGEMENT and is_staffed(compound_id, Role.PROPERTY_STAFF):
        raise PropertyCompanyServes


def kind_of(election: Election) -> CommitteeKind:
    """Which committee an election elects; without a word, the owners' committee."""
    return CommitteeKind(election.committee_kind or CommitteeKind.OWNERS_COMMITTEE)


def refuse_second_election(others: Iterable[Election], kind: str | None) -> None:
    """Refuse the election of a committee that one of these motions elects: the later would end the one before it.

    Raises CommitteeElectedTwice.
    """
    wanted = CommitteeKind(kind or CommitteeKind.OWNERS_COMMITTEE)
    for other in others:
        if other.seats is not None and kind_of(other) is wanted:
            motion_id = str(other.id) if isinstance(other, Motion) else None
            raise CommitteeElectedTwice(kind=wanted.chinese, title=other.title, motion_id=motion_id)


def check_election(
    compound_id: UUID,
    rules: RuleSet,
    matter: Matter,
    seats: int | None,
    kind: CommitteeKind | None,
    term_years: int | None,
    others: Iterable[Election],
) -> None:
    """Refuse an election that the law or the rules do not allow, beside the other motions of the same agenda.

    Raises PropertyCompanyServes, SeatsUnlawful, TermUnlawful, CommitteeElectedTwice.
    """
    refuse_beside_a_company(compound_id, kind)
    check_seats(rules, matter, seats)
    check_term(rules, seats, kind, term_years)
    if seats is not None:
        refuse_second_election(others, kind)


def add_candidate(
    actor: Actor,
    compound_id: UUID,
    meeting_id: UUID,
    motion_id: UUID,
    name: str,
    statement: str,
    candidate_id: UUID | None = None,
    nominated: Nominated | None = None,
    paper_note: str | None = None,
) -> CandidateView:
    """Put somebody on the ballot sheet of a draft's election, after the others.

    `nominated`: by whom (GR 14), and `paper_note` where the sheet is filed on which that came to the desk.
    `candidate_id`: the id that the caller chose; the same again is the one that there is.
    Raises Forbidden, MeetingNotFound, WrongMeetingState, MotionNotFound, NotAnElection.
    """
    meeting, motion = _election_of_draft(actor, compound_id, meeting_id, motion_id)
    if candidate_id and (made := db.session.get(Candidate, (compound_id, candidate_id))):
        if made.motion_id != motion.id:
            raise CandidateNotFound
        return _view(made)
    last = select(func.max(Candidate.position)).where(
        Candidate.compound_id == compound_id, Candidate.motion_id == motion.id
    )
    position = (db.session.scalar(last) or 0) + 1
    candidate = Candidate(
        compound_id=compound_id,
        id=candidate_id or new_id(),
        motion_id=motion.id,
        position=position,
        name=name,
        statement=statement,
        nominated=nominated,
        paper_note=paper_note,
    )
    db.session.add(candidate)
    db.session.flush()
    facts = {"candidate_id": str(candidate.id), "motion_id": str(motion.id), "on_paper": paper_note is not None}
    trail.note(actor, meeting, "add_candidate", None, facts)
    return _view(candidate)


def remove_candidate(actor: Actor, compound_id: UUID, meeting_id: UUID, motion_id: UUID, candidate_id: UUID) -> None:
    """Take somebody off the ballot sheet of a draft's election.

    Raises Forbidden, MeetingNotFound, WrongMeetingState, MotionNotFound, NotAnElection, CandidateNotFound.
    """
    meeting, motion = _election_of_draft(actor, compound_id, meeting_id, motion_id)
    candidate = db.session.get(Candidate, (compound_id, candidate_id))
    if candidate is None or candidate.motion_id != motion.id:
        raise CandidateNotFound
    db.session.delete(candidate)
    db.session.flush()
    trail.note(actor, meeting, "remove_candidate", {"candidate_id": str(candidate_id)}, None)


def of_motions(compound_id: UUID, motion_ids: Sequence[UUID]) -> dict[UUID, list[CandidateView]]:
    """The candidates of each election, in the order of the ballot sheet."""
    found: dict[UUID, list[CandidateView]] = defaultdict(list)
    candidates = (
        select(Candidate)
        .where(Candidate.compound_id == compound_id, Candidate.motion_id.in_(motion_ids))
        .order_by(Candidate.position)
    )
    for one in db.session.scalars(candidates):
        found[one.motion_id].append(_view(one))
    return found


def freeze(compound_id: UUID, motions: Sequence[Motion], rules: RuleSet) -> dict[str, Any] | None:
    """What casting must know of a meeting's elections: motion id -> seats and candidates. None without an election.

    Raises SeatsUnlawful and TermUnlawful under the rules now in force, PropertyCompanyServes, CommitteeElectedTwice,
    NoCandidates.
    """
    elections = [motion for motion in motions if motion.seats is not None]
    candidates = of_motions(compound_id, [motion.id for motion in elections])
    for place, motion in enumerate(elections):
        matter, others = Matter(motion.matter), elections[:place]
        check_election(compound_id, rules, matter, motion.seats, kind_of(motion), motion.term_years, others)
        if not candidates[motion.id]:
            raise NoCandidates(title=motion.title, motion_id=str(motion.id))
    return {
        str(motion.id): {"seats": motion.seats, "candidates": [str(one.id) for one in candidates[motion.id]]}
        for motion in elections
    } or None


def copy(source: Motion, target: Motion) -> None:
    """Give an election the candidates of another."""
    for one in of_motions(source.compound_id, [source.id])[source.id]:
        db.session.add(
            Candidate(
                compound_id=target.compound_id,
                motion_id=target.id,
                position=one.position,
                name=one.name,
                statement=one.statement,
                nominated=one.nominated,
                paper_note=one.paper_note,
            )
        )
    db.session.flush()


_TURNOUT = text(
    """
    SELECT coalesce(marks ? :motion_id, false) AS marked, count(*) AS persons, sum(area_centi)::bigint AS area_centi
    FROM ballot WHERE compound_id = :compound_id AND meeting_id = :meeting_id AND state = 'effective' GROUP BY marked
    """
)
_MARKS = text(
    """
    SELECT mark.candidate, count(*) AS persons, sum(ballot.area_centi)::bigint AS area_centi
    FROM ballot, jsonb_array_elements_text(ballot.marks -> :motion_id) AS mark (candidate)
    WHERE ballot.compound_id = :compound_id AND ballot.meeting_id = :meeting_id AND ballot.state = 'effective'
    GROUP BY mark.candidate
    """
)


def count(meeting: Meeting, motion: Motion, rules: RuleSet, lots: Mapping[str, int] | None = None) -> dict[str, Any]:
    """The outcome of an election for the count record: every candidate, substitutes, vacancies, ties for a lot."""
    seats, counted = votes_on(meeting, motion)
    electorate = Electorate(meeting.electorate_persons or 0, meeting.electorate_area_centi or 0)
    result = tally_election(electorate, seats, counted, rules.blank_motion, lots)
    return {"motion_id": str(motion.id), "position": motion.position, "title": motion.title, **_record(result, counted)}


def votes_on(meeting: Meeting, motion: Motion) -> tuple[int, ElectionCount]:
    """Seats of an election, and its stored ballots counted."""
    election = (meeting.elections or {})[str(motion.id)]
    key = {"compound_id": meeting.compound_id, "meeting_id": meeting.id, "motion_id": str(motion.id)}
    took_part, votes = {True: Votes(0, 0), False: Votes(0, 0)}, dict.fromkeys(election["candidates"], Votes(0, 0))
    for row in db.session.execute(_TURNOUT, key):
        took_part[row.marked] = Votes(row.persons, row.area_centi)
    for row in db.session.execute(_MARKS, key):
        votes[row.candidate] = Votes(row.persons, row.area_centi)
    return election["seats"], ElectionCount(took_part[True], took_part[False], votes)


def _record(result: ElectionResult, counted: ElectionCount) -> dict[str, Any]:
    return {
        "article": Matter.COMMITTEE.article,
        "seats": result.seats,
        "took_part": counted.took_part._asdict(),
        "blank": counted.blank._asdict(),
        "quorum": result.quorum.holds,
        "quorum_comparisons": [one.sentence for one in result.quorum.comparisons],
        "candidates": [
            {
                "candidate_id": one.candidate,
                "persons": one.persons,
                "area_centi": one.area_centi,
                "rank": one.rank,
                "outcome": one.outcome.value,
                "comparisons": [step.sentence for step in one.comparisons],
            }
            for one in result.candidates
        ],
        "elected": list(result.elected),
        "substitutes": list(result.substitutes),
        "needs_lot": list(result.needs_lot),
        "seats_by_lot": result.seats_by_lot,
        "vacancies": result.vacancies,
        "differs_if_blank_counted_otherwise": result.differs_if_blank_counted_otherwise,
    }


def _election_of_draft(actor: Actor, compound_id: UUID, meeting_id: UUID, motion_id: UUID) -> tuple[Meeting, Motion]:
    policy.require_manage(actor, compound_id)
    meeting = states.locked(compound_id, meeting_id, clock.now(), MeetingState.DRAFT)
    motion = db.session.get(Motion, (compound_id, motion_id))
    if motion is None or motion.meeting_id != meeting_id:
        raise MotionNotFound
    if motion.seats is None:
        raise NotAnElection
    return meeting, motion


def _view(candidate: Candidate) -> CandidateView:
    return CandidateView(
        candidate.id,
        candidate.position,
        candidate.name,
        candidate.statement,
        Nominated(candidate.nominated) if candidate.nominated else None,
        candidate.paper_note,
    )
