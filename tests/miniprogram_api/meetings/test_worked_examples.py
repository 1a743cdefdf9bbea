"""Worked examples of the law that stand in no other module, each through a whole meeting over the API."""

from typing import Any

import pytest

from tests.support.world import CLOSES, OPENS, World, at


def counted(world: World, path: str) -> list[dict[str, Any]]:
    with at(CLOSES):
        world.api(world.secretary)("POST", f"{path}/count")
        motions: list[dict[str, Any]] = world.api(world.supervisor)("POST", f"{path}/count").json["record"]["motions"]
    return motions


def comparisons(motion: dict[str, Any]) -> list[tuple[int, str, int, bool]]:
    """By persons; those by area stand between."""
    return [(one["left"], one["operator"], one["right"], one["holds"]) for one in motion["comparisons"]][::2]


def test_civil_code_278_1_5_a_building_uses_its_fund_by_the_majority_of_its_own_owners(world: World):
    """Six owners in 3栋, four of them take part, three in favour; the ten of 4栋 have no say, and cast nothing."""
    inside = [world.owner(world.unit(f"{room}", building="3栋")) for room in range(101, 107)]
    for room in range(201, 211):
        world.owner(world.unit(f"{room}", building="4栋"))
    path = world.draft()
    fund = {
        "matter": 5,
        "title": "更换3栋电梯",
        "text": "使用3栋维修资金",
        "scope_building_id": str(world.building("3栋")),
    }
    assert world.api(world.secretary)("POST", f"{path}/motions", fund).status_code == 201
    assert world.api(world.secretary)("POST", f"{path}/announcement").status_code == 200
    with at(OPENS):
        for owner, choice in zip(inside, ("for", "for", "for", "against"), strict=False):
            assert world.cast(owner, path, choice, choice).status_code == 201
    whole, building = counted(world, path)
    assert (building["scope"], building["electorate"]) == ("3栋", {"persons": 6, "area_centi": 60000})
    assert comparisons(building) == [(12, "≥", 12, True), (6, ">", 4, True)]
    assert (building["verdict"], whole["verdict"]) == ("passes", "no_quorum")


@pytest.mark.parametrize(
    ("rule", "verdict", "otherwise", "persons"),
    [
        ("not_taking_part", "no_quorum", "passes", [(18, "≥", 20, False)]),
        ("abstains", "passes", "no_quorum", [(21, "≥", 20, True), (10, ">", 7, True)]),
    ],
)
def test_pmr_18_a_blank_motion_counts_as_the_rules_say_and_the_other_reading_is_noted(
    world: World, rule: str, verdict: str, otherwise: str, persons: list[tuple[int, str, int, bool]]
):
    """Ten owners, seven ballots: on the second motion five in favour, one against, one blank."""
    owners = world.owners(10)
    strict = world.api(world.secretary)("GET", "/rule-set-presets").json["items"][0]["data"]
    body = {"note": "业主大会通过", "data": {**strict, "blank_motion": rule}}
    assert world.api(world.secretary)("POST", f"/compounds/{world.compound}/rule-sets", body).status_code == 201
    path = world.announced(5, 4)
    with at(OPENS):
        for owner, choice in zip(owners, ["for"] * 5 + ["against", "blank"], strict=False):
            assert world.cast(owner, path, "for", choice).status_code == 201
    first, second = counted(world, path)
    assert (first["verdict"], first["differs_if_blank_counted_otherwise"]) == ("passes", False)
    assert (second["verdict"], second["verdict_if_blank_counted_otherwise"]) == (verdict, otherwise)
    assert second["differs_if_blank_counted_otherwise"]
    assert comparisons(second)[: len(persons)] == persons
    assert second["votes"]["blank"] == {"persons": 1, "area_centi": 10000}
