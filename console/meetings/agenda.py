"""The agenda of a draft: motions and elections, their attachments and candidates."""

from typing import Any
from uuid import UUID

from flask import Response, url_for
from flask.typing import ResponseReturnValue
from wtforms import FileField
from wtforms.validators import InputRequired

from app.meetings import attachments, drafting, scopes, service
from app.meetings import desk as meetings
from app.meetings.desk import MeetingOnDesk
from app.meetings.elections import candidates
from app.meetings.elections.candidate_models import Nominated
from app.meetings.models import MeetingState
from app.meetings.queries import MotionView
from app.org.permissions import Act
from console import files
from console.forms import Form
from console.meetings.drafting import at_draft, here, step_page
from console.meetings.forms import CandidateForm, ElectionForm, MotionForm, facts_of
from console.pages import Blueprint, Desk, accepts_upload, acted, at_compound, onwards, read, submitted

bp = Blueprint("console_agenda", __name__, "/compounds/<uuid:compound_id>/meetings/<uuid:meeting_id>")

UPLOAD_LIMIT = 51 * 1024 * 1024
STAFF = (Act.SEE_MEETING_DRAFTS, Act.RECORD_DELIVERY)
MANAGE = at_compound(Act.MANAGE_MEETING)


class FileForm(Form):
    """A file to attach."""

    file = FileField(
        "选择文件", [InputRequired("请先选择一个文件。")], description="PDF、JPG 或 PNG，例如方案、报价、合同草案"
    )


@bp.get("/motions/new")
@at_draft
def new_motion(desk: Desk, meeting: MeetingOnDesk) -> Response:
    """A motion to put on the agenda."""
    return _motion_form(desk, meeting, MotionForm(_scopes(desk), scope=""))


@bp.post("/motions/new")
@MANAGE
def add_motion(desk: Desk, meeting_id: UUID) -> ResponseReturnValue:
    """Put it on the agenda; on to its attachments."""
    form = MotionForm(_scopes(desk))
    return submitted(
        form,
        lambda: _added(desk, meeting_id, form),
        lambda motion_id: _motion_address(desk, meeting_id, motion_id),
        lambda: _motion_form(desk, meetings.get(desk.actor, desk.compound_id, meeting_id), form),
        "事项已添加。可以在下面添加附件。",
    )


@bp.get("/elections/new")
@at_draft
def new_election(desk: Desk, meeting: MeetingOnDesk) -> Response:
    """An election to put on the agenda."""
    return _election_form(desk, meeting, ElectionForm(meeting.rules))


@bp.post("/elections/new")
@MANAGE
def add_election(desk: Desk, meeting_id: UUID) -> ResponseReturnValue:
    """Put it on the agenda; on to its candidates."""
    meeting = read(lambda: meetings.get(desk.actor, desk.compound_id, meeting_id))
    form = ElectionForm(meeting.rules)
    return submitted(
        form,
        lambda: _added(desk, meeting_id, form),
        lambda motion_id: _motion_address(desk, meeting_id, motion_id),
        lambda: _election_form(desk, meeting, form),
        "选举已添加。请在下面添加候选人。",
    )


@bp.get("/motions/<uuid:motion_id>")
@at_compound(Act.MANAGE_MEETING)
def motion(desk: Desk, meeting_id: UUID, motion_id: UUID) -> ResponseReturnValue:
    """A motion with its attachments and candidates."""
    meeting, view, _ = meetings.get_motion(desk.actor, desk.compound_id, meeting_id, motion_id)
    if meeting.state is not MeetingState.DRAFT:
        return onwards(url_for("console_meetings.show", **here(desk, meeting_id)), "会议已经公告，内容不能再改。")
    return _motion_page(desk, meeting, view, FileForm(), CandidateForm())


@bp.get("/motions/<uuid:motion_id>/text")
@at_compound(Act.MANAGE_MEETING)
def motion_text(desk: Desk, meeting_id: UUID, motion_id: UUID) -> ResponseReturnValue:
    """Say a motion anew."""
    meeting, view, stamp = meetings.get_motion(desk.actor, desk.compound_id, meeting_id, motion_id)
    facts = facts_of(view) | {"seen": stamp}
    if view.seats is not None:
        return _election_form(desk, meeting, ElectionForm(meeting.rules, **facts), view)
    return _motion_form(desk, meeting, MotionForm(_scopes(desk), **facts), view)


@bp.post("/motions/<uuid:motion_id>/text")
@MANAGE
def change_motion(desk: Desk, meeting_id: UUID, motion_id: UUID) -> ResponseReturnValue:
    """Take the new words."""
    meeting, view, stamp = read(lambda: meetings.get_motion(desk.actor, desk.compound_id, meeting_id, motion_id))
    show = _motion_form if view.seats is None else _election_form
    form = MotionForm(_scopes(desk)) if view.seats is None else ElectionForm(meeting.rules)
    seen = form.seen.data or ""

    def again() -> Response:
        form.seen.data = stamp
        return show(desk, meeting, form, view)

    return submitted(
        form,
        lambda: drafting.change_motion(desk.actor, desk.compound_id, meeting_id, motion_id, seen, **form.columns()),
        _motion_address(desk, meeting_id, motion_id),
        again,
        "已保存。",
    )


