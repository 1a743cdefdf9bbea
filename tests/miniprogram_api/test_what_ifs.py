"""Notes beside the strict count: parking and storage (GR 25), and silent owners joining the majority (GR 26)."""

from typing import Any

import pytest

from tests.support.world import CLOSES, OPENS, World, at


def counted(world: World, path: str) -> dict[str, Any]:
    with at(CLOSES):
        world.api(world.secretary)("POST", f"{path}/count")
        record: dict[str, Any] = world.api(world.supervisor)("POST", f"{path}/count").json["record"]
    return record


def parking(world: World, room: str, area_centi: int, **place: Any) -> Any:
    return world.unit(room, area_centi, use="parking", **place)


def test_gr25_parking_owners_who_join_turn_a_pass_into_no_quorum(world: World):
    owners = world.owners(3)
    world.owner(parking(world, "车1", 1200), parking(world, "车2", 1200))
    path = world.announced()
    with at(OPENS):
        for owner in owners[:2]:
            world.cast(owner, path, "for")
    motion = counted(world, path)["motions"][0]
    assert motion["verdict"] == "passes"
    note = motion["what_if"]["parking"]
    assert note["electorate"] == {"persons": 4, "area_centi": 32400}
    assert (note["verdict"], note["turns"]) == ("no_quorum", True)
    assert "与公布的结果不同" in note["text"]


def test_gr25_parking_of_voters_adds_to_their_areas_and_may_turn_a_fail_into_a_pass(world: World):
    with_cars = world.owner(world.unit("101", 10000), parking(world, "车1", 5000))
    others = [world.owner(world.unit(str(room), area)) for room, area in ((201, 6000), (202, 8000))]
    path = world.announced()
    with at(OPENS):
        for owner, choice in zip((with_cars, *others), ("for", "for", "against"), strict=True):
            world.cast(owner, path, choice)
    note = counted(world, path)["motions"][0]["what_if"]["parking"]
    assert note["electorate"] == {"persons": 3, "area_centi": 29000}
    assert (note["verdict"], note["turns"]) == ("passes", False)


def test_gr25_without_parking_or_with_it_counted_there_is_no_note(world: World):
    owner = world.owner(world.unit("101"))
    plain = world.announced()
    world.give(owner, parking(world, "车1", 1200))
    rules = world.api(world.secretary)("GET", "/rule-set-presets").json["items"][0]["data"]
    body = {"note": "业主大会通过", "data": {**rules, "include_parking": True}}
    assert world.api(world.secretary)("POST", f"/compounds/{world.compound}/rule-sets", body).status_code == 201
    including = world.announced()
    for path in (plain, including):
        assert counted(world, path)["motions"][0]["what_if"]["parking"] is None


def test_gr25_in_a_stairwell_only_its_own_parking_is_noted(world: World):
    inside = world.owner(world.unit("101", building="3栋"), parking(world, "车1", 500, building="3栋"))
    world.owner(world.unit("101", building="4栋"), parking(world, "车2", 700, building="3栋"))
    world.owner(world.unit("102", building="4栋"), parking(world, "车3", 900, building="4栋"))
    path = world.draft(5)
    scope = {"matter": 5, "title": "换电梯", "text": "说明", "scope_building_id": str(world.building("3栋"))}
    world.api(world.secretary)("POST", f"{path}/motions", scope)
    assert world.api(world.secretary)("POST", f"{path}/announcement").status_code == 200
    with at(OPENS):
        world.cast(inside, path, "for", "for")
    whole, part = counted(world, path)["motions"]
    assert whole["what_if"]["parking"]["electorate"] == {"persons": 3, "area_centi": 32100}
    assert part["electorate"] == {"persons": 1, "area_centi": 10000}
    assert part["what_if"]["parking"]["electorate"] == {"persons": 2, "area_centi": 11200}
    assert (part["verdict"], part["what_if"]["parking"]["verdict"]) == ("passes", "no_quorum")


@pytest.mark.parametrize(
    ("preset", "noted"), [("civil_code_strict", [False, False]), ("deemed_votes", [True, False])], ids=str
)
def test_gr26_silent_owners_are_noted_on_ordinary_motions_where_the_rules_say_so(
    world: World, preset: str, noted: list[bool]
):
    owners = world.owners(3)
    body = {"note": "业主大会通过", "preset": preset}
    world.api(world.secretary)("POST", f"/compounds/{world.compound}/rule-sets", body)
    path = world.announced(5, 8)
    with at(OPENS):
        for owner in owners[:2]:
            world.cast(owner, path, "for", "for")
    motions = counted(world, path)["motions"]
    notes = [motion["what_if"]["deemed"] for motion in motions]
    assert [note is not None for note in notes] == noted
    if notes[0]:
        assert (notes[0]["persons"], notes[0]["majority"], notes[0]["verdict"]) == (0, "for", "passes")
