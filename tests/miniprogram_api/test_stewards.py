"""A building gets its steward: put forward by oneself, a neighbour or the secretary, backed at home, appointed."""

from typing import Any

import pytest
from sqlalchemy import select
from werkzeug.test import TestResponse

from app.core.audit import AuditEvent
from app.core.db import db
from app.org import queries
from app.org.models import Appointment, NominationBacking, Role, RoleNomination
from tests.support.answers import code
from tests.support.kept import kept
from tests.support.phones import proven
from tests.support.world import Person, World

PHONE = "13900000301"
CHOSEN = {"term_ends": "2029-04-30", "chosen_how": "meeting", "chosen_note": "5月1日楼栋会议，18 户到场，15 户同意。"}


class Building:
    """A building with two stairwells, a neighbour in each, and an owner of another building."""

    def __init__(self, world: World) -> None:
        self.world = world
        with world.together():
            self.first = world.owner(world.unit("301", building="3栋", stairwell="1单元"))
            self.second = world.owner(world.unit("302", building="3栋", stairwell="2单元"))
            self.stranger = world.owner(world.unit("101", building="5栋"))
        self.id = str(world.building("3栋"))

    def call(self, person: Person, method: str, path: str = "", body: Any = None) -> TestResponse:
        return self.world.api(person)(method, f"/compounds/{self.world.compound}/steward-nominations{path}", body)

    def nominates(self, person: Person, stairwell: str = "", phone: str = PHONE) -> TestResponse:
        body = {"name": "孙邻居", "phone": phone, "grounds": "热心", "building_id": self.id, "stairwell": stairwell}
        return self.call(person, "POST", "", body)

    def nominated(self, person: Person, stairwell: str = "", phone: str = PHONE) -> str:
        made = self.nominates(person, stairwell, phone)
        assert made.status_code == 201, made.text
        return str(made.json["id"])

    def stands(self, person: Person, stairwell: str = "") -> TestResponse:
        body = {"name": "李自荐", "grounds": "退休在家", "building_id": self.id, "stairwell": stairwell}
        return self.call(person, "POST", "/mine", body)

    def shown(self, person: Person) -> list[tuple[str, str, str]]:
        return [(one["way"], one["name"], one["place"]) for one in self.call(person, "GET").json["items"]]


@pytest.fixture
def building(world: World) -> Building:
    return kept(Building)(world)


def test_somebody_is_put_forward_by_oneself_a_neighbour_and_the_secretary_for_a_place(building: Building):
    assert code(building.stands(building.first)) == (409, "phone_not_proven")
    proven(building.first)
    assert building.stands(building.first, "1单元").json["place"] == "3栋1单元"
    building.nominated(building.second, "2单元")
    building.nominated(building.world.secretary, "", "13900000302")
    assert building.shown(building.world.secretary) == [
        ("secretary", "孙邻居", "3栋"),
        ("neighbour", "孙**", "3栋2单元"),
        ("self", "李**", "3栋1单元"),
    ]
    assert building.shown(building.second) == [("secretary", "孙**", "3栋"), ("neighbour", "孙邻居", "3栋2单元")]
    assert building.shown(building.stranger) == []
    assert code(building.nominates(building.second, "2单元")) == (409, "nominated_already")


def test_only_who_has_a_home_there_stands_or_puts_a_neighbour_forward(building: Building):
    proven(building.stranger)
    proven(building.first)
    for refused in (
        building.stands(building.stranger),
        building.nominates(building.stranger),
        building.stands(building.first, "2单元"),
    ):
        assert code(refused) == (409, "not_of_this_place")
    assert code(building.nominates(building.first, "9单元")) == (404, "place_not_found")
    assert building.nominates(building.world.person()).status_code == 403
    assert building.shown(building.world.secretary) == []


def test_a_household_of_the_place_backs_once_and_who_stands_is_named_to_it(building: Building):
    number = proven(building.first)
    nomination = building.stands(building.first).json["id"]
    assert building.shown(building.second) == [("self", "李自荐", "3栋")]
    backing = f"/{nomination}/backing"
    for _ in range(2):
        answer = building.call(building.second, "PUT", backing)
        assert (answer.json["backings"], answer.json["households"], answer.json["backed_by_me"]) == (1, 2, True)
    assert code(building.call(building.first, "PUT", backing)) == (409, "backing_oneself"), number
    assert code(building.call(building.stranger, "PUT", backing)) == (409, "not_of_this_place")
    assert building.call(building.second, "DELETE", backing).status_code == 204
    assert db.session.query(NominationBacking).count() == 0
    noted = db.session.scalars(select(AuditEvent.act).where(AuditEvent.account_id == building.second.account_id)).all()
    assert noted == ["back_steward_nomination", "unback_steward_nomination"]


