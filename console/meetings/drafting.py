"""The guided path of a draft: what is decided, who decides, when, a check of it all, and the announcement."""

from collections.abc import Callable
from functools import wraps
from typing import Any
from uuid import UUID

from flask import Response, request, url_for
from flask.typing import ResponseReturnValue

from app.core.errors import AppError
from app.core.unit_of_work import unit_of_work
from app.meetings import desk as meetings
from app.meetings import preview, readiness, service, told
from app.meetings.desk import MeetingOnDesk
from app.meetings.errors import ScheduleDefective
from app.meetings.models import Convenor, MeetingState
from app.meetings.readiness import Part
from app.org.permissions import Act
from console.forms import Form
from console.meetings import words
from console.meetings.forms import Changed, ConvenorForm, DatesForm, NewMeetingForm, TitleForm
from console.pages import Blueprint, Desk, at_compound, onwards, page, submitted

bp = Blueprint("console_drafting", __name__, "/compounds/<uuid:compound_id>/meetings")

STEPS = (("what", "议什么"), ("who", "谁来定"), ("when", "什么时候"), ("check", "检查"), ("confirm", "公告"))
FIELDS_OF_DEFECTS = {"notice_too_short": "opens_on"}


def at_draft(view: Callable[[Desk, MeetingOnDesk], Any]) -> Callable[..., Any]:
    """Pass the desk and the draft. One that was announced meanwhile, in another tab, leads to its page."""

    @at_compound(Act.MANAGE_MEETING)
    @wraps(view)
    def wrapped(desk: Desk, meeting_id: UUID) -> Any:
        meeting = meetings.get(desk.actor, desk.compound_id, meeting_id)
        if meeting.state is not MeetingState.DRAFT:
            said = f"这次会议现在是“{meeting.state_text}”，不再是草案，内容不能再改。"
            return onwards(url_for("console_meetings.show", **here(desk, meeting.id)), said)
        return view(desk, meeting)

    return wrapped


def here(desk: Desk, meeting_id: UUID) -> dict[str, Any]:
    """The address of a meeting, as values."""
    return {"compound_id": desk.compound_id, "meeting_id": meeting_id}


def step_page(template: str, step: str, desk: Desk, meeting: MeetingOnDesk, **context: Any) -> Response:
    """A page of the path, with its five steps above it."""
    done = {"what": _agenda_stands(meeting), "who": True, "when": not _defects(desk, meeting)}
    steps = [
        (title, url_for(f"console_drafting.{name}", **here(desk, meeting.id)), name == step, done.get(name, False))
        for name, title in STEPS[:4]
    ]
    return page(template, meeting=meeting, steps=steps, step=step, words=words, **context)


@bp.get("/new")
@at_compound(Act.MANAGE_MEETING)
def new(desk: Desk) -> Response:
    """Begin a draft."""
    return page("meetings/new.html", form=NewMeetingForm())


@bp.post("/new")
@at_compound(Act.MANAGE_MEETING)
def create(desk: Desk) -> ResponseReturnValue:
    """Make the draft, with dates to begin with."""
    form = NewMeetingForm()

    def act() -> UUID:
        opens_at, closes_at = readiness.date_frame(desk.compound_id).proposed()
        convenor, title = Convenor(form.convenor.data), (form.title.data or "").strip()
        return service.create_meeting(
            desk.actor, desk.compound_id, title, convenor, opens_at, closes_at, meeting_id=form.new_id
        ).id

    def done(meeting_id: UUID) -> str:
        return url_for("console_drafting.what", **here(desk, meeting_id))

    return submitted(form, act, done, lambda: page("meetings/new.html", form=form), "草案已建好。请添加要表决的事项。")


@bp.get("/<uuid:meeting_id>/what")
@at_draft
def what(desk: Desk, meeting: MeetingOnDesk) -> Response:
    """Step 1: the agenda."""
    return step_page("meetings/what.html", "what", desk, meeting)


