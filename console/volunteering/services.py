"""Services (便民服务) that repeat: offered, reviewed, called off; and the brands under which they are known."""

from uuid import UUID

from flask import Response, url_for
from flask.typing import ResponseReturnValue
from wtforms import SelectField

from app.core import clock
from app.org import groups
from app.org.permissions import Act
from app.volunteering.brands import acts as brands
from app.volunteering.offerings import activities, lines, queries, services
from app.volunteering.offerings.errors import OfferingNotFound
from app.volunteering.offerings.models import OfferingKind
from console.forms import Form, choices, identifier
from console.pages import Blueprint, Desk, acted, answered, at_compound, page, submitted
from console.volunteering import repeating
from console.volunteering.asking import PREFIX, ReasonForm, ask, line, text
from console.volunteering.offering_forms import NOBODY, ServiceForm

bp = Blueprint("console_services", __name__, f"{PREFIX}/services")


class BrandForm(Form):
    """A brand."""

    name = line("品牌名称", 40, "例如：红马甲便民集市")
    about = text("做什么", 500)
    group_id = SelectField("由哪个团队承担", default=NOBODY)

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        found = groups.groups_in(desk.actor, desk.compound_id)
        self.group_id.choices = choices((NOBODY, "不限"), *((str(one.id), one.name) for one in found))


@bp.get("/")
@at_compound(Act.ORGANISE_VOLUNTEERING)
def index(desk: Desk) -> Response:
    """The services, those that wait for review first."""
    found = lines.list_lines(desk.actor, desk.compound_id, OfferingKind.SERVICE)
    return page(
        "volunteering/services.html",
        waiting=[one for one in found if one.review == "waiting"],
        others=[one for one in found if one.review != "waiting"],
        in_words=repeating.in_words,
    )


@bp.get("/new")
@at_compound(Act.MANAGE_VOLUNTEERING)
def ask_new(desk: Desk) -> Response:
    """The form for a service."""
    return _new(desk, ServiceForm(desk, first_day=clock.today()))


@bp.post("/new")
@at_compound(Act.MANAGE_VOLUNTEERING)
def add(desk: Desk) -> ResponseReturnValue:
    """Offer a service."""
    form = ServiceForm(desk)
    return submitted(
        form,
        lambda: services.offer_service(desk.actor, desk.compound_id, form.recurrence(), **form.about()).id,
        lambda service_id: _address(desk, service_id),
        lambda: _new(desk, form),
        "服务已发布，系统会提前四周排好时段。",
    )


@bp.get("/<uuid:service_id>/")
@at_compound(Act.ORGANISE_VOLUNTEERING)
def show(desk: Desk, service_id: UUID) -> Response:
    """A service with its slots; an activity's id opens none."""
    found = queries.get_offering(desk.actor, desk.compound_id, service_id)
    if found.recurrence is None:
        raise OfferingNotFound
    return page("volunteering/service.html", offering=found, in_words=repeating.in_words)


@bp.post("/<uuid:service_id>/approval")
@at_compound(Act.MANAGE_VOLUNTEERING)
def approve(desk: Desk, service_id: UUID) -> ResponseReturnValue:
    """Open a volunteer's service for booking."""
    return acted(
        lambda: services.approve_service(desk.actor, desk.compound_id, service_id),
        _address(desk, service_id),
        "已同意，居民现在可以预约。",
    )


@bp.get("/<uuid:service_id>/refusal")
@at_compound(Act.MANAGE_VOLUNTEERING)
def ask_decline(desk: Desk, service_id: UUID) -> Response:
    """Why it is declined."""
    return _decline(desk, service_id, ReasonForm())


@bp.post("/<uuid:service_id>/refusal")
@at_compound(Act.MANAGE_VOLUNTEERING)
def decline(desk: Desk, service_id: UUID) -> ResponseReturnValue:
    """Decline a volunteer's service."""
    done, said = _address(desk, service_id), "已退回，提供服务的人会收到原因。"
    return answered(desk, (service_id,), ReasonForm(), services.decline_service, done, _decline, said)


@bp.get("/<uuid:service_id>/cancellation")
@at_compound(Act.ORGANISE_VOLUNTEERING)
def ask_cancel(desk: Desk, service_id: UUID) -> Response:
    """Why it is called off."""
    return _cancel(desk, service_id, ReasonForm())


@bp.post("/<uuid:service_id>/cancellation")
@at_compound(Act.ORGANISE_VOLUNTEERING)
def cancel(desk: Desk, service_id: UUID) -> ResponseReturnValue:
    """Call a service off."""
    done, said = _address(desk, service_id), "服务已停办，预约的人都会收到通知。"
    return answered(desk, (service_id,), ReasonForm(), activities.cancel, done, _cancel, said)


@bp.get("/brands")
@at_compound(Act.MANAGE_VOLUNTEERING)
def list_brands(desk: Desk) -> Response:
    """The brands, and the form for another."""
    return _brands(desk, BrandForm(desk))


@bp.post("/brands")
@at_compound(Act.MANAGE_VOLUNTEERING)
def add_brand(desk: Desk) -> ResponseReturnValue:
    """Set a brand up."""
    form = BrandForm(desk)
    return submitted(
        form,
        lambda: brands.add_brand(
            desk.actor,
            desk.compound_id,
            form.name.data,
            form.about.data,
            identifier(form.group_id.data) if form.group_id.data else None,
        ),
        _brands_address(desk),
        lambda: _brands(desk, form),
        "品牌已添加。",
    )


@bp.post("/brands/<uuid:brand_id>/ending")
@at_compound(Act.MANAGE_VOLUNTEERING)
def end_brand(desk: Desk, brand_id: UUID) -> ResponseReturnValue:
    """End a brand."""
    return acted(
        lambda: brands.end_brand(desk.actor, desk.compound_id, brand_id),
        _brands_address(desk),
        "品牌已停用，以前用过的活动和服务不变。",
    )


def _brands(desk: Desk, form: BrandForm) -> Response:
    shown = brands.list_brands(desk.actor, desk.compound_id)
    return page("volunteering/brands.html", form=form, brands=shown)


def _new(desk: Desk, form: ServiceForm) -> Response:
    back = url_for("console_services.index", compound_id=desk.compound_id)
    return ask(form, "发布便民服务", "发布", back, "例如每周三上午9点到11点理发，每人半小时。")


def _decline(desk: Desk, service_id: UUID, form: ReasonForm) -> Response:
    found = queries.get_offering(desk.actor, desk.compound_id, service_id)
    return ask(form, "不同意这项服务", "不同意", _address(desk, service_id), f"服务：{found.title}", grave=True)


def _cancel(desk: Desk, service_id: UUID, form: ReasonForm) -> Response:
    found = queries.get_offering(desk.actor, desk.compound_id, service_id)
    intro = f"“{found.title}”还没结束的时段都会取消，预约的人会收到您写的原因。停办后不能恢复。"
    return ask(form, "停办服务", "停办", _address(desk, service_id), intro, grave=True)


def _address(desk: Desk, service_id: UUID) -> str:
    return url_for("console_services.show", compound_id=desk.compound_id, service_id=service_id)


def _brands_address(desk: Desk) -> str:
    return url_for("console_services.list_brands", compound_id=desk.compound_id)
