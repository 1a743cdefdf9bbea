"""When a meeting goes wrong: cancel it, extend its voting, correct it or take it up again with a new draft.

Each act is on the audit log with what was before and after.
"""

from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from app.core import clock
from app.core.db import db
from app.identity.actor import Actor
from app.meetings import attachments, drafting, policy, reading, states, telling, trail
from app.meetings.elections import candidates
from app.meetings.errors import AlreadyRedrafted, CancellationAsked, ExtensionNotAllowed
from app.meetings.models import Convenor, Meeting, MeetingState
from app.meetings.petitions import delivery as petition_delivery
from app.meetings.rules.rule_set import RuleSet
from app.meetings.schedule import days_between
from app.meetings.turnout import turnout_of

_BEGUN = (MeetingState.VOTING, MeetingState.CLOSED)
_STANDING = (MeetingState.DRAFT, MeetingState.ANNOUNCED, *_BEGUN)
_REDRAFTED = (MeetingState.ANNOUNCED, MeetingState.CANCELLED, MeetingState.ANNULLED)
_TAKEN_OVER = (
    "matter",
    "title",
    "text",
    "scope_building_id",
    "scope_stairwell",
    "scope_name",
    "seats",
    "committee_kind",
    "term_years",
)


def cancel(actor: Actor, compound_id: UUID, meeting_id: UUID, reason: str) -> Meeting:
    """Cancel a meeting that is not counted yet, with a reason that the owners are told.

    Before voting opens the secretary does. Afterwards ballots are destroyed by it, so it takes two, as the count does:
    secretary or supervisor asks with the reason, and the other one, of another account, does it.
    Raises Forbidden, MeetingNotFound, WrongMeetingState, CancellationAsked.
    """
    policy.require_see_drafts(actor, compound_id)
    now = clock.now()
    meeting = states.locked(compound_id, meeting_id, now, *_STANDING)
    if meeting.state_at(now) not in _BEGUN:
        policy.require_manage(actor, compound_id)
        _cancel(actor, meeting, reason, now)
    elif meeting.cancel_asked_by is None:
        _ask_to_cancel(actor, meeting, reason, now)
    else:
        _cancel_as_second(actor, meeting, now)
    return meeting


def _ask_to_cancel(actor: Actor, meeting: Meeting, reason: str, now: datetime) -> None:
    capacity = policy.counting_capacities(actor, meeting.compound_id)[0]
    meeting.cancel_asked_by, meeting.cancel_asked_as = actor.account_id, capacity
    meeting.cancel_asked_at, meeting.cancel_asked_reason = now, reason
    db.session.flush()
    trail.note(actor, meeting, "ask_to_cancel_meeting", None, {"reason": reason, "capacity": capacity})


def _cancel_as_second(actor: Actor, meeting: Meeting, now: datetime) -> None:
    others = set(policy.counting_capacities(actor, meeting.compound_id)) - {meeting.cancel_asked_as}
    if actor.account_id == meeting.cancel_asked_by or not others:
        asked_at = meeting.cancel_asked_at.isoformat() if meeting.cancel_asked_at else None
        raise CancellationAsked(asked_at=asked_at, asked_as=meeting.cancel_asked_as)
    _cancel(actor, meeting, meeting.cancel_asked_reason or "", now)


def _cancel(actor: Actor, meeting: Meeting, reason: str, now: datetime) -> None:
    before = meeting.state_at(now)
    meeting.cancelled_at, meeting.cancel_reason = now, reason
    trail.note(actor, meeting, "cancel_meeting", {"state": before}, {"state": MeetingState.CANCELLED, "reason": reason})
    if meeting.announced_at:
        telling.tell_cancelled(meeting, now)


def extend_voting(actor: Actor, compound_id: UUID, meeting_id: UUID, closes_at: datetime) -> Meeting:
    """Let open voting run longer, where the rule set allows it and participation falls short of two thirds.

    Raises Forbidden, MeetingNotFound, WrongMeetingState, ExtensionNotAllowed.
    """
    policy.require_manage(actor, compound_id)
    meeting = states.locked(compound_id, meeting_id, clock.now(), MeetingState.VOTING)
    rules = RuleSet.from_dict(meeting.rule_set or {})
    first_close = meeting.first_closes_at or meeting.closes_at
    _check_extension(rules, meeting, first_close, closes_at)
    before = meeting.closes_at
    meeting.first_closes_at, meeting.closes_at = first_close, closes_at
    times = {"closes_at": before.isoformat()}, {"closes_at": closes_at.isoformat()}
    trail.note(actor, meeting, "extend_voting", *times)
    telling.tell_extended(meeting)
    return meeting


def _check_extension(rules: RuleSet, meeting: Meeting, first_close: datetime, closes_at: datetime) -> None:
    if not rules.allow_extension:
        raise ExtensionNotAllowed(reason="议事规则没有规定可以延长投票")
    if closes_at <= meeting.closes_at:
        raise ExtensionNotAllowed(reason="新的截止时间应当晚于现在的截止时间")
    if days_between(first_close, closes_at) > rules.max_extension_days:
        raise ExtensionNotAllowed(reason=f"议事规则规定最多延长 {rules.max_extension_days} 日")
    if days_between(meeting.opens_at, closes_at) > rules.max_voting_days:
        raise ExtensionNotAllowed(reason=f"投票总计不得超过 {rules.max_voting_days} 日")
    if turnout_of(meeting).quorum:
        raise ExtensionNotAllowed(reason="参与表决已达三分之二，不需要延长")


def redraft(actor: Actor, compound_id: UUID, meeting_id: UUID, reason: str) -> Meeting:
    """Correct a wrong announcement before voting opens: it is cancelled, and its agenda becomes a new draft.

    So does the agenda of a meeting that was cancelled and is taken up again, or whose result was annulled and which is
    to be repeated; that stays cancelled or annulled. Taken over are title, convenor, times, motions with their
    attachments, and candidates, which the secretary can all change; nothing that came of the announcement. The notice
    period starts again with the next one. A meeting is made anew once, and again only if what came of it was cancelled.
    Raises Forbidden, MeetingNotFound, WrongMeetingState, AlreadyRedrafted.
    """
    policy.require_manage(actor, compound_id)
    now = clock.now()
    old = states.locked(compound_id, meeting_id, now, *_REDRAFTED)
    _refuse_second_draft(old)
    if old.state_at(now) is MeetingState.ANNOUNCED:
        _cancel(actor, old, reason, now)
    draft = drafting.create_meeting(actor, compound_id, old.title, Convenor(old.convenor), old.opens_at, old.closes_at)
    draft.redraft_of = old.id
    for motion in reading.motions_of(old):
        again = drafting.take_over_motion(actor, draft, **{name: getattr(motion, name) for name in _TAKEN_OVER})
        candidates.copy(motion, again)
        attachments.copy(actor, motion, again)
    petition_delivery.follow_redraft(old, draft)
    before, after = {"meeting_id": str(meeting_id)}, {"meeting_id": str(draft.id), "reason": reason}
    trail.note(actor, draft, "redraft_meeting", before, after)
    return draft


def _refuse_second_draft(old: Meeting) -> None:
    made = db.session.scalar(
        select(Meeting.id).where(
            Meeting.compound_id == old.compound_id, Meeting.redraft_of == old.id, Meeting.cancelled_at.is_(None)
        )
    )
    if made:
        raise AlreadyRedrafted(meeting_id=str(made))
