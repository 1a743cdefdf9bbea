"""Delivery of notice and ballot: how far it is a building, paper that was handed over, notices that were posted."""

from datetime import datetime
from typing import Any
from uuid import UUID

from flask import Response, request, url_for
from flask.typing import ResponseReturnValue
from wtforms import DateField, FileField, SelectMultipleField, StringField, TimeField
from wtforms.validators import DataRequired, InputRequired, Length

from app.core import clock
from app.core.clock import SHANGHAI
from app.core.errors import NotFound
from app.meetings import attachments
from app.meetings import desk as meetings
from app.meetings.delivery import buildings, records
from app.meetings.delivery import views as deliveries
from app.meetings.models import DeliveryItem, MeetingState
from app.org.permissions import Act
from console import files
from console.forms import Form, identifier
from console.pages import Blueprint, Desk, accepts_upload, at_compound, page, submitted

bp = Blueprint("console_delivery", __name__, "/compounds/<uuid:compound_id>/meetings/<uuid:meeting_id>/delivery")

STAFF = (Act.SEE_MEETING_DRAFTS, Act.RECORD_DELIVERY)
UPLOAD_LIMIT = 51 * 1024 * 1024
A_PAGE = 50
ITEMS = {DeliveryItem.NOTICE: "会议通知", DeliveryItem.BALLOT: "表决票和告知"}
SAY = "请填写这一项。"


class MomentForm(Form):
    """A day and an hour in China that are not in the future; now, unless something else is said."""

    on = DateField("哪一天", [InputRequired("请选择日期。")])
    at = TimeField("几点", [InputRequired("请填写时间，例如 09:30。")])

    def __init__(self, **initial: Any) -> None:
        now = clock.now().astimezone(SHANGHAI)
        super().__init__(**{"on": now.date(), "at": now.time(), **initial})

    @property
    def moment(self) -> datetime:
        """When it was."""
        assert self.on.data
        assert self.at.data
        return datetime.combine(self.on.data, self.at.data, SHANGHAI)


class HandoverForm(MomentForm):
    """Who brought the paper, when, and to which parties; `received_by-…` beside each says who took it."""

    handed_by = StringField("谁送的", [DataRequired(SAY), Length(max=30, message="最多 30 个字。")])
    parties = SelectMultipleField("送到了哪几户", [InputRequired("请至少勾选一户。")], validate_choice=False)

    def receipts(self) -> dict[UUID, str | None]:
        """Who took it, by party."""
        return {
            identifier(one): (request.form.get(f"received_by-{one}") or "").strip()[:30] or None
            for one in self.parties.data or []
        }

    def validate_parties(self, field: SelectMultipleField) -> None:
        """Refuse what is no party's id."""
        for one in field.data or []:
            identifier(one)


class PostedForm(MomentForm):
    """Where and when a notice was posted, with its photo."""

    place = StringField(
        "贴在哪里",
        [DataRequired(SAY), Length(max=60, message="最多 60 个字。")],
        description="例如：东门公告栏、3栋一楼大厅",
    )
    photo = FileField(
        "照片", [InputRequired("请先选择照片。")], description="拍清楚公告的全部内容和周围环境，JPG 或 PNG"
    )


@bp.get("/")
@at_compound(*STAFF)
def status(desk: Desk, meeting_id: UUID) -> Response:
    """How far delivery is, building by building."""
    meeting = meetings.get(desk.actor, desk.compound_id, meeting_id)
    tables = [
        (item, ITEMS[item], buildings.by_building(desk.actor, desk.compound_id, meeting_id, item))
        for item in _items(meeting.state)
    ]
    return page(
        "meetings/delivery.html",
        meeting=meeting,
        delivery=deliveries.get_status(desk.actor, desk.compound_id, meeting_id),
        tables=tables,
        items=ITEMS,
        records=desk.can(Act.RECORD_DELIVERY) and meeting.state in (MeetingState.ANNOUNCED, MeetingState.VOTING),
    )


@bp.get("/parties")
@at_compound(*STAFF)
def parties(desk: Desk, meeting_id: UUID) -> Response:
    """What is on record for each party, by way and time."""
    after = _after()
    rows = deliveries.list_parties(desk.actor, desk.compound_id, meeting_id, after, A_PAGE + 1)
    return page(
        "meetings/delivered.html",
        meeting=meetings.get(desk.actor, desk.compound_id, meeting_id),
        rows=rows[:A_PAGE],
        more=len(rows) > A_PAGE,
        items={item.value: name for item, name in ITEMS.items()},
    )


