"""Committees (业主委员会、自行管理委员会): who takes office by a final result, and who follows those who leave."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from app.compounds import queries as compounds
from app.core import audit, clock
from app.core.db import db
from app.identity.actor import Actor
from app.meetings import policy, reading, trail
from app.meetings.committees.errors import (
    CommitteeElectedTwice,
    CommitteeEnded,
    CommitteeMemberNotFound,
    CommitteeNotFound,
    CommitteeRecorded,
    MemberHasLeft,
    MotionNotDecided,
    RemovalNeedsMotion,
)
from app.meetings.committees.models import Committee, CommitteeKind, CommitteeMember, Leaving
from app.meetings.elections import candidates, lots
from app.meetings.errors import MotionNotFound
from app.meetings.models import CountRecord, Meeting, Motion
from app.meetings.rules.rule_set import Category, Matter, RuleSet
from app.meetings.schedule import end_of_period, months_after
from app.meetings.tally import Verdict
from app.org.models import OrgUnit


def install(actor: Actor, meeting: Meeting) -> None:
    """Let those elected in a meeting whose result is final take office; where nobody was, nothing changes.

    The term runs from the final announcement, for as many years as the motion says, else the rule set: GR 32.
    Of two elections of one kind, which no meeting may have, the first of the agenda stands, and the trail says so.
    """
    years = RuleSet.from_dict(meeting.rule_set or {}).committee_term_years
    for motion in reading.motions_of(meeting):
        if motion.seats is None:
            continue
        outcome = lots.outcome_of(meeting, motion)
        names = {str(one.id): one.name for one in candidates.of_motions(meeting.compound_id, [motion.id])[motion.id]}
        members, substitutes = ([names[one] for one in outcome[part]] for part in ("elected", "substitutes"))
        if not members:
            continue
        kind = CommitteeKind(motion.committee_kind or CommitteeKind.OWNERS_COMMITTEE)
        if first := _of_meeting(meeting, kind):
            facts = {"motion_id": str(motion.id), "kind": kind.value}
            trail.note(actor, meeting, "skip_second_committee", {"motion_id": str(first.motion_id)}, facts)
        else:
            _take_office(actor, meeting, motion, kind, motion.seats, motion.term_years or years, members, substitutes)


def record_self_management(
    actor: Actor,
    compound_id: UUID,
    meeting_id: UUID,
    motion_id: UUID,
    members: Sequence[str],
    substitutes: Sequence[str],
    term_years: int,
) -> Committee:
    """Enter the self-management committee that owners' representatives formed by an ordinary motion: Civil Code 284.

    The motion has passed and its result is final; members and substitutes are names, in order.
    Raises Forbidden, PropertyCompanyServes, MeetingNotFound, MotionNotFound, MotionNotDecided, CommitteeRecorded,
    CommitteeElectedTwice, TermUnlawful.
    """
    policy.require_manage(actor, compound_id)
    candidates.refuse_beside_a_company(compound_id, CommitteeKind.SELF_MANAGEMENT)
    meeting = reading.existing(compound_id, meeting_id)
    motion = db.session.get(Motion, (compound_id, motion_id))
    if motion is None or motion.meeting_id != meeting_id:
        raise MotionNotFound
    ordinary = Matter(motion.matter).category is Category.ORDINARY and motion.scope_building_id is None
    if not (ordinary and motion.seats is None and passed(meeting, motion)):
        raise MotionNotDecided
    rules = RuleSet.from_dict(meeting.rule_set or {})
    candidates.check_term(rules, len(members), CommitteeKind.SELF_MANAGEMENT, term_years)
    _lock_compound(compound_id)
    if db.session.scalar(
        select(Committee.id).where(Committee.compound_id == compound_id, Committee.motion_id == motion_id)
    ):
        raise CommitteeRecorded
    kind = CommitteeKind.SELF_MANAGEMENT
    if first := _of_meeting(meeting, kind):
        title = db.session.get_one(Motion, (compound_id, first.motion_id)).title
        raise CommitteeElectedTwice(kind=kind.chinese, title=title, motion_id=str(first.motion_id))
    return _take_office(actor, meeting, motion, kind, len(members), term_years, members, substitutes)


def leave(
    actor: Actor,
    compound_id: UUID,
    committee_id: UUID,
    member_id: UUID,
    leaving: Leaving,
    reason: str,
    motion_id: UUID | None = None,
) -> Committee:
    """Record that a member or substitute leaves, with a reason; the first substitute moves up to an empty seat.

    A removal names the owners' decision, a final motion on the committee that passed: Civil Code 278(1)(3), GR 43-44.
    Raises Forbidden, CommitteeNotFound, CommitteeEnded, CommitteeMemberNotFound, MemberHasLeft, RemovalNeedsMotion.
    """
    policy.require_manage(actor, compound_id)
    committee = db.session.get(Committee, (compound_id, committee_id), with_for_update=True, populate_existing=True)
    if committee is None:
        raise CommitteeNotFound
    if committee.ended_at is not None:
        raise CommitteeEnded
    everybody = members_of(committee)
    member = next((one for one in everybody if one.id == member_id), None)
    if member is None:
        raise CommitteeMemberNotFound
    if member.left_at is not None:
        raise MemberHasLeft
    if leaving is Leaving.REMOVED:
        member.removal_motion_id = _removal(compound_id, motion_id).id
    now = clock.now()
    member.left_at, member.leaving, member.left_reason = now, leaving, reason
    followed_by = _follow(everybody, now) if member.joined_at else None
    db.session.flush()
    after = {"member_id": str(member_id), "leaving": leaving.value}
    after |= {"followed_by": str(followed_by.id)} if followed_by else {}
    audit.record(compound_id, actor.account_id, "leave_committee", committee_id, after=after)
    return committee


def members_of(committee: Committee) -> Sequence[CommitteeMember]:
    """Members and substitutes, also those who left, in the order of election."""
    return db.session.scalars(
        select(CommitteeMember)
        .where(CommitteeMember.compound_id == committee.compound_id, CommitteeMember.committee_id == committee.id)
        .order_by(CommitteeMember.position)
        .execution_options(populate_existing=True)
    ).all()


def passed(meeting: Meeting, motion: Motion) -> bool:
    """Whether a motion has passed and the result of its meeting is final."""
    record = db.session.get(CountRecord, (meeting.compound_id, meeting.id))
    if meeting.finalized_at is None or record is None:
        return False
    verdicts = {one["motion_id"]: one["verdict"] for one in record.record["motions"]}
    return verdicts.get(str(motion.id)) == Verdict.PASSES


def _removal(compound_id: UUID, motion_id: UUID | None) -> Motion:
    motion = db.session.get(Motion, (compound_id, motion_id)) if motion_id else None
    if motion is None or motion.matter != Matter.COMMITTEE or motion.seats is not None:
        raise RemovalNeedsMotion
    if not passed(reading.existing(compound_id, motion.meeting_id), motion):
        raise RemovalNeedsMotion
    return motion


def _follow(everybody: Sequence[CommitteeMember], now: datetime) -> CommitteeMember | None:
    """Let the first substitute who is still there take the seat."""
    first = next((one for one in everybody if one.joined_at is None and one.left_at is None), None)
    if first:
        first.joined_at = now
    return first


def _take_office(
    actor: Actor,
    meeting: Meeting,
    motion: Motion,
    kind: CommitteeKind,
    seats: int,
    years: int,
    members: Sequence[str],
    substitutes: Sequence[str],
) -> Committee:
    now = clock.now()
    _lock_compound(meeting.compound_id)
    _end_current(meeting.compound_id, kind, now)
    committee = Committee(
        compound_id=meeting.compound_id,
        kind=kind,
        meeting_id=meeting.id,
        motion_id=motion.id,
        seats=seats,
        began_at=now,
        expires_at=end_of_period(months_after(now, 12 * years), 0),
    )
    db.session.add(committee)
    db.session.flush()
    for position, name in enumerate((*members, *substitutes), start=1):
        db.session.add(
            CommitteeMember(
                compound_id=meeting.compound_id,
                committee_id=committee.id,
                position=position,
                name=name,
                owner_id=compounds.only_owner_named(meeting.compound_id, name),
                joined_at=now if position <= len(members) else None,
            )
        )
    db.session.flush()
    after = {"kind": kind.value, "motion_id": str(motion.id), "members": len(members), "seats": seats}
    audit.record(
        meeting.compound_id,
        actor.account_id,
        "committee_takes_office",
        committee.id,
        after={**after, "expires_at": committee.expires_at.isoformat()},
    )
    return committee


def _of_meeting(meeting: Meeting, kind: CommitteeKind) -> Committee | None:
    """The committee of this kind that came of the meeting already."""
    return db.session.scalars(
        select(Committee)
        .where(Committee.compound_id == meeting.compound_id, Committee.meeting_id == meeting.id, Committee.kind == kind)
        .limit(1)
    ).one_or_none()


def _end_current(compound_id: UUID, kind: CommitteeKind, now: datetime) -> None:
    current = select(Committee).where(
        Committee.compound_id == compound_id, Committee.kind == kind, Committee.ended_at.is_(None)
    )
    for committee in db.session.scalars(current.with_for_update()):
        committee.ended_at = now
    db.session.flush()


def _lock_compound(compound_id: UUID) -> None:
    """Let two committees of one compound take office one after the other; rows that refer to it may still come."""
    db.session.get(OrgUnit, compound_id, with_for_update={"key_share": True})
