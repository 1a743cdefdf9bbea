"""Reminders to parties that have not voted."""

from typing import Any
from uuid import UUID

from marshmallow import Schema, fields

from app.core.errors import Forbidden
from app.identity.actor import Actor
from app.meetings import errors, service
from app.meetings.models import Reminder
from app.meetings.reminders import errors as reminder_errors
from app.meetings.reminders import sending as reminding
from miniprogram_api.auth import authenticated
from miniprogram_api.http import Blueprint, fails_with
from miniprogram_api.schemas import identifier, integer, moment

bp = Blueprint(
    "reminders",
    __name__,
    url_prefix="/compounds/<uuid:compound_id>/meetings/<uuid:meeting_id>",
    description="提醒尚未投票的业主",
)


class ReminderSchema(Schema):
    """A reminder that was sent."""

    number = integer(1)
    due_at = moment("The planned moment that it was for; null: somebody asked for it", allow_none=True)
    account_id = identifier("Who asked for it; null: the program by itself", allow_none=True)
    reminded_at = moment()
    told = integer(120, "To how many accounts a message was written")


class ReminderListSchema(Schema):
    """The reminders of a meeting."""

    items = fields.List(fields.Nested(ReminderSchema), metadata={"description": "In the order they were sent"})


@bp.post("/reminders")
@authenticated
@bp.response(201, ReminderSchema)
@fails_with(
    Forbidden,
    errors.MeetingNotFound,
    errors.WrongMeetingState,
    reminder_errors.NotAtNight,
    reminder_errors.RemindedRecently,
)
def remind_now(actor: Actor, compound_id: UUID, meeting_id: UUID) -> Reminder:
    """Remind everybody who can vote and has not: by day, and twelve hours after the last reminder."""
    return service.remind_now(actor, compound_id, meeting_id)


@bp.get("/reminders")
@authenticated
@bp.response(200, ReminderListSchema)
@fails_with(Forbidden, errors.MeetingNotFound)
def list_reminders(actor: Actor, compound_id: UUID, meeting_id: UUID) -> dict[str, Any]:
    """List the reminders that were sent: for staff."""
    return {"items": reminding.list_reminders(actor, compound_id, meeting_id)}
