"""Reminding parties that have not voted (催投): by plan, or because the secretary asks for it.

A reminder takes its number and writes its messages in one transaction, so that it is sent once, whatever crashes. It
takes no lock on the meeting: ballots must not wait for the messages to be written.
"""

import re
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy import TextualSelect, Uuid, func, select, text
from sqlalchemy.dialects.postgresql import insert as insert_or_skip

from app.core import clock
from app.core.clock import SHANGHAI
from app.core.db import db
from app.identity.actor import Actor
from app.meetings import policy, reading, telling, trail
from app.meetings.errors import WrongMeetingState
from app.meetings.models import Meeting, MeetingState, Reminder
from app.meetings.reminders.errors import NotAtNight, RemindedRecently
from app.meetings.reminders.times import GAP, due, next_allowed, planned
from app.meetings.rules.rule_set import RuleSet
from app.meetings.states import STATE_TEXT
from app.meetings.voices import HOLDS, SPEAKS
from app.notifications.quiet import is_night

_CAN_VOTE = f"({SPEAKS}) AND {HOLDS}".replace("%(account_id)s", "candidate.account_id")


def _read(name: str) -> str:
    return (Path(__file__).parent / name).read_text()


def _statement(template: str) -> str:
    parts = {"{silent}": "silent.sql", "{buyers}": "buyers.sql"}
    for mark, name in parts.items():
        template = template.replace(mark, _read(name))
    template = template.replace("{can_vote}", _CAN_VOTE).replace("{holds}", HOLDS)
    return re.sub(r"%\((\w+)\)s", r":\1", template)


_SILENT = _statement(_read("silent_accounts.sql"))
_BUYERS = _statement("{silent}{buyers}")


def meetings_to_remind(hour: int) -> list[tuple[UUID, UUID]]:
    """(compound, meeting) of every open meeting that owes a reminder now; `hour` of the day for planned ones."""
    now = clock.now()
    if is_night(now):
        return []
    running = select(Meeting).where(
        Meeting.announced_at.is_not(None),
        Meeting.cancelled_at.is_(None),
        Meeting.opens_at <= now,
        Meeting.closes_at > now,
    )
    return [(one.compound_id, one.id) for one in db.session.scalars(running) if _due(one, hour, now, _last(one)[1])]


def remind(compound_id: UUID, meeting_id: UUID, hour: int) -> int:
    """Send the reminder that the meeting owes now, if it still does; how many accounts were told. Safe to repeat."""
    meeting, now = reading.existing(compound_id, meeting_id), clock.now()
    number, last = _last(meeting)
    owed = _due(meeting, hour, now, last) if meeting.state_at(now) is MeetingState.VOTING else None
    if owed is None:
        return 0
    reminder = _send(meeting, number + 1, owed, None, now)
    return reminder.told if reminder else 0


def remind_now(actor: Actor, compound_id: UUID, meeting_id: UUID) -> Reminder:
    """Remind all who have not voted, as the secretary asks: by day, and twelve hours after the last one.

    Raises Forbidden, MeetingNotFound, WrongMeetingState, NotAtNight, RemindedRecently.
    """
    policy.require_manage(actor, compound_id)
    meeting, now = reading.existing(compound_id, meeting_id), clock.now()
    state = meeting.state_at(now)
    if state is not MeetingState.VOTING:
        raise WrongMeetingState(state=state.value, state_text=STATE_TEXT[state], allowed=[MeetingState.VOTING.value])
    number, last = _last(meeting)
    if is_night(now):
        raise NotAtNight(**_when(next_allowed(last, now)))
    if last is not None and now < last + GAP:
        raise RemindedRecently(**_when(next_allowed(last, now)))
    reminder = _send(meeting, number + 1, None, actor, now)
    if reminder is None:  # somebody else was first
        raise RemindedRecently(**_when(next_allowed(now, now)))
    trail.note(actor, meeting, "remind_silent", None, {"number": reminder.number, "told": reminder.told})
    return reminder


