"""Committees as owners see them. The names of those who hold an office are public to the owners who elected them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from app.core import clock
from app.core.db import db
from app.identity.actor import Actor
from app.meetings import policy
from app.meetings.committees import acts as committees
from app.meetings.committees.models import Committee, CommitteeKind, CommitteeMember


@dataclass(frozen=True)
class MemberView:
    """Somebody on a committee: `standing` is member, substitute or left. The reason of a leave is for staff only."""

    id: UUID
    position: int
    name: str
    standing: str
    joined_at: datetime | None
    left_at: datetime | None
    leaving: str | None
    left_reason: str | None


@dataclass(frozen=True)
class CommitteeView:
    """A committee: `state` is in_office, expired (nobody was elected since) or ended (replaced).

    needs_election   fewer than half of the seats are filled, or the term is over: GR 46-47
    """

    id: UUID
    kind: str
    kind_text: str
    meeting_id: UUID
    motion_id: UUID
    seats: int
    vacancies: int
    began_at: datetime
    expires_at: datetime
    ended_at: datetime | None
    state: str
    state_text: str
    needs_election: bool
    members: Sequence[MemberView]


STATE_TEXT = {"in_office": "任期内", "expired": "任期已届满", "ended": "已换届"}


def list_committees(actor: Actor, compound_id: UUID, current: bool = False) -> Sequence[CommitteeView]:
    """The compound's committees, the newest first, or the current ones only, one a kind. Raises Forbidden."""
    viewer = policy.require_see(actor, compound_id)
    found = select(Committee).where(Committee.compound_id == compound_id)
    if current:
        found = found.where(Committee.ended_at.is_(None))
    newest = found.order_by(Committee.began_at.desc(), Committee.id.desc()).limit(100)
    return [_view(committee, viewer.sees_drafts) for committee in db.session.scalars(newest)]


def view_of(actor: Actor, committee: Committee) -> CommitteeView:
    """One committee as the actor sees it."""
    return _view(committee, policy.can_see_drafts(actor, committee.compound_id))


def _view(committee: Committee, reasons: bool) -> CommitteeView:
    members = [_member(one, reasons) for one in committees.members_of(committee)]
    seated = sum(one.standing == "member" for one in members)
    state = _state(committee, clock.now())
    return CommitteeView(
        id=committee.id,
        kind=committee.kind,
        kind_text=CommitteeKind(committee.kind).chinese,
        meeting_id=committee.meeting_id,
        motion_id=committee.motion_id,
        seats=committee.seats,
        vacancies=committee.seats - seated,
        began_at=committee.began_at,
        expires_at=committee.expires_at,
        ended_at=committee.ended_at,
        state=state,
        state_text=STATE_TEXT[state],
        needs_election=state == "expired" or (state == "in_office" and 2 * seated < committee.seats),
        members=members,
    )


def _state(committee: Committee, now: datetime) -> str:
    if committee.ended_at:
        return "ended"
    return "expired" if now >= committee.expires_at else "in_office"


def _member(member: CommitteeMember, reasons: bool) -> MemberView:
    seated = "member" if member.joined_at else "substitute"
    return MemberView(
        id=member.id,
        position=member.position,
        name=member.name,
        standing="left" if member.left_at else seated,
        joined_at=member.joined_at,
        left_at=member.left_at,
        leaving=member.leaving,
        left_reason=member.left_reason if reasons else None,
    )
