"""When a meeting goes wrong, and the record of every act on it."""

from datetime import datetime
from typing import Any
from uuid import UUID

from marshmallow import Schema, fields

from app.core.errors import Forbidden
from app.core.paging import Page
from app.identity.actor import Actor
from app.meetings import errors, queries, recovery
from app.meetings.models import Meeting
from miniprogram_api.auth import authenticated
from miniprogram_api.http import Blueprint, fails_with
from miniprogram_api.meetings.schemas import MeetingSchema
from miniprogram_api.paging import AfterSchema
from miniprogram_api.schemas import identifier, moment, words

bp = Blueprint(
    "recovery",
    __name__,
    url_prefix="/compounds/<uuid:compound_id>/meetings/<uuid:meeting_id>",
    description="会议的取消、延长与更正",
)


class ReasonSchema(Schema):
    """Why."""

    reason = words("公告的投票时间写错了", longest=200, required=True, about="The owners read it")


class ExtensionSchema(Schema):
    """How long voting is to run."""

    closes_at = moment("The new close", "2026-05-20T18:00:00+08:00", required=True)


class AuditEventSchema(Schema):
    """An act on record. Never a choice."""

    id = identifier()
    at = moment()
    account_id = identifier("Empty: the program by itself", allow_none=True)
    act = words("announce_meeting")
    before = fields.Dict(allow_none=True, metadata={"example": {"state": "draft"}})
    after = fields.Dict(allow_none=True, metadata={"example": {"state": "announced"}})


class AuditEventListSchema(Schema):
    """Acts, the oldest first."""

    items = fields.List(fields.Nested(AuditEventSchema), metadata={"description": "All acts on the meeting"})


@bp.post("/cancellation")
@authenticated
@bp.arguments(ReasonSchema)
@bp.response(200, MeetingSchema)
@fails_with(Forbidden, errors.MeetingNotFound, errors.WrongMeetingState, errors.CancellationAsked)
def cancel(actor: Actor, body: dict[str, str], compound_id: UUID, meeting_id: UUID) -> queries.MeetingView:
    """Cancel a meeting that is not counted yet; once voting began it takes secretary and supervisor."""
    return _shown(actor, recovery.cancel(actor, compound_id, meeting_id, body["reason"]))


@bp.post("/extension")
@authenticated
@bp.arguments(ExtensionSchema)
@bp.response(200, MeetingSchema)
@fails_with(Forbidden, errors.MeetingNotFound, errors.WrongMeetingState, errors.ExtensionNotAllowed)
def extend(actor: Actor, body: dict[str, datetime], compound_id: UUID, meeting_id: UUID) -> queries.MeetingView:
    """Let voting run longer, where the rules allow it and participation falls short."""
    return _shown(actor, recovery.extend_voting(actor, compound_id, meeting_id, body["closes_at"]))


@bp.post("/redraft")
@authenticated
@bp.arguments(ReasonSchema)
@bp.response(201, MeetingSchema)
@fails_with(Forbidden, errors.MeetingNotFound, errors.WrongMeetingState, errors.AlreadyRedrafted)
def redraft(actor: Actor, body: dict[str, str], compound_id: UUID, meeting_id: UUID) -> queries.MeetingView:
    """Correct a wrong announcement, take up a cancelled meeting again, or repeat an annulled one, as a new draft."""
    return _shown(actor, recovery.redraft(actor, compound_id, meeting_id, body["reason"]))


@bp.get("/audit")
@authenticated
@bp.arguments(AfterSchema, location="query")
@bp.response(200, AuditEventListSchema)
@fails_with(Forbidden, errors.MeetingNotFound)
def audit(actor: Actor, query: dict[str, Page], compound_id: UUID, meeting_id: UUID) -> dict[str, Any]:
    """List every act on the meeting: who, when, before and after."""
    return {"items": queries.audit_of(actor, compound_id, meeting_id, **query)}


def _shown(actor: Actor, meeting: Meeting) -> queries.MeetingView:
    return queries.get_meeting(actor, meeting.compound_id, meeting.id)