@bp.get("/<uuid:meeting_id>/name")
@at_draft
def name(desk: Desk, meeting: MeetingOnDesk) -> Response:
    """Another name for the meeting."""
    return _name(desk, meeting, TitleForm(title=meeting.title, seen=meeting.stamp))


@bp.post("/<uuid:meeting_id>/name")
@at_compound(Act.MANAGE_MEETING)
def rename(desk: Desk, meeting_id: UUID) -> ResponseReturnValue:
    """Take another name."""
    form = TitleForm()
    return submitted(
        form,
        lambda: service.change_meeting(
            desk.actor, desk.compound_id, meeting_id, form.seen.data or "", title=(form.title.data or "").strip()
        ),
        url_for("console_drafting.what", **here(desk, meeting_id)),
        lambda: _again(desk, meeting_id, form, _name),
        "已改名。",
    )


@bp.get("/<uuid:meeting_id>/who")
@at_draft
def who(desk: Desk, meeting: MeetingOnDesk) -> Response:
    """Step 2: who convenes, and who would vote."""
    return _who(desk, meeting, ConvenorForm(convenor=meeting.convenor, seen=meeting.stamp))


@bp.post("/<uuid:meeting_id>/who")
@at_compound(Act.MANAGE_MEETING)
def set_convenor(desk: Desk, meeting_id: UUID) -> ResponseReturnValue:
    """Name the convenor."""
    form = ConvenorForm()
    return submitted(
        form,
        lambda: service.change_meeting(
            desk.actor, desk.compound_id, meeting_id, form.seen.data or "", convenor=Convenor(form.convenor.data)
        ),
        url_for("console_drafting.when", **here(desk, meeting_id)),
        lambda: _again(desk, meeting_id, form, _who),
        "已保存。",
    )


@bp.get("/<uuid:meeting_id>/when")
@at_draft
def when(desk: Desk, meeting: MeetingOnDesk) -> Response:
    """Step 3: when voting opens and closes."""
    return _when(desk, meeting, DatesForm.of(meeting.opens_at, meeting.closes_at, meeting.stamp))


@bp.post("/<uuid:meeting_id>/when")
@at_compound(Act.MANAGE_MEETING)
def set_dates(desk: Desk, meeting_id: UUID) -> ResponseReturnValue:
    """Set the dates, if the meeting could be announced with them today: PMR 14."""
    form = DatesForm()

    def act() -> None:
        try:
            readiness.change_dates(
                desk.actor, desk.compound_id, meeting_id, form.seen.data or "", form.opens_at, form.closes_at
            )
        except ScheduleDefective as refused:
            raise _beside_fields(refused) from refused

    return submitted(
        form,
        act,
        url_for("console_drafting.check", **here(desk, meeting_id)),
        lambda: _again(desk, meeting_id, form, _when),
        "时间已保存。",
    )


@bp.post("/<uuid:meeting_id>/when/said")
@at_compound(Act.MANAGE_MEETING)
def say_dates(desk: Desk, meeting_id: UUID) -> Response:
    """What the dates that are being chosen mean, while they are chosen."""
    form = DatesForm()
    with unit_of_work():
        if not form.validate():
            return page("meetings/dates_said.html", defects=[], form=None)
        defects = readiness.defects_of_dates(desk.actor, desk.compound_id, form.opens_at, form.closes_at)
        return page("meetings/dates_said.html", defects=defects, form=form, **_dates_in_words(form))


@bp.get("/<uuid:meeting_id>/check")
@at_draft
def check(desk: Desk, meeting: MeetingOnDesk) -> Response:
    """Step 4: everything on one page, with what is still missing."""
    ready = readiness.of_draft(desk.actor, desk.compound_id, meeting.id)
    electorate = preview.preview_electorate(desk.actor, desk.compound_id)
    return step_page("meetings/check.html", "check", desk, meeting, ready=ready, electorate=electorate, Part=Part)