def list_reminders(actor: Actor, compound_id: UUID, meeting_id: UUID) -> Sequence[Reminder]:
    """The reminders that were sent, in order, for staff. Raises Forbidden, MeetingNotFound."""
    policy.require_see_drafts(actor, compound_id)
    reading.announced(compound_id, meeting_id)
    return db.session.scalars(
        select(Reminder)
        .where(Reminder.compound_id == compound_id, Reminder.meeting_id == meeting_id)
        .order_by(Reminder.number)
    ).all()


def silent_accounts(meeting: Meeting, now: datetime) -> TextualSelect:
    """The accounts that can still vote for a party that has cast nothing."""
    values = {"compound_id": meeting.compound_id, "meeting_id": meeting.id, "now": now}
    return text(_SILENT).bindparams(**values).columns(account_id=Uuid())


def buyers_of_silent(meeting: Meeting) -> TextualSelect:
    """The accounts that bought all units of a party which has cast nothing: its vote is theirs."""
    values = {"compound_id": meeting.compound_id, "meeting_id": meeting.id}
    return text(_BUYERS).bindparams(**values).columns(account_id=Uuid())


def meetings_with_sales() -> list[tuple[UUID, UUID]]:
    """(compound, meeting) of every open meeting: a sale passes the vote of a party of it."""
    now = clock.now()
    running = select(Meeting.compound_id, Meeting.id).where(
        Meeting.announced_at.is_not(None),
        Meeting.cancelled_at.is_(None),
        Meeting.opens_at <= now,
        Meeting.closes_at > now,
    )
    return [(compound_id, meeting_id) for compound_id, meeting_id in db.session.execute(running)]


def tell_buyers(compound_id: UUID, meeting_id: UUID) -> int:
    """Tell whoever bought a silent party's units that its vote has passed to them, once; how many. Safe to repeat."""
    meeting = reading.existing(compound_id, meeting_id)
    if meeting.state_at(clock.now()) is not MeetingState.VOTING:
        return 0
    return telling.tell_buyers(meeting, buyers_of_silent(meeting))


def _due(meeting: Meeting, hour: int, now: datetime, last: datetime | None) -> datetime | None:
    rules = RuleSet.from_dict(meeting.rule_set or {})
    moments = planned(meeting.opens_at, meeting.closes_at, rules.reminder_days_before_close, hour)
    return due(now, meeting.closes_at, moments, last)


def _last(meeting: Meeting) -> tuple[int, datetime | None]:
    """Number and moment of the last reminder: 0 and None before the first. Both from one look at the table."""
    number, reminded_at = db.session.execute(
        select(func.coalesce(func.max(Reminder.number), 0), func.max(Reminder.reminded_at)).where(
            Reminder.compound_id == meeting.compound_id, Reminder.meeting_id == meeting.id
        )
    ).one()
    return number, reminded_at


def _send(
    meeting: Meeting, number: int, due_at: datetime | None, actor: Actor | None, now: datetime
) -> Reminder | None:
    """Take the number and write the messages; None where another took it since the last one was looked up."""
    values = {
        "compound_id": meeting.compound_id,
        "meeting_id": meeting.id,
        "number": number,
        "due_at": due_at,
        "account_id": actor and actor.account_id,
        "reminded_at": now,
    }
    taken = insert_or_skip(Reminder).values(**values, told=0).on_conflict_do_nothing().returning(Reminder)
    reminder = db.session.scalar(taken)
    if reminder is None:
        return None
    reminder.told = telling.tell_silent(meeting, number, silent_accounts(meeting, now))
    db.session.flush()
    return reminder


def _when(moment: datetime) -> dict[str, Any]:
    local = moment.astimezone(SHANGHAI)
    return {"at": moment.isoformat(), "when": f"{local.month}月{local.day}日 {local:%H:%M}"}
