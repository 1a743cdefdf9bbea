"""A notice that is posted for those not reached is on record for each of them, by way, time and place: PMR 14."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from app.identity.actor import Actor
from app.meetings.delivery import buildings
from app.meetings.models import DeliveryItem
from app.org.models import Role
from tests.miniprogram_api.meetings.test_delivery import handover, post_notice, status, unreached
from tests.support.answers import code
from tests.support.files import picture
from tests.support.objections import corrected
from tests.support.world import START, World, at


def parties(world: World, path: str, query: str = "") -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = world.api(world.secretary)("GET", f"{path}/deliveries/parties{query}").json["items"]
    return found


def ways(party: dict[str, Any]) -> list[tuple[str, str]]:
    return [(one["item"], one["way"]) for one in party["deliveries"]]


def test_pmr_14_a_posted_notice_is_on_record_for_each_party_that_nothing_had_reached(world: World):
    owners = world.owners(3)
    path = world.announced()
    world.api(owners[0])("GET", path)
    assert post_notice(world, path, world.secretary, picture("JPEG")).status_code == 201
    opened, second, third = parties(world, path)
    assert ways(opened) == [("notice", "opened")], "who was reached needs no posting"
    for party in (second, third):
        [posting] = party["deliveries"]
        assert (posting["item"], posting["way"], posting["way_text"]) == ("notice", "posted", "张贴公告")
        assert (posting["delivered_at"], posting["place"]) == (START.isoformat(), "3栋公告栏")
    assert [(one["posted_at"], one["posted_place"]) for one in unreached(world, path)] == [
        (START.isoformat(), "3栋公告栏")
    ] * 2
    shown = status(world, path)
    assert (shown["reached"], shown["unreached"], shown["posted"], shown["with_proof"]) == (1, 2, 2, 1)
    [building] = world_buildings(world, path)
    assert (building.parties, building.opened, building.unreached, building.posted) == (3, 1, 2, 2)


def world_buildings(world: World, path: str) -> Any:
    actor, meeting_id = Actor(world.secretary.account_id), UUID(path.rpartition("/")[2])
    return buildings.by_building(actor, world.compound, meeting_id, DeliveryItem.NOTICE)


def test_a_second_notice_is_for_those_that_the_first_was_not_for_and_reached_later_is_reached(world: World):
    world.owners(2)
    path = world.announced()
    first, second = [one["party_id"] for one in unreached(world, path)]
    handover(world, path, first)
    post_notice(world, path, world.secretary, picture("JPEG"))
    post_notice(world, path, world.secretary, picture("JPEG"), place="东门")
    by_id = {one["party_id"]: one for one in parties(world, path)}
    assert ways(by_id[first]) == [("notice", "paper")]
    assert [one["place"] for one in by_id[second]["deliveries"]] == ["3栋公告栏"], "the first posting stands"
    with at(START + timedelta(days=1)):
        handover(world, path, second, when=START + timedelta(days=1))
    by_id = {one["party_id"]: one for one in parties(world, path)}
    assert ways(by_id[second]) == [("notice", "posted"), ("notice", "paper")]
    assert (by_id[second]["deliveries"][1]["handed_by"], by_id[second]["deliveries"][1]["received_by"]) == (
        "楼栋长 李红",
        "王**",
    )
    assert (status(world, path)["unreached"], status(world, path)["posted"]) == (0, 0)


def test_a_party_that_a_correction_makes_later_is_told_to_be_without_posting(world: World):
    world.owners(2)
    path = world.announced()
    post_notice(world, path, world.secretary, picture("JPEG"))
    assert "张贴公告" not in status(world, path)["hint"]
    late = world.owner(world.unit("777"))
    assert corrected(world, late, path, {"act": "add_unit", "unit_id": str(late.unit_ids[0])}).status_code == 200
    assert [one["posted_place"] for one in unreached(world, path)] == ["3栋公告栏", "3栋公告栏", None]
    assert "张贴公告" in status(world, path)["hint"]


def test_deliveries_by_party_are_for_staff_and_stewards_masked_page_by_page(world: World):
    owners = world.owners(3)
    path = world.announced()
    assert [one["number"] for one in parties(world, path, "?limit=2")] == [1, 2]
    [last] = parties(world, path, "?after=2")
    assert (last["number"], last["owners"], last["doors"], last["deliveries"]) == (3, ["测***"], ["1栋1单元003"], [])
    for person, expected in ((world.official(Role.STEWARD, world.compound), 200), (world.supervisor, 200)):
        assert world.api(person)("GET", f"{path}/deliveries/parties").status_code == expected
    for person in (owners[0], world.person(), world.official(Role.STEWARD, world.add_compound("另一小区"))):
        assert code(world.api(person)("GET", f"{path}/deliveries/parties")) == (403, "forbidden")
    assert world.api(world.secretary)("GET", f"{path}/deliveries/parties?limit=0").status_code == 422
