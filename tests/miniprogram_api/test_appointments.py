"""Roles held in a compound over the API: who sees them, and how one is ended with a reason, at once."""

from typing import Any

from werkzeug.test import TestResponse

from app.core.audit import AuditEvent
from app.core.db import db
from app.notifications.models import OutboxMessage
from app.org.models import Role
from tests.support.answers import code
from tests.support.world import Person, World

REASON = {"reason": "搬离本小区，不再担任。"}


def listed(world: World, person: Person) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = world.api(person)("GET", f"/compounds/{world.compound}/appointments").json["items"]
    return found


def end(world: World, person: Person, appointment: str, body: Any = REASON) -> TestResponse:
    return world.api(person)("POST", f"/compounds/{world.compound}/appointments/{appointment}/end", body)


def role_of(world: World, role: Role) -> str:
    """The id of the first who holds a role here."""
    return str(next(one["id"] for one in listed(world, world.secretary) if one["role"] == role and one["here"]))


def test_the_secretary_ends_a_stewards_role_with_a_reason_and_it_is_gone_at_once(world: World):
    steward = world.official(Role.STEWARD, world.compound)
    desk = f"/compounds/{world.compound}/home"
    assert world.api(steward)("GET", desk).status_code == 200
    held = role_of(world, Role.STEWARD)
    assert code(end(world, world.secretary, held, {})) == (422, "invalid_input")
    assert end(world, world.secretary, held).status_code == 204
    assert world.api(steward)("GET", desk).status_code == 403
    assert code(end(world, world.secretary, held)) == (404, "appointment_not_found")
    [event] = db.session.query(AuditEvent).filter_by(act="end_role", compound_id=world.compound)
    assert (event.account_id, str(event.subject_id), event.after) == (world.secretary.account_id, held, REASON)
    [message] = db.session.query(OutboxMessage).filter_by(account_id=steward.account_id, kind="role_ended")
    assert message.data["hint"] == REASON["reason"]


def test_each_ends_the_roles_below_and_nobody_the_own(world: World):
    world.official(Role.STEWARD, world.compound)
    secretary, steward = role_of(world, Role.SECRETARY), role_of(world, Role.STEWARD)
    other = World(world.application)
    for person in (world.person(), world.owner(world.unit("101")), other.secretary):
        assert code(end(world, person, steward)) == (403, "forbidden")
    assert code(end(world, world.secretary, secretary)) == (403, "forbidden"), "the street's"
    assert code(end(other, other.secretary, steward)) == (404, "appointment_not_found"), "of another compound"
    world.appoint(world.secretary, Role.STEWARD)
    own = next(one for one in listed(world, world.secretary) if one["role"] == "steward" and not one["mine_to_end"])
    assert code(end(world, world.secretary, own["id"])) == (409, "own_role")
    assert len(listed(world, world.secretary)) == len(listed(world, world.supervisor)) == 4


def test_who_serves_is_shown_masked_to_those_who_serve(world: World):
    world.owner(world.unit("101"))
    [secretary, officer] = listed(world, world.supervisor)
    assert (secretary["role"], secretary["title"], secretary["here"], secretary["joined"]) == (
        "secretary",
        "小区党支部书记",
        True,
        True,
    )
    assert (officer["role"], officer["here"], officer["node"]) == ("community_officer", False, "测试社区")
    assert "phone" not in secretary
    assert world.api(world.person())("GET", f"/compounds/{world.compound}/appointments").status_code == 403
