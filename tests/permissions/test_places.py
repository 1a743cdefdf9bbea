"""What is about a home is done by the steward of its own building or stairwell alone, and by the secretary always.

A street of three: homes in two stairwells of one building and in another building, with a steward for each place.
"""

from collections.abc import Callable
from typing import Any, Final

import pytest
from werkzeug.test import TestResponse

from app.compounds.places import place_at
from app.core.db import db
from app.home.desk import Task, desk
from app.identity.actor import Actor
from app.identity.console import sessions
from app.noticeboard.models import Category
from app.noticeboard.nominations import nominate
from app.org.errors import OutsideOwnPlace
from app.org.models import Role
from app.org.permissions import PERMISSIONS, UNLIMITED, Act
from tests.miniprogram_api.meetings.test_delivery import handover, post_notice
from tests.miniprogram_api.test_petitions import Compound as Petitions
from tests.miniprogram_api.volunteering.test_services import neighbour, service, slots
from tests.permissions.routes import ACTS
from tests.support.answers import code
from tests.support.console import BROWSER, Visitor
from tests.support.files import picture
from tests.support.notices import Notices
from tests.support.paper import Table
from tests.support.volunteering import Volunteering
from tests.support.wishes import TEXT
from tests.support.world import CLOSES, OPENS, Person, World, at

REFUSED: Final = (403, "outside_own_place")
ASKED: Final = {
    *("slots.book_for_neighbour", "slots.cancel_for_neighbour", "paper_sheets.receive_sheet"),
    *("paper_sheets.get_sheet", "paper_sheets.take_place", "paper_sheets.enter_sheet", "paper_sheets.get_scan"),
    *("paper_sheets.list_sheets", "delivery.record_handover", "delivery.list_unreached", "delivery.list_deliveries"),
    *("delivery.record_posted", "results.enter_result_objection", "noticeboard.tell_on_paper"),
    *("notice_voices.answer_notice", "notice_voices.appeal_notice"),
    *("petitions.sign_petition_on_paper", "petitions.unsign_petition_on_paper"),
}
"""The routes of acts about homes that are asked here; the other tests hold that they are."""
OF_NO_HOME: Final = {"slots.list_entered_bookings", "delivery.delivery_status", "delivery.get_posted_photo"}
"""What was entered oneself, figures, and the picture of a notice that hangs for everybody."""


class Street:
    """Owners at home in 3栋1单元, 3栋2单元 and 5栋, and stewards of these, of all 3栋, and of the whole compound."""

    def __init__(self, world: World) -> None:
        self.world, self.asked = world, set[str]()
        with world.together():
            self.first = world.owner(world.unit("101", building="3栋", stairwell="1单元"), name="甲某某")
            self.second = world.owner(world.unit("101", building="3栋", stairwell="2单元"), name="乙某某")
            self.far = world.owner(world.unit("101", building="5栋"), name="丙某某")
            self.of_stairwell = self.steward("3栋", "1单元")
            self.of_beside = self.steward("3栋", "2单元")
            self.of_building = self.steward("3栋")
            self.of_far = self.steward("5栋")
            self.of_all = world.official(Role.STEWARD, world.compound)

    def steward(self, building: str, stairwell: str = "") -> Person:
        person = self.world.person()
        self.give(person, building, stairwell)
        return person

    def give(self, person: Person, building: str, stairwell: str = "") -> None:
        """Let somebody look after a place."""
        place = place_at(self.world.compound, self.world.building(building), stairwell)
        self.world.appoint(person, Role.STEWARD, place=place)

    def only_own(self, ask: Callable[[Person], TestResponse], own: Person | None = None) -> Any:
        """Ask about the home in 3栋1单元 as the stewards of the other places, then as one of its own."""
        for other in (self.of_beside, self.of_far):
            refused = ask(other)
            assert code(refused) == REFUSED, refused.text
            named = "3栋2单元" if other is self.of_beside else "5栋"
            assert refused.json["error"]["message"] == (
                f"您负责的是{named}，只能办理那里住户的事。请找这户所在楼栋的楼栋长，或者请书记办理。"
            )
        done = ask(own or self.of_stairwell)
        assert done.status_code < 300, done.text
        return done.json if done.is_json else None


@pytest.fixture
def street(world: World) -> Street:
    return Street(world)


def test_every_route_of_an_act_about_homes_is_asked_here():
    about_homes = {act for act in Act if UNLIMITED[act] != PERMISSIONS[act]}
    assert {route for route, acts in ACTS.items() if about_homes & set(acts)} == ASKED | OF_NO_HOME
    assert about_homes == {
        Act.RECORD_DELIVERY,
        Act.ENTER_PAPER,
        Act.POST_FOR_NEIGHBOUR,
        Act.BOOK_FOR_NEIGHBOUR,
    }