@bp.post("/motions/<uuid:motion_id>/removal")
@MANAGE
def remove_motion(desk: Desk, meeting_id: UUID, motion_id: UUID) -> ResponseReturnValue:
    """Take a motion off the agenda."""
    return acted(
        lambda: service.remove_motion(desk.actor, desk.compound_id, meeting_id, motion_id),
        url_for("console_drafting.what", **here(desk, meeting_id)),
        "事项已删除。",
    )


@bp.post("/motions/<uuid:motion_id>/attachments")
@accepts_upload(UPLOAD_LIMIT)
@MANAGE
def attach(desk: Desk, meeting_id: UUID, motion_id: UUID) -> ResponseReturnValue:
    """Attach a file."""
    form = FileForm()
    upload = form.file.data

    def again() -> Response:
        meeting, view, _ = meetings.get_motion(desk.actor, desk.compound_id, meeting_id, motion_id)
        return _motion_page(desk, meeting, view, form, CandidateForm(name="", statement=""))

    return submitted(
        form,
        lambda: service.add_attachment(
            desk.actor, desk.compound_id, meeting_id, motion_id, upload.filename or "", upload.read()
        ),
        _motion_address(desk, meeting_id, motion_id),
        again,
        "附件已添加。",
    )


@bp.post("/motions/<uuid:motion_id>/attachments/<uuid:attachment_id>/removal")
@MANAGE
def detach(desk: Desk, meeting_id: UUID, motion_id: UUID, attachment_id: UUID) -> ResponseReturnValue:
    """Take a file off."""
    return acted(
        lambda: service.remove_attachment(desk.actor, desk.compound_id, meeting_id, motion_id, attachment_id),
        _motion_address(desk, meeting_id, motion_id),
        "附件已删除。",
    )


@bp.get("/attachments/<uuid:attachment_id>")
@at_compound(Act.SEE_MEETINGS)
def attachment(desk: Desk, meeting_id: UUID, attachment_id: UUID) -> Response:
    """Download an attachment."""
    found = attachments.get_attachment(desk.actor, desk.compound_id, meeting_id, attachment_id)
    return files.sent(attachments.open_checked(found), found.file_name, found.media_type)


@bp.post("/motions/<uuid:motion_id>/candidates")
@MANAGE
def add_candidate(desk: Desk, meeting_id: UUID, motion_id: UUID) -> ResponseReturnValue:
    """Put somebody on the ballot sheet."""
    form = CandidateForm()

    def again() -> Response:
        meeting, view, _ = meetings.get_motion(desk.actor, desk.compound_id, meeting_id, motion_id)
        return _motion_page(desk, meeting, view, FileForm(), form)

    def act() -> None:
        said = (form.name.data or "").strip(), (form.statement.data or "").strip()
        how = Nominated(form.nominated.data) if form.nominated.data else None
        candidates.add_candidate(
            desk.actor,
            desk.compound_id,
            meeting_id,
            motion_id,
            *said,
            candidate_id=form.new_id,
            nominated=how,
            paper_note=form.paper_note.data or None,
        )

    return submitted(form, act, _motion_address(desk, meeting_id, motion_id), again, "候选人已添加。")


@bp.post("/motions/<uuid:motion_id>/candidates/<uuid:candidate_id>/removal")
@MANAGE
def remove_candidate(desk: Desk, meeting_id: UUID, motion_id: UUID, candidate_id: UUID) -> ResponseReturnValue:
    """Take somebody off the ballot sheet."""
    return acted(
        lambda: candidates.remove_candidate(desk.actor, desk.compound_id, meeting_id, motion_id, candidate_id),
        _motion_address(desk, meeting_id, motion_id),
        "候选人已删除。",
    )


def _added(desk: Desk, meeting_id: UUID, form: MotionForm | ElectionForm) -> UUID:
    """Put on the agenda what a form says; the motion's id."""
    made = service.add_motion(desk.actor, desk.compound_id, meeting_id, **form.columns(), motion_id=form.new_id)
    return made.id


def _motion_page(
    desk: Desk, meeting: MeetingOnDesk, view: MotionView, file: FileForm, candidate: CandidateForm
) -> Response:
    return step_page("meetings/motion.html", "what", desk, meeting, motion=view, file=file, candidate=candidate)


def _motion_form(desk: Desk, meeting: MeetingOnDesk, form: Any, view: MotionView | None = None) -> Response:
    return step_page("meetings/motion_form.html", "what", desk, meeting, form=form, motion=view)


def _election_form(desk: Desk, meeting: MeetingOnDesk, form: Any, view: MotionView | None = None) -> Response:
    return step_page("meetings/election_form.html", "what", desk, meeting, form=form, motion=view)


def _motion_address(desk: Desk, meeting_id: UUID, motion_id: UUID) -> str:
    return url_for("console_agenda.motion", **here(desk, meeting_id), motion_id=motion_id)


def _scopes(desk: Desk) -> list[tuple[str, str]]:
    parts = read(lambda: scopes.parts_of(desk.compound_id))
    choices = [
        ("/".join(filter(None, (str(one.building_id), one.stairwell))), f"只由{one.name}的业主表决") for one in parts
    ]
    return [("", "全体业主"), *choices]
