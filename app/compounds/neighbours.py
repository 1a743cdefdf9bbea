"""Finding neighbours on the roll, for those who enter what they say on paper or do for them. Names leave masked."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from app.compounds.bindings import unit_at
from app.compounds.doors import split_door
from app.compounds.errors import OwnerNotFound, UnitNotFound
from app.compounds.homes import doors_of
from app.compounds.queries import owners_of, search_units
from app.compounds.reach import require_home
from app.core import audit
from app.core.masking import mask_name
from app.identity.actor import Actor
from app.org.permissions import Act
from app.org.policy import can, require

LONGEST_DOOR = 60
HOMES_FOUND = 10


@dataclass(frozen=True)
class DoorFound:
    """A unit, its door as people write it, and its owners of today: id and masked name."""

    unit_id: UUID
    door: str
    owners: Sequence[tuple[UUID, str]]


def behind_door(actor: Actor, compound_id: UUID, door: str, act: Act = Act.ENTER_PAPER) -> DoorFound:
    """Who owns the unit with this door today, in whatever spelling. Only a whole door finds something.

    `act`: what it is looked for. Raises Forbidden, UnitNotFound, OutsideOwnPlace.
    """
    require(actor, act, compound_id)
    parts = split_door(door) if len(door) <= LONGEST_DOOR and door.isprintable() else None
    if parts is None:
        raise UnitNotFound(door=door.strip())
    unit_id = unit_at(compound_id, *parts)
    require_home(actor, act, compound_id, unit_id)
    owners = owners_of(compound_id, [unit_id])[unit_id]
    return DoorFound(
        unit_id, doors_of(compound_id, [unit_id])[unit_id], [(owner.id, mask_name(owner.name)) for _, owner in owners]
    )


def find_homes(actor: Actor, compound_id: UUID, wanted: str, act: Act = Act.ENTER_PAPER) -> Sequence[DoorFound]:
    """The homes that are meant: to the keeper of the roll by a part of the door or an owner's whole name or number.

    To others the home with this whole door. At most HOMES_FOUND. `act`: what they are looked for.
    Raises Forbidden, OutsideOwnPlace.
    """
    if wanted.strip() and can(actor, Act.MANAGE_ROLL, compound_id):
        return [
            DoorFound(
                one.unit_id,
                f"{one.building}{one.stairwell}{one.room}",
                [(owner.owner_id, owner.name_masked) for owner in one.owners],
            )
            for one in search_units(actor, compound_id, wanted, None, HOMES_FOUND)
        ]
    try:
        return [behind_door(actor, compound_id, wanted, act)]
    except UnitNotFound:
        return []


def whole_name(actor: Actor, compound_id: UUID, unit_id: UUID, owner_id: UUID) -> str:
    """The whole name of an owner of the unit, for what is done in that person's name; the look goes on the audit log.

    Raises Forbidden, OutsideOwnPlace, OwnerNotFound.
    """
    require_home(actor, Act.ENTER_PAPER, compound_id, unit_id)
    names = {owner.id: owner.name for _, owner in owners_of(compound_id, [unit_id])[unit_id]}
    if owner_id not in names:
        raise OwnerNotFound
    audit.record(compound_id, actor.account_id, "name_neighbour", owner_id)
    return names[owner_id]