def test_a_wish_is_posted_for_a_neighbour_of_the_own_place(street: Street):
    path = f"/compounds/{street.world.compound}/wishes"
    neighbour = {"name": "赵六顺", "consent": "written"}
    body = {"text": TEXT, "category": "repair", "unit_id": str(street.first.unit_ids[0]), "neighbour": neighbour}
    street.only_own(lambda who: street.world.api(who)("POST", path, body))
    for other in (street.of_building, street.of_all):
        assert street.world.api(other)("POST", path, body).status_code == 201


def test_a_place_is_booked_and_given_back_for_a_neighbour_of_the_own_place(street: Street):
    here, world = Volunteering(street.world), street.world
    slot = slots(here, service(here))[0]
    booked = street.only_own(lambda who: neighbour(here, who, slot, street.first.unit_ids[0]))
    street.only_own(lambda who: world.api(who)("DELETE", f"{slot}/neighbours/{booked['id']}"), own=street.of_building)


def test_paper_of_a_home_is_for_its_own_stewards_from_the_notice_to_the_result(street: Street):
    world, owner = street.world, street.first
    path = world.announced()
    table = Table(world, path)
    party = str(table.party_of(owner))
    assert street.only_own(lambda who: handover(world, path, party, by=who)) == {"recorded": 1}
    both = handover(world, path, party, str(table.party_of(street.far)), by=street.of_far, item="ballot")
    assert code(both) == REFUSED, "one that is not of the place refuses all"
    with at(OPENS):
        sheet = street.only_own(lambda who: table.receive(owner, by=who))
        street.only_own(lambda who: table.show(sheet, who))
        street.only_own(lambda who: table.take(sheet, who))
        street.only_own(lambda who: table.scan(sheet, who))
        street.only_own(lambda who: table.enter(who, sheet, "for"))
        assert table.enter(street.of_building, sheet, "for").json["state"] == "confirmed"
        table.confirmed(street.far, "for")
        assert table.enter(world.secretary, table.received(street.second), "for").status_code == 200
    with at(CLOSES):
        assert table.enter(world.supervisor, {"id": _sheet_of(table, street.second)}, "for").status_code == 200
        for person in (world.secretary, world.supervisor):
            assert world.api(person)("POST", f"{path}/count").status_code == 200
        assert world.api(world.secretary)("POST", f"{path}/publication").status_code == 200
        body = {"text": "有两张票没有计入。", "owner_id": str(owner.owner_id), "note": "卷第 2 号"}
        street.only_own(lambda who: world.api(who)("POST", f"{path}/result-objections/on-paper", body))


def _sheet_of(table: Table, owner: Person) -> str:
    sheets = table.world.api(table.world.secretary)("GET", f"{table.path}/paper-sheets").json["items"]
    return str(next(one["id"] for one in sheets if one["party_id"] == str(table.party_of(owner))))


def test_an_absent_steward_does_not_hold_a_vote_on_paper_up(street: Street):
    table = Table(street.world, street.world.announced())
    with at(OPENS):
        assert table.confirmed(street.first, "for")["state"] == "confirmed", "by secretary and supervisor"


def test_lists_offer_the_parties_and_sheets_of_the_own_place_alone(street: Street):
    world = street.world
    path = world.announced()
    table = Table(world, path)

    def doors(who: Person, listed: str) -> list[str]:
        items = world.api(who)("GET", f"{path}/{listed}").json["items"]
        return sorted(door for one in items for door in one["doors"])

    for listed in ("deliveries/unreached", "deliveries/parties"):
        assert doors(street.of_stairwell, listed) == ["3栋1单元101"]
        assert doors(street.of_building, listed) == ["3栋1单元101", "3栋2单元101"]
        assert len(doors(street.of_all, listed)) == len(doors(world.supervisor, listed)) == 3
    assert post_notice(world, path, street.of_far, picture("JPEG"), "5栋大厅").status_code == 201
    posted = world.api(world.secretary)("GET", f"{path}/deliveries/unreached").json["items"]
    assert [one["doors"] for one in posted if one["posted_at"]] == [["5栋1单元101"]], "a notice is posted for the place"
    for _ in "tapped twice":
        assert post_notice(world, path, street.of_building, picture("JPEG"), "5栋大厅").status_code == 201
    posted = world.api(world.secretary)("GET", f"{path}/deliveries/unreached").json["items"]
    assert all(one["posted_at"] for one in posted), "the notice that another has put on record, for the own place too"
    assert len(world.api(world.secretary)("GET", f"{path}/deliveries").json["posted_notices"]) == 1
    with at(OPENS):
        for owner in (street.first, street.far):
            table.received(owner)
        unknown = table.receive(None, by=street.of_far)
        assert unknown.status_code == 201, "a sheet that names nobody is put on record by whoever got it"
        assert doors(street.of_stairwell, "paper-sheets") == ["3栋1单元101"]
        assert doors(street.of_beside, "paper-sheets") == []
        shown = world.api(street.of_far)("GET", f"{path}/paper-sheets").json["items"]
        assert {one["id"] for one in shown} >= {unknown.json["id"]}
        assert len(shown) == 2
        assert code(table.show(unknown.json, street.of_stairwell)) == REFUSED
        assert [_to_enter(world, who) for who in (street.of_stairwell, street.of_beside, street.of_all)] == [1, 0, 2]