@bp.get("/paper")
@at_compound(Act.RECORD_DELIVERY)
def paper(desk: Desk, meeting_id: UUID) -> Response:
    """The parties that are not reached yet, to tick those to whom paper was brought."""
    return _paper(desk, meeting_id, HandoverForm())


@bp.post("/paper")
@at_compound(Act.RECORD_DELIVERY)
def hand_over(desk: Desk, meeting_id: UUID) -> ResponseReturnValue:
    """Record it."""
    form = HandoverForm()
    item, building_id = _item(), _building_id()
    again = url_for(
        "console_delivery.paper",
        compound_id=desk.compound_id,
        meeting_id=meeting_id,
        item=item.value,
        building=building_id,
    )
    return submitted(
        form,
        lambda: records.record_handover(
            desk.actor,
            desk.compound_id,
            meeting_id,
            item,
            (form.handed_by.data or "").strip(),
            form.moment,
            form.receipts(),
        ),
        again,
        lambda: _paper(desk, meeting_id, form),
        f"已登记 {len(form.parties.data or [])} 户。",
    )


@bp.get("/posted")
@at_compound(Act.RECORD_DELIVERY)
def posted(desk: Desk, meeting_id: UUID) -> Response:
    """A notice that was posted."""
    return _posted(desk, meeting_id, PostedForm())


@bp.post("/posted")
@accepts_upload(UPLOAD_LIMIT)
@at_compound(Act.RECORD_DELIVERY)
def post_up(desk: Desk, meeting_id: UUID) -> ResponseReturnValue:
    """Record it with its photo."""
    form = PostedForm()
    upload = form.photo.data
    return submitted(
        form,
        lambda: records.record_posted(
            desk.actor,
            desk.compound_id,
            meeting_id,
            (form.place.data or "").strip(),
            form.moment,
            upload.filename or "",
            upload.read(),
        ),
        url_for("console_delivery.status", compound_id=desk.compound_id, meeting_id=meeting_id),
        lambda: _posted(desk, meeting_id, form),
        "已登记张贴。",
    )


@bp.get("/posted/<uuid:notice_id>/photo")
@at_compound(*STAFF)
def photo(desk: Desk, meeting_id: UUID, notice_id: UUID) -> Response:
    """The photo of a posted notice, to look at."""
    scan = records.get_photo(desk.actor, desk.compound_id, meeting_id, notice_id)
    return files.shown(attachments.open_checked(scan), scan.file_name, scan.media_type, scan.size)


def _paper(desk: Desk, meeting_id: UUID, form: HandoverForm) -> Response:
    item, building_id = _item(), _building_id()
    after = _after()
    rows = deliveries.list_unreached(desk.actor, desk.compound_id, meeting_id, item, after, A_PAGE + 1, building_id)
    places = buildings.by_building(desk.actor, desk.compound_id, meeting_id, item)
    return page(
        "meetings/paper.html",
        meeting=meetings.get(desk.actor, desk.compound_id, meeting_id),
        form=form,
        item=item,
        items=ITEMS,
        rows=rows[:A_PAGE],
        more=len(rows) > A_PAGE,
        building_id=building_id,
        places=places,
        ticked=set(form.parties.data or []),
        received=request.form,
    )


def _posted(desk: Desk, meeting_id: UUID, form: PostedForm) -> Response:
    return page("meetings/posted.html", meeting=meetings.get(desk.actor, desk.compound_id, meeting_id), form=form)


def _items(state: MeetingState) -> list[DeliveryItem]:
    return [DeliveryItem.NOTICE] if state is MeetingState.ANNOUNCED else list(DeliveryItem)


def _item() -> DeliveryItem:
    try:
        return DeliveryItem(request.args.get("item", DeliveryItem.NOTICE.value))
    except ValueError:
        raise NotFound from None


def _after() -> int:
    """The number of the party after which the list goes on."""
    return max(0, min(request.args.get("after", 0, int), 10**9))


def _building_id() -> UUID | None:
    try:
        return identifier(request.args["building"]) if request.args.get("building") else None
    except ValueError:
        raise NotFound from None
