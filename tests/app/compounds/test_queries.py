"""Reading the roll."""

import pytest

from app.compounds import queries
from app.core.errors import Forbidden
from app.core.ids import new_id
from app.identity.actor import Actor
from tests.app.compounds.conftest import Town


def rooms(town: Town, text: str, **page: object) -> list[str]:
    found = queries.search_units(town.secretary, town.compound, text, page.get("cursor"), page.get("limit", 50))  # type: ignore[arg-type]
    return [unit.room for unit in found]


def test_totals_count_units_persons_and_area(town: Town):
    both = town.world.unit("101", 8957), town.world.unit("102", 12043)
    owner = town.world.owner(*both)
    town.world.unit("103", 100)
    totals = queries.roll_totals(town.compound)
    assert (totals.units, totals.owners, totals.units_without_owner, totals.area_centi) == (3, 1, 1, 21100)
    assert totals.version == 1
    units = {unit.room: unit for unit in queries.units_with_owners(town.compound)}
    assert units["101"].owner_ids == units["102"].owner_ids == [owner.owner_id]
    assert (units["103"].owner_ids, units["103"].building) == ([], "1栋")


def test_an_empty_compound_has_an_empty_roll(town: Town):
    totals = queries.roll_totals(town.world.add_compound("空小区"))
    assert (totals.units, totals.owners, totals.area_centi) == (0, 0, 0)


@pytest.mark.parametrize("text", ["501", "501室", "1栋501", "1-1-501", "1号楼1单元501", "张三", "张 三", "13900010009"])
def test_a_unit_is_found_by_door_name_or_phone(town: Town, text: str):
    owner = town.world.owner(town.world.unit("501"))
    town.set_name(owner.owner_id, "张三")
    town.set_phone(owner.owner_id, "13900010009")
    town.world.owner(town.world.unit("602"))
    assert rooms(town, text) == ["501"]


def test_search_masks_and_is_for_the_secretary(town: Town):
    owner = town.world.owner(town.world.unit("501"))
    town.set_phone(owner.owner_id, "13900010009")
    (unit,) = queries.search_units(town.secretary, town.compound, "501", None, 5)
    assert [(one.name_masked, one.phone_masked) for one in unit.owners] == [("测***", "139****0009")]
    with pytest.raises(Forbidden):
        queries.search_units(Actor(new_id()), town.compound, "501", None, 5)


def test_pages_follow_the_order_of_doors(town: Town):
    for room in ("1001", "201", "1002", "99"):
        town.world.unit(room)
    first = queries.search_units(town.secretary, town.compound, "", None, 3)
    assert [unit.room for unit in first] == ["99", "201", "1001"]
    assert rooms(town, "", cursor=first[-1].unit_id) == ["1002"]


def test_signs_of_a_pattern_are_taken_literally(town: Town):
    town.world.unit("501")
    assert rooms(town, "%") == []
    assert rooms(town, "_") == []