def _to_enter(world: World, who: Person) -> int:
    found = desk(Actor(who.account_id), world.compound)
    return sum(one.count for one in found if one.task is Task.ENTER_SHEETS)


def test_what_an_owner_says_on_paper_about_an_entry_is_entered_by_the_own_steward(street: Street):
    notices = Notices(street.world)
    on_paper = {"owner_id": str(street.first.owner_id), "note": "第 3 号"}
    entry = notices.hearing(about=street.first)
    for what in ("answers", "appeals"):
        body = {"text": "情况不属实", "on_paper": on_paper}
        street.only_own(lambda who, what=what, body=body: notices.call(who, "POST", f"/{entry}/{what}", body))
    nomination = (
        street.world.compound,
        Category.NEIGHBOURS,
        "清扫楼道",
        on_paper | {"owner_id": street.first.owner_id},
    )
    with pytest.raises(OutsideOwnPlace):
        nominate(Actor(street.of_far.account_id), *nomination)
    assert nominate(Actor(street.of_building.account_id), *nomination).owner_id == street.first.owner_id


def test_who_drafted_about_another_place_leaves_telling_on_paper_to_its_steward_or_the_secretary(street: Street):
    notices = Notices(street.world)
    unbound = street.world.owner(street.world.unit("201", building="3栋"), name="丁某某", bound=False)
    notices.steward = street.of_far
    entry = notices.hearing(about=unbound)
    told = {"owner_id": str(unbound.owner_id), "note": "告知书第 3 号"}
    assert code(notices.call(street.of_far, "POST", f"/{entry}/told-on-paper", told)) == REFUSED
    assert notices.call(notices.secretary, "POST", f"/{entry}/told-on-paper", told).status_code == 200


def test_a_signature_on_paper_is_entered_and_taken_out_by_the_own_steward(street: Street):
    world, petitions = street.world, Petitions(street.world)
    for number in range(8):
        world.owner(world.unit(f"9{number}", building="5栋"))
    petition = petitions.start(street.far).json["id"]
    path = f"{petitions.path}/{petition}/paper-signatures"
    body = {"owner_id": str(street.first.owner_id), "note": "第 3 页"}
    street.only_own(lambda who: world.api(who)("POST", path, body))
    street.only_own(lambda who: world.api(who)("DELETE", f"{path}/{street.first.owner_id}"), own=street.of_building)


def test_one_home_in_the_place_is_enough_and_a_second_place_or_role_widens_the_reach(street: Street):
    world, here = street.world, Volunteering(street.world)
    world.give(street.far, world.unit("102", building="3栋", stairwell="1单元"))
    table = Table(world, world.announced())
    with at(OPENS):
        assert table.receive(street.far, by=street.of_stairwell).status_code == 201
    slot, home = slots(here, service(here))[0], world.unit("101", building="7栋")
    assert code(neighbour(here, street.of_far, slot, home.id)) == REFUSED
    street.give(street.of_far, "7栋")
    assert neighbour(here, street.of_far, slot, home.id).status_code == 201
    elsewhere = neighbour(here, street.of_far, slot, street.second.unit_ids[0])
    assert elsewhere.json["error"]["message"].startswith("您负责的是5栋、7栋，")
    world.appoint(street.of_far, Role.COMMUNITY_OFFICER)
    assert table_of(street, street.of_far).status_code == 201, "a community officer enters paper of every home"
    assert code(neighbour(here, street.of_far, slot, street.second.unit_ids[0])) == REFUSED, "and books for nobody"


def table_of(street: Street, who: Person) -> TestResponse:
    """Hand in the sheet of 3栋2单元 as somebody."""
    found = street.world.api(street.world.secretary)("GET", street.world.meetings_path()).json["items"]
    table = Table(street.world, f"{street.world.meetings_path()}/{found[0]['id']}")
    with at(OPENS):
        return table.receive(street.second, by=who)


def test_the_desk_finds_homes_and_parties_of_the_own_place_and_says_why_no_others(street: Street):
    world, here = street.world, Volunteering(street.world)
    slot = slots(here, service(here))[0].rpartition("/")[2]
    desk_of = f"/console/compounds/{world.compound}"
    meeting = world.announced().rpartition("/")[2]

    def shown(who: Person) -> tuple[str, str]:
        visitor = Visitor(world.application, sessions.open_session(who.account_id, BROWSER).token)
        db.session.commit()
        found = visitor.post(f"{desk_of}/volunteering/slots/{slot}/neighbours", find="1", wanted="3-1-101")
        return found.text, visitor.get(f"{desk_of}/meetings/{meeting}/paper/new?q=3栋").text

    for text in shown(street.of_stairwell):
        assert "3栋1单元101" in text
        assert "3栋2单元101" not in text
    for text in shown(street.of_far):
        assert "您负责的是5栋，" in text
        assert "3栋1单元101" not in text
