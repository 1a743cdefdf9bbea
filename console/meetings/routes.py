"""The compound's meetings, the page of one, and what can be done with it up to the close of voting."""

from datetime import timedelta
from io import BytesIO
from typing import Any
from uuid import UUID

from flask import Response, url_for
from flask.typing import ResponseReturnValue

from app.core.clock import SHANGHAI
from app.core.errors import NotFound
from app.meetings import desk as meetings
from app.meetings import recovery, service, turnout
from app.meetings.delivery import views as deliveries
from app.meetings.desk import MeetingOnDesk
from app.meetings.documents import service as documents
from app.meetings.documents.data import DocumentKind
from app.meetings.models import MeetingState
from app.meetings.reminders import sending
from app.org.permissions import Act
from console import files
from console.meetings import chart, words
from console.meetings.forms import ExtensionForm, ReasonForm
from console.pages import Blueprint, Desk, acted, at_compound, page, submitted

bp = Blueprint("console_meetings", __name__, "/compounds/<uuid:compound_id>/meetings")

STAFF = (Act.SEE_MEETING_DRAFTS, Act.RECORD_DELIVERY)
PRINTED = (DocumentKind.ANNOUNCEMENT, DocumentKind.ELECTORATE, DocumentKind.BALLOT_SHEETS)


@bp.get("/")
@at_compound(*STAFF)
def index(desk: Desk) -> Response:
    """The compound's meetings by state, each with what to do next."""
    rows = [(row, words.next_step(desk, row)) for row in meetings.list_meetings(desk.actor, desk.compound_id)]
    return page(
        "meetings/index.html",
        running=[one for one in rows if one[0].state not in words.OVER],
        over=[one for one in rows if one[0].state in words.OVER],
        words=words,
        can_manage=desk.can(Act.MANAGE_MEETING),
    )


@bp.get("/<uuid:meeting_id>/")
@at_compound(*STAFF)
def show(desk: Desk, meeting_id: UUID) -> Response:
    """One meeting: where it stands, what to do next, and all that belongs to it."""
    meeting = _meeting(desk, meeting_id)
    sees_drafts, runs = desk.can(Act.SEE_MEETING_DRAFTS), meeting.state in (MeetingState.ANNOUNCED, MeetingState.VOTING)
    return page(
        "meetings/show.html",
        meeting=meeting,
        step=words.next_step(desk, meeting),
        words=words,
        chart=chart,
        points=turnout.line(desk.actor, desk.compound_id, meeting_id) if meeting.announced_at else [],
        delivery=deliveries.get_status(desk.actor, desk.compound_id, meeting_id) if runs else None,
        reminders=sending.list_reminders(desk.actor, desk.compound_id, meeting_id)
        if sees_drafts and meeting.announced_at
        else [],
        documents=PRINTED if meeting.announced_at and meeting.state is not MeetingState.CANCELLED else (),
        can_manage=desk.can(Act.MANAGE_MEETING),
        sees_drafts=sees_drafts,
        MeetingState=MeetingState,
    )


@bp.get("/<uuid:meeting_id>/documents/<string:kind>")
@at_compound(Act.SEE_MEETING_DRAFTS)
def document(desk: Desk, meeting_id: UUID, kind: str) -> Response:
    """A Word document of the meeting, to print and seal."""
    if kind not in list(DocumentKind):
        raise NotFound
    made = documents.make_document(desk.actor, desk.compound_id, meeting_id, DocumentKind(kind))
    return files.sent(BytesIO(made.content), made.name, documents.MEDIA_TYPE)


@bp.post("/<uuid:meeting_id>/reminders")
@at_compound(Act.MANAGE_MEETING)
def remind(desk: Desk, meeting_id: UUID) -> ResponseReturnValue:
    """Remind all who have not voted."""
    return acted(
        lambda: service.remind_now(desk.actor, desk.compound_id, meeting_id),
        _address(desk, meeting_id),
        "已提醒还没有投票的业主。十二小时以内不能再提醒。",
    )


@bp.get("/<uuid:meeting_id>/cancellation")
@at_compound(Act.SEE_MEETING_DRAFTS)
def ask_to_cancel(desk: Desk, meeting_id: UUID) -> Response:
    """Why the meeting is cancelled; or the other one's reason, to agree to."""
    return _asked("meetings/cancel.html", desk, meeting_id, ReasonForm())


@bp.post("/<uuid:meeting_id>/cancellation")
@at_compound(Act.SEE_MEETING_DRAFTS)
def cancel(desk: Desk, meeting_id: UUID) -> ResponseReturnValue:
    """Cancel it, or ask for that once voting has begun; then it takes secretary and supervisor."""
    form = ReasonForm()
    return submitted(
        form,
        lambda: recovery.cancel(desk.actor, desk.compound_id, meeting_id, form.said),
        _address(desk, meeting_id),
        lambda: _asked("meetings/cancel.html", desk, meeting_id, form),
        "已办理。",
    )


@bp.get("/<uuid:meeting_id>/redraft")
@at_compound(Act.MANAGE_MEETING)
def ask_to_redraft(desk: Desk, meeting_id: UUID) -> Response:
    """Why it is drafted anew."""
    return _asked("meetings/redraft.html", desk, meeting_id, ReasonForm())


@bp.post("/<uuid:meeting_id>/redraft")
@at_compound(Act.MANAGE_MEETING)
def redraft(desk: Desk, meeting_id: UUID) -> ResponseReturnValue:
    """Take its agenda up in a new draft; a meeting that is announced is cancelled by it."""
    form = ReasonForm()

    def onto(draft_id: UUID) -> str:
        return url_for("console_drafting.check", compound_id=desk.compound_id, meeting_id=draft_id)

    return submitted(
        form,
        lambda: recovery.redraft(desk.actor, desk.compound_id, meeting_id, form.said).id,
        onto,
        lambda: _asked("meetings/redraft.html", desk, meeting_id, form),
        "已转为新的草案。请修改以后重新公告。",
    )


@bp.get("/<uuid:meeting_id>/extension")
@at_compound(Act.MANAGE_MEETING)
def ask_to_extend(desk: Desk, meeting_id: UUID) -> Response:
    """Until when voting is to run."""
    proposed = _meeting(desk, meeting_id).closes_at.astimezone(SHANGHAI) + timedelta(days=1)
    return _asked("meetings/extend.html", desk, meeting_id, ExtensionForm.of(proposed))


@bp.post("/<uuid:meeting_id>/extension")
@at_compound(Act.MANAGE_MEETING)
def extend(desk: Desk, meeting_id: UUID) -> ResponseReturnValue:
    """Let voting run longer."""
    form = ExtensionForm()
    return submitted(
        form,
        lambda: recovery.extend_voting(desk.actor, desk.compound_id, meeting_id, form.closes_at),
        _address(desk, meeting_id),
        lambda: _asked("meetings/extend.html", desk, meeting_id, form),
        "投票已延长，并已通知业主。",
    )


def _meeting(desk: Desk, meeting_id: UUID) -> MeetingOnDesk:
    return meetings.get(desk.actor, desk.compound_id, meeting_id)


def _asked(template: str, desk: Desk, meeting_id: UUID, form: Any) -> Response:
    return page(template, meeting=_meeting(desk, meeting_id), form=form, words=words, MeetingState=MeetingState)


def _address(desk: Desk, meeting_id: UUID) -> str:
    return url_for("console_meetings.show", compound_id=desk.compound_id, meeting_id=meeting_id)