@bp.get("/<uuid:meeting_id>/announcement")
@at_draft
def confirm(desk: Desk, meeting: MeetingOnDesk) -> ResponseReturnValue:
    """Step 5: what announcing means; only after the check, of which the address brings the stamp."""
    ready = readiness.of_draft(desk.actor, desk.compound_id, meeting.id)
    if ready.missing or request.args.get("seen") != ready.stamp:
        said = "" if ready.missing else "请先看一遍全部内容，再公告。"
        return onwards(url_for("console_drafting.check", **here(desk, meeting.id)), said)
    return _confirm(desk, meeting, Seen(seen=ready.stamp))


@bp.post("/<uuid:meeting_id>/announcement")
@at_compound(Act.MANAGE_MEETING)
def announce(desk: Desk, meeting_id: UUID) -> ResponseReturnValue:
    """Announce what was looked through, and nothing else."""
    form = Seen()
    return submitted(
        form,
        lambda: service.announce(desk.actor, desk.compound_id, meeting_id, form.seen.data or ""),
        url_for("console_drafting.announced", **here(desk, meeting_id)),
        lambda: _again(desk, meeting_id, form, _confirm),
    )


@bp.get("/<uuid:meeting_id>/announced")
@at_compound(Act.SEE_MEETING_DRAFTS)
def announced(desk: Desk, meeting_id: UUID) -> Response:
    """What the announcement told to whom."""
    meeting = meetings.get(desk.actor, desk.compound_id, meeting_id)
    told_to = told.of_announcement(desk.actor, desk.compound_id, meeting_id)
    return page("meetings/announced.html", meeting=meeting, told=told_to, words=words)


class Seen(Changed):
    """The announcement's form: only the stamp of what was looked through."""


def _who(desk: Desk, meeting: MeetingOnDesk, form: Form) -> Response:
    electorate = preview.preview_electorate(desk.actor, desk.compound_id)
    return step_page("meetings/who.html", "who", desk, meeting, form=form, electorate=electorate)


def _when(desk: Desk, meeting: MeetingOnDesk, form: Form) -> Response:
    frame = readiness.date_frame(desk.compound_id)
    return step_page("meetings/when.html", "when", desk, meeting, form=form, frame=frame)


def _confirm(desk: Desk, meeting: MeetingOnDesk, form: Form) -> Response:
    electorate = preview.preview_electorate(desk.actor, desk.compound_id)
    return step_page("meetings/confirm.html", "confirm", desk, meeting, form=form, electorate=electorate)


def _again(desk: Desk, meeting_id: UUID, form: Any, show: Callable[[Desk, MeetingOnDesk, Any], Response]) -> Response:
    """The page with the form as it was typed. Sent once more it is meant: its reader has seen what is saved by now."""
    meeting = meetings.get(desk.actor, desk.compound_id, meeting_id)
    if not isinstance(form, Seen):
        form.seen.data = meeting.stamp
    return show(desk, meeting, form)


def _name(desk: Desk, meeting: MeetingOnDesk, form: Form) -> Response:
    return step_page("meetings/name.html", "what", desk, meeting, form=form)


def _beside_fields(refused: ScheduleDefective) -> AppError:
    fields: dict[str, list[str]] = {}
    for defect in refused.details["defects"]:
        fields.setdefault(FIELDS_OF_DEFECTS.get(defect["code"], "closes_on"), []).append(defect["text"])
    return ScheduleDefective(**refused.details, fields=fields)


def _dates_in_words(form: DatesForm) -> dict[str, Any]:
    notice, voting = readiness.days_of(form.opens_at, form.closes_at)
    return {"notice": notice, "voting": voting}


def _agenda_stands(meeting: MeetingOnDesk) -> bool:
    return bool(meeting.motions) and all(one.candidates for one in meeting.motions if one.seats is not None)


def _defects(desk: Desk, meeting: MeetingOnDesk) -> bool:
    return bool(readiness.defects_of_dates(desk.actor, desk.compound_id, meeting.opens_at, meeting.closes_at))
