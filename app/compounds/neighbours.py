"""Finding the owners behind a door, for those who enter on paper what a neighbour says. Names leave masked."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from app.compounds.bindings import unit_at
from app.compounds.doors import split_door
from app.compounds.errors import OwnerNotFound, UnitNotFound
from app.compounds.homes import doors_of
from app.compounds.queries import owners_of
from app.core import audit
from app.core.masking import mask_name
from app.identity.actor import Actor
from app.org.permissions import Act
from app.org.policy import require

LONGEST_DOOR = 60


@dataclass(frozen=True)
class DoorFound:
    """A unit, its door as people write it, and its owners of today: id and masked name."""

    unit_id: UUID
    door: str
    owners: Sequence[tuple[UUID, str]]


def behind_door(actor: Actor, compound_id: UUID, door: str) -> DoorFound:
    """Who owns the unit with this door today, in whatever spelling. Only a whole door finds something.

    Raises Forbidden, UnitNotFound.
    """
    require(actor, Act.ENTER_PAPER, compound_id)
    parts = split_door(door) if len(door) <= LONGEST_DOOR and door.isprintable() else None
    if parts is None:
        raise UnitNotFound(door=door.strip())
    unit_id = unit_at(compound_id, *parts)
    owners = owners_of(compound_id, [unit_id])[unit_id]
    return DoorFound(
        unit_id, doors_of(compound_id, [unit_id])[unit_id], [(owner.id, mask_name(owner.name)) for _, owner in owners]
    )


def whole_name(actor: Actor, compound_id: UUID, unit_id: UUID, owner_id: UUID) -> str:
    """The whole name of an owner of the unit, for what is done in that person's name; the look goes on the audit log.

    Raises Forbidden, OwnerNotFound.
    """
    require(actor, Act.ENTER_PAPER, compound_id)
    names = {owner.id: owner.name for _, owner in owners_of(compound_id, [unit_id])[unit_id]}
    if owner_id not in names:
        raise OwnerNotFound
    audit.record(compound_id, actor.account_id, "name_neighbour", owner_id)
    return names[owner_id]
