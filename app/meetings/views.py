"""How a meeting, its motions and the reader's parties are shown. During voting nothing here tells how anybody voted."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from app.core.errors import AppError
from app.meetings import changing
from app.meetings.attachments import AttachmentView
from app.meetings.ballots import CHOICES, Receipt, receipt_of
from app.meetings.elections.candidates import CandidateView
from app.meetings.errors import NotYourVote
from app.meetings.models import Ballot, Meeting, MeetingState, Motion, VotingParty
from app.meetings.party_errors import GuardianVotes, SeatDivided, SeatVoted
from app.meetings.rules.rule_set import Matter, RuleSet, deemed_warning
from app.meetings.schedule import end_of_period
from app.meetings.states import STATE_TEXT
from app.meetings.turnout import Turnout


@dataclass(frozen=True)
class MotionView:
    """A motion with its category and threshold in words."""

    id: UUID
    position: int
    matter: int
    matter_text: str
    category: str
    category_text: str
    article: str
    title: str
    text: str
    scope_building_id: UUID | None
    scope_stairwell: str | None
    scope_name: str | None
    seats: int | None
    committee_kind: str | None
    term_years: int | None
    candidates: Sequence[CandidateView]
    attachments: Sequence[AttachmentView]


@dataclass(frozen=True)
class PartyView:
    """A voting party of the actor, and its ballot if it has one. `choices` by motion id.

    `mandate`: by which the actor may vote for somebody else's party, and what it fixes; then only the actor's own
    ballot is shown. `refusal`: why the actor may not vote for it, as casting would say.
    `paper_received_at`: when its signed sheet was handed in, also while that is still to be entered.
    `change_until`: until when the actor may change the ballot, once; None: not, or not any more.
    """

    id: UUID
    number: int
    doors: Sequence[str]
    area_centi: int
    out_of_scope: Sequence[UUID]
    ballot_id: UUID | None
    ballot_state: str | None
    accepted_at: datetime | None
    choices: dict[str, str] | None
    marks: dict[str, Any] | None
    receipt: Receipt | None
    change_until: datetime | None
    mandate: dict[str, Any] | None
    paper_received_at: datetime | None
    refusal: dict[str, str] | None


@dataclass(frozen=True)
class MeetingSummary:
    """A meeting in a list."""

    id: UUID
    title: str
    state: str
    opens_at: datetime
    closes_at: datetime


@dataclass(frozen=True)
class MeetingView:
    """A meeting as a page shows it. `record` is the count: to staff once counted, to all once published.

    `cancel_asked_at`: to staff, that one of the two who cancel an open meeting has asked for it.
    `ballot_change_allowed`: whether its rules let a party change its ballot once before the close.
    `warning`: what silence leads to, where the rule set lets it join the majority.
    """

    id: UUID
    compound_id: UUID
    title: str
    convenor: str
    state: str
    state_text: str
    opens_at: datetime
    closes_at: datetime
    announced_at: datetime | None
    published_at: datetime | None
    result_code: str | None
    objections_until: datetime | None
    finalized_at: datetime | None
    annulled_at: datetime | None
    annul_reason: str | None
    cancel_asked_at: datetime | None
    cancel_asked_reason: str | None
    rule_set_version: int | None
    ballot_change_allowed: bool
    motions: Sequence[MotionView]
    turnout: Turnout | None
    my_parties: Sequence[PartyView]
    warning: str | None
    record: dict[str, Any] | None


def view_of_meeting(
    meeting: Meeting,
    state: MeetingState,
    motions: Sequence[MotionView],
    my_parties: Sequence[PartyView],
    record: dict[str, Any] | None,
) -> MeetingView:
    """A meeting as an owner sees it in a state, but for its turnout."""
    return MeetingView(
        id=meeting.id,
        compound_id=meeting.compound_id,
        title=meeting.title,
        convenor=meeting.convenor,
        state=state.value,
        state_text=STATE_TEXT[state],
        opens_at=meeting.opens_at,
        closes_at=meeting.closes_at,
        announced_at=meeting.announced_at,
        published_at=meeting.published_at,
        result_code=meeting.result_code,
        objections_until=objections_until(meeting),
        finalized_at=meeting.finalized_at,
        annulled_at=meeting.annulled_at,
        annul_reason=meeting.annul_reason,
        cancel_asked_at=None,
        cancel_asked_reason=None,
        rule_set_version=meeting.rule_set_version,
        ballot_change_allowed=changing.allowed(meeting),
        motions=motions,
        turnout=None,
        my_parties=my_parties,
        warning=deemed_warning(RuleSet.from_dict(meeting.rule_set)) if meeting.rule_set else None,
        record=record,
    )


def delivers(party: PartyView) -> bool:
    """Whether its reading is the party's own: not a proxy's, nor a ward's, a seller's or the buyer of a part."""
    return party.mandate is None and (party.refusal is None or party.refusal["code"] not in _NOT_THE_PARTYS_READING)


_NOT_THE_PARTYS_READING = {one.code for one in (GuardianVotes, NotYourVote, SeatDivided, SeatVoted)}


def objections_until(meeting: Meeting) -> datetime | None:
    """When the objection period ends: before it owners may object, from it on the result may become final."""
    if meeting.published_at is None:
        return None
    return end_of_period(meeting.published_at, RuleSet.from_dict(meeting.rule_set or {}).result_objection_days)


def view_of(
    motion: Motion, attached: Sequence[AttachmentView] = (), standing: Sequence[CandidateView] = ()
) -> MotionView:
    """A motion with what the law says of its matter, and its attachments."""
    matter = Matter(motion.matter)
    return MotionView(
        id=motion.id,
        position=motion.position,
        matter=motion.matter,
        matter_text=matter.chinese,
        category=matter.category.value,
        category_text=matter.category.chinese,
        article=matter.article,
        title=motion.title,
        text=motion.text,
        scope_building_id=motion.scope_building_id,
        scope_stairwell=motion.scope_stairwell,
        scope_name=motion.scope_name,
        seats=motion.seats,
        committee_kind=motion.committee_kind,
        term_years=motion.term_years,
        candidates=standing,
        attachments=attached,
    )


def view_of_party(
    meeting: Meeting,
    party: VotingParty,
    doors: Sequence[str],
    ballot: Ballot | None,
    paper_received_at: datetime | None,
    refused: AppError | None,
) -> PartyView:
    """A party as one of its own sees it who may change no ballot of it and holds no mandate for it."""
    choices = (
        {
            str(motion_id): CHOICES[code].value
            for motion_id, code in zip(meeting.motion_ids, ballot.choices, strict=True)
        }
        if ballot
        else None
    )
    return PartyView(
        id=party.id,
        number=party.number,
        doors=doors,
        area_centi=party.area_centi,
        out_of_scope=party.out_of_scope,
        ballot_id=ballot.id if ballot else None,
        ballot_state=ballot.state if ballot else None,
        accepted_at=ballot.accepted_at if ballot else None,
        choices=choices,
        marks=ballot.marks if ballot else None,
        receipt=receipt_of(ballot) if ballot else None,
        change_until=None,
        mandate=None,
        paper_received_at=paper_received_at,
        refusal={"code": refused.code, "message": refused.text} if refused else None,
    )
