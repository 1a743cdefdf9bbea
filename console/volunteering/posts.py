"""Posts (岗位): opened, changed, closed; claims confirmed or declined; hours entered."""

from typing import Any
from uuid import UUID

from flask import Response, url_for
from flask.typing import ResponseReturnValue

from app.core.unit_of_work import unit_of_work
from app.org.permissions import Act
from app.volunteering.hours import attendance
from app.volunteering.posts import acts, queries
from app.volunteering.posts.errors import ClaimNotFound
from console.forms import Form
from console.pages import Blueprint, Desk, acted, answered, at_compound, page, submitted
from console.volunteering.asking import ACTUAL_MINUTES, PREFIX, ReasonForm, ask, here, line, moment, number, text

bp = Blueprint("console_posts", __name__, f"{PREFIX}/posts")


class PostForm(Form):
    """A post."""

    title = line("岗位名称", 60, "例如：楼道防火巡查员")
    duties = text("做什么", 2000, "什么时候、做哪些事，让居民一看就明白。")
    places = number("名额", 1, 1000)


class PostHoursForm(Form):
    """What somebody served in a post."""

    started_at = moment("开始时间")
    minutes = number("实际服务的分钟数", 1, 1440, "路上的时间不算。")

    def answers(self) -> tuple[Any, ...]:
        """When it began, in China, and the minutes."""
        return here(self.started_at.data), self.minutes.data


@bp.get("/")
@at_compound(Act.MANAGE_VOLUNTEERING)
def index(desk: Desk) -> Response:
    """The compound's posts."""
    return page("volunteering/posts.html", posts=queries.list_posts(desk.actor, desk.compound_id))


@bp.get("/new")
@at_compound(Act.MANAGE_VOLUNTEERING)
def ask_new(desk: Desk) -> Response:
    """The form for a post."""
    return _new(desk, PostForm())


@bp.post("/new")
@at_compound(Act.MANAGE_VOLUNTEERING)
def add(desk: Desk) -> ResponseReturnValue:
    """Set up a post."""
    form = PostForm()
    return submitted(
        form,
        lambda: acts.create_post(desk.actor, desk.compound_id, **form.data).id,
        lambda post_id: _address(desk, post_id),
        lambda: _new(desk, form),
        "岗位已设立。有人认领时，请在这里确认。",
    )


@bp.get("/<uuid:post_id>/")
@at_compound(Act.MANAGE_VOLUNTEERING)
def show(desk: Desk, post_id: UUID) -> Response:
    """A post and who claimed it, masked."""
    return _shown(desk, post_id, masked=True)


@bp.post("/<uuid:post_id>/")
@at_compound(Act.MANAGE_VOLUNTEERING)
def reveal(desk: Desk, post_id: UUID) -> Response:
    """The same with whole names: the look is on the audit log."""
    with unit_of_work():
        return _shown(desk, post_id, masked=False)


@bp.get("/<uuid:post_id>/change")
@at_compound(Act.MANAGE_VOLUNTEERING)
def ask_change(desk: Desk, post_id: UUID) -> Response:
    """The form with what the post says today."""
    post = queries.get_post(desk.actor, desk.compound_id, post_id)
    return _change(desk, post_id, PostForm(title=post.title, duties=post.duties, places=post.places))


@bp.post("/<uuid:post_id>/change")
@at_compound(Act.MANAGE_VOLUNTEERING)
def change(desk: Desk, post_id: UUID) -> ResponseReturnValue:
    """Change what a post says, or its places."""
    form = PostForm()
    return submitted(
        form,
        lambda: acts.change_post(desk.actor, desk.compound_id, post_id, **form.data),
        _address(desk, post_id),
        lambda: _change(desk, post_id, form),
        "已修改。",
    )


@bp.post("/<uuid:post_id>/closing")
@at_compound(Act.MANAGE_VOLUNTEERING)
def close(desk: Desk, post_id: UUID) -> ResponseReturnValue:
    """Take no more claims."""
    return acted(
        lambda: acts.close_post(desk.actor, desk.compound_id, post_id),
        _address(desk, post_id),
        "已停止招募。已经在岗的志愿者继续服务。",
    )


