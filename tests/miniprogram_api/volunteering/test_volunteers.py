"""Registering as a volunteer: who may, what is asked, what others see."""

from typing import Any

import pytest
from sqlalchemy import text

from app.compounds.persons import check_character
from app.core.db import db
from app.org.models import Role
from tests.support.answers import code
from tests.support.volunteering import Volunteering
from tests.support.world import World

CITIZEN = {"id_type": "citizen", "id_number": "11010519491231002X"}


def test_a_resident_registers_and_sets_right_what_was_wrong(world: World, here: Volunteering):
    [resident] = world.owners(1)
    first = here.register(resident)
    again = here.register(resident, name="欧阳测试", **CITIZEN)
    assert (first.status_code, again.status_code) == (200, 200)
    assert (again.json["id"], again.json["number"]) == (first.json["id"], first.json["number"])
    assert (again.json["name"], again.json["id_number_masked"]) == ("欧阳测试", "1101**********002X")
    assert here.seen(resident, f"{here.path}/volunteers/me") == again.json


def test_name_and_number_are_encrypted_at_rest_PIPL_51(world: World, here: Volunteering):
    [resident] = world.owners(1)
    here.register(resident, name="欧阳测试", **CITIZEN)
    [row] = db.session.execute(text("SELECT name, id_number FROM volunteer")).all()
    assert all("欧阳".encode() not in bytes(one) and b"002X" not in bytes(one) for one in row)


REFUSED: dict[str, tuple[dict[str, Any], int, str]] = {
    "no consent": ({"consent_version": "2020-01"}, 422, "consent_needed"),
    "a wrong check character": ({**CITIZEN, "id_number": "110105194912310021"}, 422, "id_number_wrong"),
    "a passport that is a citizen's number": ({**CITIZEN, "id_type": "passport"}, 422, "id_number_wrong"),
    "a number without a type": ({"id_number": "11010519491231002X"}, 422, "invalid_input"),
    "a child under 14, PIPL 31": ({**CITIZEN, "id_number": "110105201505010023"}, 422, "volunteer_too_young"),
    "no name": ({"name": "  "}, 422, "invalid_input"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_a_bad_registration_is_refused(world: World, here: Volunteering, case: str):
    body, status, expected = REFUSED[case]
    if case.startswith("a child"):
        number = str(body["id_number"])[:17]
        body = {**body, "id_number": number + check_character(number)}
    [resident] = world.owners(1)
    assert code(here.register(resident, **body)) == (status, expected)
    assert here.world.api(resident)("GET", f"{here.path}/volunteers/me").status_code == 403


def test_strangers_and_neighbours_from_elsewhere_do_not_register(world: World, here: Volunteering):
    elsewhere = world.owner(world.unit("101", compound=world.add_compound("测试二区")))
    for person in (world.person(), elsewhere, world.official(Role.PROPERTY_STAFF, world.compound)):
        assert code(here.register(person)) == (403, "forbidden")


def test_staff_see_volunteers_masked_and_page_by_page(world: World, here: Volunteering):
    one, other = here.volunteers(2)
    api, path = world.api(world.secretary), f"{here.path}/volunteers"
    [first] = api("GET", f"{path}?limit=1").json["items"]
    [second] = api("GET", f"{path}?limit=1&after={first['id']}").json["items"]
    assert first["id"] != second["id"]
    assert {first["name"], second["name"]} == {"测****"}
    assert world.api(one)("GET", path).status_code == 403
    assert other


def test_whoever_still_holds_a_post_or_a_place_gives_it_up_before_leaving(world: World, here: Volunteering):
    person, post, slot = here.volunteer(), here.post(), here.slot()
    here.claim(person, post)
    here.book(person, slot)
    leave = lambda: world.api(person)("DELETE", f"{here.path}/volunteers/me")  # noqa: E731
    refused = leave()
    assert code(refused) == (409, "still_engaged")
    assert refused.json["error"]["details"] == {"claims": 1, "bookings": 1}
    world.api(person)("DELETE", f"{post}/claim")
    here.cancel(person, slot)
    assert (leave().status_code, code(leave())) == (204, (403, "not_a_volunteer"))
    assert code(here.claim(person, post)) == (403, "not_a_volunteer")
    assert here.register(person).status_code == 200
