"""Who holds which role here, helping groups and their members, and who reported in."""

from typing import Any
from uuid import UUID

from flask import Response, url_for
from flask.typing import ResponseReturnValue

from app.compounds.people import role_holders
from app.compounds.places import place_at, places_in
from app.org import appointments, groups
from app.org.models import GroupKind, Role
from app.org.permissions import Act
from app.volunteering.reporting_in import acts as reporting_in
from console.pages import Blueprint, Desk, acted, answered, at_compound, page, read, submitted
from console.people.forms import AppointForm, EndForm, GroupForm, MemberForm

bp = Blueprint("console_people", __name__, "/compounds/<uuid:compound_id>/people")

ROLES = (
    Role.SECRETARY,
    Role.STEWARD,
    Role.SUPERVISOR,
    Role.COMMUNITY_OFFICER,
    Role.STREET_OFFICER,
    Role.COUNTY_OFFICER,
    Role.OPERATOR,
    Role.PROPERTY_STAFF,
)
"""In the order in which the page has them."""


@bp.get("")
@at_compound(Act.SEE_PEOPLE)
def index(desk: Desk) -> Response:
    """Everybody who holds a role that reaches the compound, by role."""
    held = role_holders(desk.actor, desk.compound_id)
    by_role = [(role.chinese, [one for one in held if one.role is role]) for role in ROLES]
    gives = [role.chinese for role in appointments.roles_to_give(desk.actor, desk.compound_id)]
    return page("people/index.html", by_role=[(title, some) for title, some in by_role if some], gives=gives)


@bp.get("/appointments/new")
@at_compound(*appointments.GIVING)
def ask_appointment(desk: Desk) -> Response:
    """Whom a role is given to."""
    return page("people/appoint.html", form=_appoint_form(desk))


@bp.post("/appointments/new")
@at_compound(*appointments.GIVING)
def give_role(desk: Desk) -> ResponseReturnValue:
    """Give it; it holds from the holder's next request on."""
    form = read(lambda: _appoint_form(desk))

    def give() -> object:
        place = place_at(desk.compound_id, *form.building) if form.building else None
        whom = (form.name.data, form.phone.data, form.term_ends.data, place)
        return appointments.give(desk.actor, desk.compound_id, Role(form.role.data), *whom)

    return submitted(
        form,
        give,
        _address(desk, "index"),
        lambda: page("people/appoint.html", form=form),
        "已任命，会通知本人。本人用这个手机号登录后就有权限。",
    )


@bp.get("/appointments/<uuid:appointment_id>/end")
@at_compound(*appointments.GIVING)
def ask_end(desk: Desk, appointment_id: UUID) -> Response:
    """Why a role is ended."""
    return _end_page(desk, appointment_id, EndForm())


@bp.post("/appointments/<uuid:appointment_id>/end")
@at_compound(*appointments.GIVING)
def end_role(desk: Desk, appointment_id: UUID) -> ResponseReturnValue:
    """End a role at once, with a reason that the holder is told."""
    said = "已免去，会通知本人。原任人员下一次点击时就没有权限了。"
    return answered(desk, (appointment_id,), EndForm(), appointments.end, _address(desk, "index"), _end_page, said)


@bp.get("/groups")
@at_compound(Act.MANAGE_GROUPS)
def list_groups(desk: Desk) -> Response:
    """The helping groups of the compound."""
    return _groups_page(desk, GroupForm())


@bp.post("/groups")
@at_compound(Act.MANAGE_GROUPS)
def add_group(desk: Desk) -> ResponseReturnValue:
    """Add a group."""
    form = GroupForm()
    return submitted(
        form,
        lambda: groups.add_group(desk.actor, desk.compound_id, GroupKind(form.kind.data), form.name.data),
        lambda made: _address(desk, "group", group_id=made.id),
        lambda: _groups_page(desk, form),
        "团队已添加，请接着添加成员。",
    )


@bp.get("/groups/<uuid:group_id>")
@at_compound(Act.MANAGE_GROUPS)
def group(desk: Desk, group_id: UUID) -> Response:
    """A group and its members."""
    return _group_page(desk, group_id, MemberForm())


@bp.post("/groups/<uuid:group_id>/members")
@at_compound(Act.MANAGE_GROUPS)
def add_member(desk: Desk, group_id: UUID) -> ResponseReturnValue:
    """Add a member by phone number; once more changes nothing."""
    form = MemberForm()
    return submitted(
        form,
        lambda: groups.add_member(desk.actor, desk.compound_id, group_id, form.phone.data),
        _address(desk, "group", group_id=group_id),
        lambda: _group_page(desk, group_id, form),
        "成员已添加。",
    )


@bp.post("/groups/<uuid:group_id>/members/<uuid:member_id>/removal")
@at_compound(Act.MANAGE_GROUPS)
def remove_member(desk: Desk, group_id: UUID, member_id: UUID) -> ResponseReturnValue:
    """End somebody's membership."""
    return acted(
        lambda: groups.remove_member(desk.actor, desk.compound_id, group_id, member_id),
        _address(desk, "group", group_id=group_id),
        "这位成员已移出团队。",
    )


@bp.post("/groups/<uuid:group_id>/end")
@at_compound(Act.MANAGE_GROUPS)
def end_group(desk: Desk, group_id: UUID) -> ResponseReturnValue:
    """Dissolve a group; what it did stays its own."""
    return acted(
        lambda: groups.end_group(desk.actor, desk.compound_id, group_id),
        _address(desk, "list_groups"),
        "团队已解散，它做过的事仍记在它名下。",
    )


@bp.get("/reports")
@at_compound(Act.SEE_AFFILIATION)
def reports(desk: Desk) -> Response:
    """Which party members reported in; every look is on the audit log."""
    return page("people/reports.html", reports=reporting_in.list_reports(desk.actor, desk.compound_id))


def _appoint_form(desk: Desk) -> AppointForm:
    given = appointments.roles_to_give(desk.actor, desk.compound_id)
    return AppointForm([(role.value, role.chinese) for role in given], places_in(desk.compound_id))


def _end_page(desk: Desk, appointment_id: UUID, form: EndForm) -> Response:
    held = role_holders(desk.actor, desk.compound_id)
    one = next((one for one in held if one.appointment_id == appointment_id), None)
    return page("people/end.html", form=form, one=one, back=_address(desk, "index"))


def _groups_page(desk: Desk, form: GroupForm) -> Response:
    return page("people/groups.html", form=form, groups=groups.groups_in(desk.actor, desk.compound_id))


def _group_page(desk: Desk, group_id: UUID, form: MemberForm) -> Response:
    members = groups.members_of(desk.actor, desk.compound_id, group_id)
    found = next(one for one in groups.groups_in(desk.actor, desk.compound_id) if one.id == group_id)
    return page("people/group.html", form=form, group=found, members=members)


def _address(desk: Desk, name: str, **values: Any) -> str:
    return url_for(f"console_people.{name}", compound_id=desk.compound_id, **values)
