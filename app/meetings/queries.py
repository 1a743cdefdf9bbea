"""Reads of meetings. During voting nothing here tells how anybody voted."""

from collections.abc import Sequence
from dataclasses import replace
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
from app.meetings.delivery import records as deliveries
from app.meetings.elections import candidates
from app.meetings.errors import MeetingNotFound
from app.meetings.models import (
    Ballot,
    CountRecord,
    Mandate,
    Meeting,
    MeetingState,
    VotingParty,
    VotingPartyOwner,
    VotingPartyUnit,
)
from app.meetings.paper import holding
from app.meetings.parties import STANDING
from app.meetings.states import PUBLIC_RESULT
from app.meetings.turnout import Turnout, turnout_of
from app.meetings.views import MeetingSummary, PartyView, delivers, view_of_meeting, view_of_party
from app.meetings.views import MeetingView as MeetingView
from app.meetings.views import MotionView as MotionView
from app.meetings.views import objections_until as objections_until
from app.meetings.views import view_of as view_of


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
    deliveries.record_opened(actor, meeting, [party.id for party in my_parties if delivers(party)])
    shown = view_of_meeting(meeting, state, motions_of(meeting), my_parties, _record(viewer, meeting))
    return replace(
        shown,
        cancel_asked_at=meeting.cancel_asked_at if viewer.sees_drafts else None,
        cancel_asked_reason=meeting.cancel_asked_reason if viewer.sees_drafts else None,
        turnout=turnout_of(meeting) if meeting.announced_at else None,
    )


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
    """Condition on a VotingParty of the meeting: the viewer owns a unit of it by today's roll, and voting runs.

    It names the meeting itself, since PostgreSQL looks for all such parties once, beside those that it is asked of.
    """
    if meeting.state_at(clock.now()) is not MeetingState.VOTING:
        return false()
    return exists().where(
        VotingPartyUnit.compound_id == meeting.compound_id,
        VotingPartyUnit.meeting_id == meeting.id,
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
    shown = view_of_party(
        meeting, party, doors, ballot, holding.received_at(party), standing.hindrance(viewer.actor, party)
    )
    return replace(
        shown,
        change_until=changing.until(viewer.actor, meeting, party, ballot) if ballot else None,
        mandate=None if mandate is None else {"id": mandate.id, "choices": mandate.choices, "marks": mandate.marks},
    )


def _record(viewer: policy.Viewer, meeting: Meeting) -> dict[str, Any] | None:
    published = meeting.state_at(clock.now()) in PUBLIC_RESULT
    shown = published or (meeting.counted_at is not None and viewer.sees_drafts)
    if not shown:
        return None
    record = db.session.get(CountRecord, (meeting.compound_id, meeting.id))
    return record.record if record else None