def test_the_secretary_appoints_who_was_chosen_and_notes_how(building: Building):
    number = proven(building.first)
    nomination = building.stands(building.first, "1单元").json["id"]
    appointment = f"/{nomination}/appointment"
    assert building.call(building.second, "POST", appointment, CHOSEN).status_code == 403
    secretary = building.world.secretary
    backed = {"term_ends": "2029-04-30", "chosen_how": "backing"}
    assert code(building.call(secretary, "POST", appointment, backed)) == (409, "nobody_backs")
    silent = CHOSEN | {"chosen_note": " "}
    assert code(building.call(secretary, "POST", appointment, silent)) == (422, "choice_note_needed")
    done = building.call(secretary, "POST", appointment, CHOSEN)
    assert (done.status_code, done.json["state"], done.json["chosen_text"]) == (200, "appointed", "居民会议推选")
    assert Role.STEWARD in queries.roles_held(building.first.account_id, building.world.compound), number
    held = db.session.query(Appointment).filter_by(account_id=building.first.account_id).one()
    assert (held.title, held.place, str(held.building_id), str(held.term_ends)) == (
        "单元长",
        "3栋1单元",
        building.id,
        "2029-04-30",
    )
    assert code(building.call(secretary, "POST", appointment, CHOSEN)) == (409, "nomination_decided")
    assert code(building.call(building.second, "PUT", f"/{nomination}/backing")) == (409, "nomination_decided")


def test_a_place_that_has_its_steward_takes_no_second_one_and_the_nomination_waits(building: Building):
    secretary = building.world.secretary
    first, second = (building.nominated(secretary, "", f"1390000031{number}") for number in range(2))
    assert building.call(secretary, "POST", f"/{first}/appointment", CHOSEN).status_code == 200
    assert code(building.call(secretary, "POST", f"/{second}/appointment", CHOSEN)) == (409, "place_taken")
    states = [(one["id"], one["state"]) for one in building.call(secretary, "GET").json["items"]]
    assert states == [(second, "open"), (first, "appointed")], "what waits comes first"


def test_nobody_appoints_oneself_and_one_account_may_hold_both_roles(building: Building):
    world = building.world
    unit = world.unit("303", building="3栋", stairwell="2单元")
    secretary = world.owner(unit)
    world.appoint(secretary, Role.SECRETARY)
    number = proven(secretary)
    own = building.nominated(secretary, "2单元", number)
    assert code(building.call(secretary, "POST", f"/{own}/appointment", CHOSEN)) == (409, "own_role")
    assert building.call(world.supervisor, "POST", f"/{own}/appointment", CHOSEN).status_code == 200
    assert queries.roles_held(secretary.account_id, world.compound) == {Role.SECRETARY, Role.STEWARD}


def test_somebody_without_a_home_there_turns_a_nomination_down_and_neighbours_see_it_no_more(building: Building):
    stranger = building.world.person()
    nomination = building.nominated(building.second, "2单元", proven(stranger))
    assert building.shown(stranger) == [("neighbour", "孙邻居", "3栋2单元")]
    assert building.shown(building.second) == [("neighbour", "孙邻居", "3栋2单元")]
    assert building.call(building.second, "POST", f"/{nomination}/own-refusal").status_code == 404
    assert building.call(stranger, "POST", f"/{nomination}/own-refusal").status_code == 204
    assert building.call(stranger, "GET").status_code == 403, "nothing is about this person any more"
    assert building.shown(building.world.secretary) == []
    assert building.shown(building.second) == [("neighbour", "（本人谢绝）", "3栋2单元")]
    assert db.session.query(RoleNomination).one().phone == ""


def test_a_nomination_is_declined_with_a_reason_or_taken_back(building: Building):
    declined = building.nominated(building.second, "2单元")
    reason = {"reason": "已有合适人选。"}
    assert building.call(building.second, "POST", f"/{declined}/refusal", reason).status_code == 403
    answer = building.call(building.world.secretary, "POST", f"/{declined}/refusal", reason)
    assert (answer.json["state"], answer.json["reason"]) == ("declined", "已有合适人选。")
    taken_back = building.nominated(building.second, "2单元")
    assert code(building.call(building.first, "DELETE", f"/{taken_back}")) == (404, "steward_nomination_not_found")
    assert building.call(building.second, "DELETE", f"/{taken_back}").status_code == 204
    assert code(building.call(building.second, "DELETE", f"/{taken_back}")) == (409, "nomination_decided")
