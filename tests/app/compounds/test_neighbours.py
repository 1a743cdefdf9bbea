"""Finding the owners behind a door."""

import pytest

from app.compounds.errors import OwnerNotFound, UnitNotFound
from app.compounds.neighbours import behind_door, whole_name
from app.core.audit import AuditEvent
from app.core.db import db
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
    for door in ("3栋", "3栋2单元502", "", "甲某某", "3-5\x00", f"{'9' * 5000}-1"):
        with pytest.raises(UnitNotFound):
            behind_door(steward, town.compound, door)
    with pytest.raises(Forbidden):
        behind_door(Actor(first.account_id), town.compound, "3-2-501")


def test_the_whole_name_is_given_for_an_owner_behind_the_door_alone_and_noted(town: Town):
    flat, other = town.world.unit("501"), town.world.unit("502")
    owner, neighbour = town.world.owner(flat, name="甲某某"), town.world.owner(other, name="乙某")
    steward = Actor(town.world.official(Role.STEWARD, town.compound).account_id)
    assert owner.owner_id
    assert neighbour.owner_id
    assert whole_name(steward, town.compound, flat.id, owner.owner_id) == "甲某某"
    with pytest.raises(OwnerNotFound):
        whole_name(steward, town.compound, flat.id, neighbour.owner_id)
    noted = db.session.query(AuditEvent).filter_by(compound_id=town.compound, act="name_neighbour").all()
    assert [(one.account_id, one.subject_id) for one in noted] == [(steward.account_id, owner.owner_id)]
