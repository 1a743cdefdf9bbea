"""The published electorate, objections to it, and their decision with corrections, before voting opens."""

from uuid import UUID

from flask import Response, request, url_for
from flask.typing import ResponseReturnValue
from wtforms import DecimalField, RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length, Optional

from app.compounds import queries as compounds
from app.core.errors import Invalid, NotFound
from app.meetings import attachments
from app.meetings import desk as meetings
from app.meetings.announcing import door
from app.meetings.electorate import AreaSource
from app.meetings.models import MeetingState
from app.meetings.objections import acts, publication, views
from app.meetings.objections.corrections import Correction, CorrectionAct
from app.org.permissions import Act
from console import files
from console.forms import Form, choices
from console.pages import Blueprint, Desk, at_compound, page, submitted

bp = Blueprint("console_electorate", __name__, "/compounds/<uuid:compound_id>/meetings/<uuid:meeting_id>/electorate")

A_PAGE = 50
MOST_OBJECTIONS = 500
CORRECTIONS = {
    CorrectionAct.SET_AREA: "改面积",
    CorrectionAct.SET_OWNERS: "按现在的名册改业主",
    CorrectionAct.ADD_UNIT: "补列这套房屋",
    CorrectionAct.REMOVE_UNIT: "删去这套房屋",
}


class DoorUnknown(Invalid):
    """The door that was typed is not that of one unit of the roll."""

    code = "door_unknown"
    message = "名册里没有这套房屋。请照名册上的写法填写，例如 1栋1单元101；名册里还没有的，请先在名册里添加。"


class DecisionForm(Form):
    """Whether an objection is upheld, why, and what is set right."""

    upheld = RadioField(
        "核实下来",
        [InputRequired("请选择一项。")],
        choices=choices(("yes", "提得对，采纳"), ("no", "提得不对，不采纳")),
    )
    reason = TextAreaField(
        "理由",
        [DataRequired("请写明理由，会告诉提出的人。"), Length(max=200, message="最多 200 个字。")],
        description="会告诉提出的人，例如：不动产权证书记载 89.50 平方米",
        render_kw={"rows": 3},
    )
    act = SelectField(
        "采纳的，怎么更正",
        [Optional()],
        choices=choices(("", "不用更正"), *((act.value, text) for act, text in CORRECTIONS.items())),
    )
    door = StringField("更正哪套房屋", [Optional(), Length(max=60)], description="照名册上的写法，例如 1栋1单元101")
    area = DecimalField("改成多少平方米", [Optional()], places=2, render_kw={"inputmode": "decimal"})
    source = SelectField(
        "面积的依据",
        [Optional()],
        choices=choices(("", "（改面积时选择）"), *((one.value, one.chinese) for one in AreaSource)),
    )

    def correction(self, unit_id: UUID | None) -> list[Correction]:
        """What is to be set right of the unit; nothing where no correction was chosen."""
        if not self.act.data or unit_id is None or self.upheld.data != "yes":
            return []
        act = CorrectionAct(self.act.data)
        if act is not CorrectionAct.SET_AREA:
            return [Correction(act, unit_id)]
        centi = int(self.area.data * 100) if self.area.data is not None else None
        return [Correction(act, unit_id, centi, AreaSource(self.source.data) if self.source.data else None)]


@bp.get("/")
@at_compound(Act.SEE_MEETING_DRAFTS)
def show(desk: Desk, meeting_id: UUID) -> Response:
    """The list as it is published, objections, and what was set right."""
    key = (desk.actor, desk.compound_id, meeting_id)
    after = request.args.get("after", 0, int)
    listed = publication.get_electorate(*key, after, A_PAGE + 1)
    return page(
        "meetings/electorate.html",
        meeting=meetings.get(*key),
        electorate=listed,
        items=listed.items[:A_PAGE],
        next_after=listed.items[A_PAGE - 1].number if len(listed.items) > A_PAGE else None,
        after=after,
        objections=views.list_objections(*key, None, MOST_OBJECTIONS),
        corrections=publication.list_corrections(*key),
        can_manage=desk.can(Act.MANAGE_MEETING),
    )


@bp.get("/objections/<uuid:objection_id>")
@at_compound(Act.MANAGE_MEETING)
def objection(desk: Desk, meeting_id: UUID, objection_id: UUID) -> Response:
    """An objection, to decide on."""
    found = _objection(desk, meeting_id, objection_id)
    return _decision(desk, meeting_id, found, DecisionForm(door=found.door or "", act="", source=""))


@bp.post("/objections/<uuid:objection_id>")
@at_compound(Act.MANAGE_MEETING)
def decide(desk: Desk, meeting_id: UUID, objection_id: UUID) -> ResponseReturnValue:
    """Decide it; who objected, and whom a correction concerns, are told."""
    form = DecisionForm()

    def act() -> None:
        unit_id = _unit_id(desk, form) if form.act.data and form.upheld.data == "yes" else None
        acts.decide_objection(
            desk.actor,
            desk.compound_id,
            meeting_id,
            objection_id,
            form.upheld.data == "yes",
            (form.reason.data or "").strip(),
            form.correction(unit_id),
        )

    return submitted(
        form,
        act,
        url_for("console_electorate.show", compound_id=desk.compound_id, meeting_id=meeting_id),
        lambda: _decision(desk, meeting_id, _objection(desk, meeting_id, objection_id), form),
        "已办理，并已告诉提出的人。",
    )


@bp.get("/objections/<uuid:objection_id>/evidence")
@at_compound(Act.SEE_MEETING_DRAFTS)
def evidence(desk: Desk, meeting_id: UUID, objection_id: UUID) -> Response:
    """The paper that was put to an objection."""
    scan = acts.get_evidence(desk.actor, desk.compound_id, meeting_id, objection_id)
    return files.sent(attachments.open_checked(scan), scan.file_name, scan.media_type)


def _decision(desk: Desk, meeting_id: UUID, found: views.ObjectionView, form: DecisionForm) -> Response:
    meeting = meetings.get(desk.actor, desk.compound_id, meeting_id)
    correctable = meeting.state is MeetingState.ANNOUNCED
    return page("meetings/objection.html", meeting=meeting, objection=found, form=form, correctable=correctable)


def _objection(desk: Desk, meeting_id: UUID, objection_id: UUID) -> views.ObjectionView:
    listed = views.list_objections(desk.actor, desk.compound_id, meeting_id, None, MOST_OBJECTIONS)
    found = next((one for one in listed.items if one.id == objection_id), None)
    if found is None:
        raise NotFound
    return found


def _unit_id(desk: Desk, form: DecisionForm) -> UUID:
    typed = (form.door.data or "").strip()
    found = compounds.search_units(desk.actor, desk.compound_id, typed, None, 20) if typed else []
    same = [one for one in found if door(one.building, one.stairwell, one.room) == typed]
    if len(same or found) != 1:
        raise DoorUnknown(fields={"door": [DoorUnknown.message]})
    return (same or found)[0].unit_id
