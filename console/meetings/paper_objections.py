"""Objections to the published electorate that somebody handed in on paper: entered with the scan."""

from uuid import UUID

from flask import Response, url_for
from flask.typing import ResponseReturnValue
from wtforms import FileField, RadioField, StringField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length, Optional

from app.compounds.errors import UnitNotFound
from app.compounds.neighbours import behind_door
from app.meetings import desk as meetings
from app.meetings.objections import acts
from app.meetings.objections.models import ObjectionKind
from app.org.permissions import Act
from console.forms import Form, choices
from console.meetings.electorate import DoorUnknown
from console.meetings.electorate import bp as bp
from console.pages import Desk, accepts_upload, at_compound, page, submitted

UPLOAD_LIMIT = 21 * 1024 * 1024


class PaperObjectionForm(Form):
    """What an owner, or who should be one, says to be wrong with the list."""

    kind = RadioField(
        "说名册哪里不对",
        [InputRequired("请选择一项。")],
        choices=choices(*((one.value, one.chinese) for one in ObjectionKind)),
    )
    door = StringField(
        "说的是哪套房屋",
        [Optional(), Length(max=60, message="最多 60 个字。")],
        description="例如 3栋2单元501；不是说某一套房屋的可以不填。",
        render_kw={"autocomplete": "off"},
    )
    text = TextAreaField("异议内容", [DataRequired("请照异议书填写内容。"), Length(max=500, message="最多 500 个字。")])
    file = FileField(
        "异议书照片或扫描件",
        [InputRequired("请拍照或者选择异议书的扫描件。")],
        description="手机可以直接拍照；电脑请选 JPG、PNG 或 PDF 文件，不超过 20 MB。",
    )


@bp.get("/objections/new")
@at_compound(Act.ENTER_PAPER)
def new_objection(desk: Desk, meeting_id: UUID) -> Response:
    """The form."""
    return _new(desk, meeting_id, PaperObjectionForm())


@bp.post("/objections/new")
@accepts_upload(UPLOAD_LIMIT)
@at_compound(Act.ENTER_PAPER)
def enter_objection(desk: Desk, meeting_id: UUID) -> ResponseReturnValue:
    """Put it on record with its scan; the secretary decides it. The same one again is the one that there is."""
    form = PaperObjectionForm()

    def act() -> None:
        name, scan = form.file.data.filename or "", form.file.data.read()
        objection = acts.file_objection(
            desk.actor,
            desk.compound_id,
            meeting_id,
            ObjectionKind(form.kind.data),
            form.text.data,
            _unit_id(desk, form.door.data or ""),
            scan,
        )
        acts.add_evidence(desk.actor, desk.compound_id, meeting_id, objection.id, name, scan)

    back = "console_electorate.show" if desk.can(Act.SEE_MEETING_DRAFTS) else "console_meetings.show"
    return submitted(
        form,
        act,
        url_for(back, compound_id=desk.compound_id, meeting_id=meeting_id),
        lambda: _new(desk, meeting_id, form),
        "异议已登记，由书记核实后答复。",
    )


def _unit_id(desk: Desk, typed: str) -> UUID | None:
    if not typed.strip():
        return None
    try:
        return behind_door(desk.actor, desk.compound_id, typed).unit_id
    except UnitNotFound as error:
        raise DoorUnknown(fields={"door": [DoorUnknown.message]}) from error


def _new(desk: Desk, meeting_id: UUID, form: PaperObjectionForm) -> Response:
    meeting = meetings.get(desk.actor, desk.compound_id, meeting_id)
    return page("meetings/paper_objection.html", meeting=meeting, form=form)
