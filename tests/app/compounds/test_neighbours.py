"""Finding the owners behind a door."""

import pytest

from app.compounds.errors import UnitNotFound
from app.compounds.neighbours import behind_door
from app.core.errors import Forbidden
from app.identity.actor import Actor
from app.org.models import Role
from tests.app.compounds.conftest import Town


def test_a_steward_finds_the_owners_behind_a_whole_door_masked(town: Town):
    flat = town.world.unit("501", building="3栋", stairwell="2单元")
    first, second = (town.world.owner(flat, name=name) for name in ("甲某某", "乙某"))
    steward = Actor(town.world.official(Role.STEWARD, town.compound).account_id)
    found = behind_door(steward, town.compound, "3-2-501室")
    assert (found.unit_id, found.door) == (flat.id, "3栋2单元501")
    assert set(found.owners) == {(first.owner_id, "甲**"), (second.owner_id, "乙*")}
    for door in ("3栋", "3栋2单元502", "", "甲某某"):
        with pytest.raises(UnitNotFound):
            behind_door(steward, town.compound, door)
    with pytest.raises(Forbidden):
        behind_door(Actor(first.account_id), town.compound, "3-2-501")
