"""Reads of meetings. During voting nothing here tells how anybody voted."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, exists, false, or_, select
from sqlalchemy.dialects.postgresql import distinct_on

from app.compounds.models import Ownership, Unit
from app.core import clock
from app.core.audit import AuditEvent
from app.core.db import db
from app.core.paging import WHOLE, Page
from app.identity.actor import Actor
from app.meetings import attachments, changing, policy, reading, standing, trail, voices
from app.meetings.attachments import AttachmentView
from app.meetings.ballots import CHOICES, Receipt, receipt_of
from app.meetings.delivery import records as deliveries
from app.meetings.elections import candidates
from app.meetings.elections.candidates import CandidateView
from app.meetings.errors import MeetingNotFound, NotYourVote
from app.meetings.models import (
    Ballot,
    CountRecord,
    Mandate,
    Meeting,
    MeetingState,
    Motion,
    VotingParty,
    VotingPartyOwner,
    VotingPartyUnit,
)
from app.meetings.paper import holding
from app.meetings.parties import STANDING
from app.meetings.party_errors import GuardianVotes, SeatDivided, SeatVoted
from app.meetings.rules.rule_set import Matter, RuleSet, deemed_warning
from app.meetings.schedule import end_of_period
from app.meetings.states import PUBLIC_RESULT, STATE_TEXT
from app.meetings.turnout import Turnout, turnout_of


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


def list_meetings(actor: Actor, compound_id: UUID) -> Sequence[MeetingSummary]:
    """The compound's meetings, the newest first; drafts for those who may see them, to a proxy the own.

    Raises Forbidden.
    """
    mandated = policy.mandated(actor, compound_id)
    viewer = policy.require_see(actor, compound_id, next(iter(mandated), None))
    found = select(Meeting).where(Meeting.compound_id == compound_id)
    if not (viewer.owner_ids or viewer.sees_drafts):
        found = found.where(Meeting.id.in_(mandated))
    if not viewer.sees_drafts:
        found = found.where(Meeting.announced_at.is_not(None))
    now = clock.now()
    return [
        MeetingSummary(one.id, one.title, one.state_at(now).value, one.opens_at, one.closes_at)
        for one in db.session.scalars(found.order_by(Meeting.id.desc()).limit(100))
    ]


def get_meeting(actor: Actor, compound_id: UUID, meeting_id: UUID) -> MeetingView:
    """One meeting with its motions, turnout and the actor's own parties; that it was opened is noted for these.

    Raises Forbidden, MeetingNotFound.
    """
    viewer = policy.require_see(actor, compound_id, meeting_id)
    meeting = reading.existing(compound_id, meeting_id)
    if meeting.announced_at is None and not viewer.sees_drafts:
        raise MeetingNotFound
    state, my_parties = meeting.state_at(clock.now()), _parties_of(viewer, meeting)
    deliveries.record_opened(actor, meeting, [party.id for party in my_parties if _delivers(party)])
    return MeetingView(
        id=meeting.id,
        compound_id=compound_id,
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
        cancel_asked_at=meeting.cancel_asked_at if viewer.sees_drafts else None,
        cancel_asked_reason=meeting.cancel_asked_reason if viewer.sees_drafts else None,
        rule_set_version=meeting.rule_set_version,
        ballot_change_allowed=changing.allowed(meeting),
        motions=motions_of(meeting),
        turnout=turnout_of(meeting) if meeting.announced_at else None,
        my_parties=my_parties,
        warning=deemed_warning(RuleSet.from_dict(meeting.rule_set)) if meeting.rule_set else None,
        record=_record(viewer, meeting),
    )


def _delivers(party: PartyView) -> bool:
    """Whether its reading is the party's own: not a proxy's, nor a ward's, a seller's or the buyer of a part."""
    return party.mandate is None and (party.refusal is None or party.refusal["code"] not in _NOT_THE_PARTYS_READING)


_NOT_THE_PARTYS_READING = {one.code for one in (GuardianVotes, NotYourVote, SeatDivided, SeatVoted)}


def objections_until(meeting: Meeting) -> datetime | None:
    """When the objection period ends: before it owners may object, from it on the result may become final."""
    if meeting.published_at is None:
        return None
    return end_of_period(meeting.published_at, RuleSet.from_dict(meeting.rule_set or {}).result_objection_days)


def get_turnout(actor: Actor, compound_id: UUID, meeting_id: UUID) -> Turnout:
    """The turnout of an announced meeting. Raises Forbidden, MeetingNotFound."""
    policy.require_see(actor, compound_id, meeting_id)
    meeting = reading.announced(compound_id, meeting_id)
    return turnout_of(meeting)


def audit_of(actor: Actor, compound_id: UUID, meeting_id: UUID, page: Page = WHOLE) -> Sequence[AuditEvent]:
    """Every act on the meeting, for those who run or supervise it. Raises Forbidden, MeetingNotFound."""
    policy.require_see_drafts(actor, compound_id)
    return trail.events_of(reading.existing(compound_id, meeting_id), page)


def motions_of(meeting: Meeting) -> list[MotionView]:
    """The agenda, with attachments and candidates."""
    attached = attachments.of_meeting(meeting)
    motions = reading.motions_of(meeting)
    standing = candidates.of_motions(meeting.compound_id, [motion.id for motion in motions if motion.seats])
    return [view_of(motion, attached.get(motion.id, ()), standing.get(motion.id, ())) for motion in motions]


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


def _parties_of(viewer: policy.Viewer, meeting: Meeting) -> list[PartyView]:
    """The actor's own parties, those that it has a mandate of, and while voting runs those of units that it bought."""
    own = exists().where(
        VotingPartyOwner.compound_id == VotingParty.compound_id,
        VotingPartyOwner.meeting_id == VotingParty.meeting_id,
        VotingPartyOwner.party_id == VotingParty.id,
        VotingPartyOwner.owner_id.in_(viewer.owner_ids),
    )
    rows = db.session.execute(
        select(VotingParty, own, Mandate, Ballot)
        .outerjoin(
            Mandate,
            (Mandate.compound_id == VotingParty.compound_id)
            & (Mandate.meeting_id == VotingParty.meeting_id)
            & (Mandate.party_id == VotingParty.id)
            & (Mandate.account_id == viewer.actor.account_id)
            & Mandate.revoked_at.is_(None),
        )
        .outerjoin(
            Ballot,
            (Ballot.compound_id == VotingParty.compound_id)
            & (Ballot.meeting_id == VotingParty.meeting_id)
            & (Ballot.party_id == VotingParty.id)
            & Ballot.state.in_(STANDING)
            & or_(voices.may_read(viewer.owner_ids), Ballot.mandate_id == Mandate.id),
        )
        .where(
            VotingParty.compound_id == meeting.compound_id,
            VotingParty.meeting_id == meeting.id,
            own | Mandate.id.is_not(None) | _bought(viewer, meeting),
        )
        .order_by(VotingParty.number, Mandate.id)
        .ext(distinct_on(VotingParty.number))
    )
    return [
        _party_view(viewer, meeting, party, ballot, None if is_own else mandate)
        for party, is_own, mandate, ballot in rows
    ]