@bp.post("/<uuid:post_id>/claims/<uuid:claim_id>/confirmation")
@at_compound(Act.MANAGE_VOLUNTEERING)
def confirm(desk: Desk, post_id: UUID, claim_id: UUID) -> ResponseReturnValue:
    """Confirm a volunteer in the post."""
    return acted(
        lambda: acts.confirm_claim(desk.actor, desk.compound_id, post_id, claim_id),
        _address(desk, post_id),
        "已确认，志愿者会收到通知。",
    )


@bp.get("/<uuid:post_id>/claims/<uuid:claim_id>/refusal")
@at_compound(Act.MANAGE_VOLUNTEERING)
def ask_decline(desk: Desk, post_id: UUID, claim_id: UUID) -> Response:
    """Why a claim is declined."""
    return _decline(desk, post_id, claim_id, ReasonForm())


@bp.post("/<uuid:post_id>/claims/<uuid:claim_id>/refusal")
@at_compound(Act.MANAGE_VOLUNTEERING)
def decline(desk: Desk, post_id: UUID, claim_id: UUID) -> ResponseReturnValue:
    """Decline a claim, or relieve somebody."""
    ids, done = (post_id, claim_id), _address(desk, post_id)
    said = "已办理，名额已空出，志愿者会收到通知。"
    return answered(desk, ids, ReasonForm(), acts.decline_claim, done, _decline, said)


@bp.get("/<uuid:post_id>/claims/<uuid:claim_id>/hours")
@at_compound(Act.MANAGE_VOLUNTEERING)
def ask_hours(desk: Desk, post_id: UUID, claim_id: UUID) -> Response:
    """What somebody served."""
    return _hours(desk, post_id, claim_id, PostHoursForm())


@bp.post("/<uuid:post_id>/claims/<uuid:claim_id>/hours")
@at_compound(Act.MANAGE_VOLUNTEERING)
def enter_hours(desk: Desk, post_id: UUID, claim_id: UUID) -> ResponseReturnValue:
    """Enter it; it waits to be confirmed."""
    ids, done = (post_id, claim_id), url_for("console_hours.index", compound_id=desk.compound_id)
    said = "已登记。请核对后在本页认定。"
    return answered(desk, ids, PostHoursForm(), attendance.enter_post_hours, done, _hours, said)


def _shown(desk: Desk, post_id: UUID, masked: bool) -> Response:
    return page(
        "volunteering/post.html",
        post=queries.get_post(desk.actor, desk.compound_id, post_id),
        claims=queries.list_claims(desk.actor, desk.compound_id, post_id, masked),
        masked=masked,
    )


def _new(desk: Desk, form: PostForm) -> Response:
    back = url_for("console_posts.index", compound_id=desk.compound_id)
    return ask(form, "设立岗位", "设立", back, "岗位是长期的：居民认领，您来确认。")


def _change(desk: Desk, post_id: UUID, form: PostForm) -> Response:
    return ask(form, "修改岗位", "保存", _address(desk, post_id))


def _decline(desk: Desk, post_id: UUID, claim_id: UUID, form: ReasonForm) -> Response:
    claim = _claim(desk, post_id, claim_id)
    confirmed = claim.state == "confirmed"
    intro = f"{claim.name}（编号 {claim.volunteer_number}），当前“{claim.state_text}”。"
    heading, button = ("请离岗位", "请离") if confirmed else ("不同意认领", "不同意")
    return ask(form, heading, button, _address(desk, post_id), intro, grave=True)


def _hours(desk: Desk, post_id: UUID, claim_id: UUID, form: PostHoursForm) -> Response:
    claim = _claim(desk, post_id, claim_id)
    return ask(
        form,
        "登记服务时间",
        "登记",
        _address(desk, post_id),
        f"{claim.name}（编号 {claim.volunteer_number}）",
        ACTUAL_MINUTES,
    )


def _claim(desk: Desk, post_id: UUID, claim_id: UUID) -> queries.ClaimView:
    for claim in queries.list_claims(desk.actor, desk.compound_id, post_id, masked=True):
        if claim.id == claim_id:
            return claim
    raise ClaimNotFound


def _address(desk: Desk, post_id: UUID) -> str:
    return url_for("console_posts.show", compound_id=desk.compound_id, post_id=post_id)
