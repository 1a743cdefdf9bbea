"""Motions of a building or a stairwell: whose they are, what they count as, and what their count record says."""

from typing import Any

import pytest

from app.core.db import db
from app.meetings.log import sequencing
from app.meetings.models import Meeting
from tests.support.world import CLOSES, OPENS, Person, World, at

MATTER = {"matter": 5, "title": "更换2单元电梯", "text": "使用维修资金更换电梯。"}


def scoped_draft(world: World, stairwell: str | None = "2单元", building: str = "3栋", **changes: Any) -> str:
    """A draft with a motion of the whole compound and one of a part."""
    path = world.draft(5)
    scope = {"scope_building_id": str(world.building(building)), "scope_stairwell": stairwell}
    added = world.api(world.secretary)("POST", f"{path}/motions", {**MATTER, **scope, **changes})
    assert added.status_code == 201, added.text
    return path


def announce(world: World, path: str) -> str:
    answer = world.api(world.secretary)("POST", f"{path}/announcement")
    assert answer.status_code == 200, answer.text
    return path


def count(world: World, path: str) -> dict[str, Any]:
    with at(CLOSES):
        world.api(world.secretary)("POST", f"{path}/count")
        record: dict[str, Any] = world.api(world.supervisor)("POST", f"{path}/count").json["record"]
    return record


def stairwell_owners(world: World, number: int, building: str = "3栋", stairwell: str = "2单元") -> list[Person]:
    rooms = range(101, 101 + number)
    return [world.owner(world.unit(str(room), building=building, stairwell=stairwell)) for room in rooms]


def test_one_stairwell_of_30_passes_with_20_taking_part_and_11_in_favour_CC278_1_5(world: World):
    inside = stairwell_owners(world, 30)
    stairwell_owners(world, 15, stairwell="1单元")
    path = announce(world, scoped_draft(world))
    with at(OPENS):
        for position, owner in enumerate(inside[:20]):
            answer = world.cast(owner, path, "abstain", "for" if position < 11 else "against")
            assert answer.status_code == 201, answer.text
    whole, part = count(world, path)["motions"]
    assert (whole["verdict"], whole["scope"]) == ("no_quorum", None)
    assert whole["electorate"] == {"persons": 45, "area_centi": 450000}
    assert (part["verdict"], part["scope"]) == ("passes", "3栋2单元")
    assert part["electorate"] == {"persons": 30, "area_centi": 300000}
    assert part["votes"]["for"] == {"persons": 11, "area_centi": 110000}
    assert [(one["left"], one["right"]) for one in part["comparisons"]][::2] == [(60, 60), (22, 20)]


def test_a_choice_on_another_stairwells_motion_is_refused_by_name_and_a_blank_is_not(world: World):
    stairwell_owners(world, 2)
    outside = stairwell_owners(world, 1, stairwell="1单元")[0]
    path = announce(world, scoped_draft(world))
    motions = [motion["id"] for motion in world.api(outside)("GET", path).json["motions"]]
    with at(OPENS):
        refused = world.cast(outside, path, "for", "against")
        assert (refused.status_code, refused.json["error"]["code"]) == (422, "motion_out_of_scope")
        assert refused.json["error"]["details"] == {
            "motion_id": motions[1],
            "title": "更换2单元电梯",
            "scope": "3栋2单元",
        }
        party = world.api(outside)("GET", path).json["my_parties"][0]
        assert (party["out_of_scope"], party["ballot_id"]) == ([motions[1]], None)
        assert world.cast(outside, path, "for", "blank").status_code == 201
    assert count(world, path)["motions"][1]["votes"]["blank"] == {"persons": 0, "area_centi": 0}


def test_a_person_counts_in_a_part_with_the_units_there_only_SPC9(world: World):
    units = [
        world.unit("101", 9000, building="3栋", stairwell="2单元"),
        world.unit("102", 8000, building="3栋", stairwell="1单元"),
        world.unit("101", 7000, building="4栋"),
    ]
    owner = world.owner(*units)
    path = announce(world, scoped_draft(world))
    building = announce(world, scoped_draft(world, stairwell=None))
    with at(OPENS):
        for one in (path, building):
            assert world.cast(owner, one, "for", "for").status_code == 201
    record = count(world, path)
    assert record["turnout"]["area_centi"] == 24000
    assert record["motions"][1]["votes"]["for"] == {"persons": 1, "area_centi": 9000}
    whole_building = count(world, building)["motions"][1]
    assert (whole_building["scope"], whole_building["votes"]["for"]["area_centi"]) == ("3栋", 17000)


def test_the_scope_and_its_areas_stand_in_the_ballot_log(world: World):
    stairwell_owners(world, 1)
    stairwell_owners(world, 1, stairwell="1单元")
    announce(world, scoped_draft(world))
    meeting = db.session.query(Meeting).one()
    leaves = list(sequencing.electorate(meeting))
    assert [leaf.get("scoped") for leaf in leaves].count(None) == 1
    assert {"scoped": {str(meeting.motion_ids[1]): 10000}}.items() <= next(
        leaf for leaf in leaves if "scoped" in leaf
    ).items()


@pytest.mark.parametrize("matter", [1, 2, 3, 4], ids=lambda matter: f"CC278(1)({matter})")
def test_what_the_whole_compound_decides_has_no_scope(world: World, matter: int):
    stairwell_owners(world, 1)
    path = world.draft(5)
    body = {**MATTER, "matter": matter, "scope_building_id": str(world.building("3栋"))}
    refused = world.api(world.secretary)("POST", f"{path}/motions", body)
    assert (refused.status_code, refused.json["error"]["code"]) == (422, "scope_not_allowed")
    assert len(world.api(world.secretary)("GET", path).json["motions"]) == 1


def test_a_part_that_the_roll_does_not_have_is_refused(world: World):
    stairwell_owners(world, 1)
    other = world.add_compound("别的小区")
    world.unit("101", compound=other, building="9栋")
    here = str(world.building("3栋"))
    path = world.draft(5)
    for scope in (
        {"scope_building_id": here, "scope_stairwell": "7单元"},
        {"scope_building_id": str(world.building("9栋", other))},
        {"scope_stairwell": "2单元"},
    ):
        refused = world.api(world.secretary)("POST", f"{path}/motions", {**MATTER, **scope})
        assert (refused.status_code, refused.json["error"]["code"]) == (422, "scope_unknown")


def test_a_part_without_voters_cannot_be_announced(world: World):
    stairwell_owners(world, 1)
    world.owner(world.unit("车1", building="地下", stairwell="", use="parking"))
    path = scoped_draft(world, stairwell=None, building="地下")
    refused = world.api(world.secretary)("POST", f"{path}/announcement")
    assert (refused.status_code, refused.json["error"]["code"]) == (409, "scope_empty")
    assert world.api(world.secretary)("GET", path).json["state"] == "draft"


def test_a_corrected_meeting_keeps_the_scopes_of_its_motions(world: World):
    stairwell_owners(world, 1)
    path = announce(world, scoped_draft(world))
    redrafted = world.api(world.secretary)("POST", f"{path}/redraft", {"reason": "时间有误"})
    assert [motion["scope_name"] for motion in redrafted.json["motions"]] == [None, "3栋2单元"]