def _bought(viewer: policy.Viewer, meeting: Meeting) -> ColumnElement[bool]:
    """Condition on a VotingParty: the viewer owns a unit of it by today's roll, and voting runs."""
    if meeting.state_at(clock.now()) is not MeetingState.VOTING:
        return false()
    return exists().where(
        VotingPartyUnit.compound_id == VotingParty.compound_id,
        VotingPartyUnit.meeting_id == VotingParty.meeting_id,
        VotingPartyUnit.party_id == VotingParty.id,
        Ownership.compound_id == VotingPartyUnit.compound_id,
        Ownership.unit_id == VotingPartyUnit.unit_id,
        Ownership.owner_id.in_(viewer.owner_ids),
        Ownership.valid_to.is_(None),
        Unit.compound_id == VotingPartyUnit.compound_id,
        Unit.id == VotingPartyUnit.unit_id,
        ~Unit.held_by_developer,
    )


def _party_view(
    viewer: policy.Viewer, meeting: Meeting, party: VotingParty, ballot: Ballot | None, mandate: Mandate | None
) -> PartyView:
    doors = db.session.scalars(
        select(VotingPartyUnit.door)
        .where(
            VotingPartyUnit.compound_id == party.compound_id,
            VotingPartyUnit.meeting_id == party.meeting_id,
            VotingPartyUnit.party_id == party.id,
        )
        .order_by(VotingPartyUnit.door)
    ).all()
    choices = (
        {
            str(motion_id): CHOICES[code].value
            for motion_id, code in zip(meeting.motion_ids, ballot.choices, strict=True)
        }
        if ballot
        else None
    )
    refused = standing.hindrance(viewer.actor, party)
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
        change_until=changing.until(viewer.actor, meeting, party, ballot) if ballot else None,
        mandate=None if mandate is None else {"id": mandate.id, "choices": mandate.choices, "marks": mandate.marks},
        paper_received_at=holding.received_at(party),
        refusal={"code": refused.code, "message": refused.text} if refused else None,
    )


def _record(viewer: policy.Viewer, meeting: Meeting) -> dict[str, Any] | None:
    published = meeting.state_at(clock.now()) in PUBLIC_RESULT
    shown = published or (meeting.counted_at is not None and viewer.sees_drafts)
    if not shown:
        return None
    record = db.session.get(CountRecord, (meeting.compound_id, meeting.id))
    return record.record if record else None
