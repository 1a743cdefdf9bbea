"""Grids and building groups made, given buildings and somebody who answers for them, and ended."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from sqlalchemy import func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import InstrumentedAttribute

from app.compounds.areas.errors import AreaNameTaken, AreaNotFound, BranchNeeded, BuildingUnknown, NoCommunity
from app.compounds.areas.reads import AreaView, area_of, community_of
from app.compounds.models import Building
from app.core import audit, clock
from app.core.crypto import lookup_hash
from app.core.db import db
from app.core.ids import new_id
from app.identity.actor import Actor
from app.org import areas, policy, queries, telling
from app.org.branches import reads as branches
from app.org.branches.errors import BranchNotFound
from app.org.models import Area, AreaBuilding, AreaKind, AreaLeader
from app.org.permissions import Act

MANAGED_BY: Final = {AreaKind.GRID: Act.MANAGE_GRIDS, AreaKind.BUILDING_GROUP: Act.MANAGE_PARTY_MEMBERS}


@dataclass(frozen=True)
class Leader:
    """Who is to answer for an area."""

    name: str
    phone: str


def make(
    actor: Actor,
    compound_id: UUID,
    kind: AreaKind,
    name: str,
    leader: Leader,
    building_ids: Collection[UUID],
    branch_id: UUID | None = None,
) -> AreaView:
    """A grid of the compound's community, or a group of a branch that serves the compound, with buildings of it.

    Raises NotFound (compound), Forbidden, NoCommunity, BranchNeeded, AreaNameTaken, BuildingUnknown.
    """
    queries.get_compound(compound_id)
    policy.require(actor, MANAGED_BY[kind], compound_id)
    of = _of_branch(compound_id, branch_id) if kind is AreaKind.BUILDING_GROUP else _of_community(compound_id)
    area: Area | None = db.session.scalar(
        insert(Area)
        .values(id=new_id(), kind=kind, name=name, made_at=clock.now(), **of)
        .on_conflict_do_nothing()
        .returning(Area)
    )
    if area is None:
        raise AreaNameTaken
    audit.record(compound_id, actor.account_id, f"make_{kind.value}", area.id)
    _cover(actor.account_id, compound_id, area, building_ids)
    _lead(actor.account_id, compound_id, area, leader)
    return area_of(compound_id, area)


def owner_of(kind: AreaKind) -> InstrumentedAttribute[UUID | None]:
    """The column that says whose an area is: a community's grid, a branch's group."""
    return Area.community_id if kind is AreaKind.GRID else Area.branch_id


def put(
    kind: AreaKind,
    owner_id: UUID,
    name: str,
    area_id: UUID | None,
    leader: Leader | None,
    buildings: Mapping[UUID, Collection[UUID]],
    operator: str,
) -> int:
    """As the operator: a grid of a community or a group of a branch, with these buildings of each compound.

    Without `area_id` it is made anew. How many buildings it was given.
    """
    if area_id is None:
        area = Area(id=new_id(), kind=kind, name=name, made_at=clock.now(), **{owner_of(kind).key: owner_id})
        db.session.add(area)
        db.session.flush()
        audit.record(audit.PLATFORM, None, f"make_{kind.value}", area.id, after={"operator": operator})
    else:
        area = db.session.get_one(Area, area_id, populate_existing=True, with_for_update=True)
    for compound_id, building_ids in buildings.items():
        _cover(None, compound_id, area, building_ids, operator)
    if leader:
        _lead(None, next(iter(buildings)), area, leader, operator)
    return sum(map(len, buildings.values()))


def cover(actor: Actor, compound_id: UUID, kind: AreaKind, area_id: UUID, building_ids: Collection[UUID]) -> AreaView:
    """Let the area cover these buildings of the compound, and no others of it; they leave another area of the kind.

    Raises Forbidden, AreaNotFound, BuildingUnknown.
    """
    area = _locked(actor, compound_id, kind, area_id)
    _cover(actor.account_id, compound_id, area, building_ids)
    return area_of(compound_id, area)


def lead(actor: Actor, compound_id: UUID, kind: AreaKind, area_id: UUID, leader: Leader) -> AreaView:
    """Let somebody else answer for the area from now on. Raises Forbidden, AreaNotFound."""
    area = _locked(actor, compound_id, kind, area_id)
    _lead(actor.account_id, compound_id, area, leader)
    return area_of(compound_id, area)


def end(actor: Actor, compound_id: UUID, kind: AreaKind, area_id: UUID) -> None:
    """End the area in all its compounds. Raises Forbidden, AreaNotFound."""
    _locked(actor, compound_id, kind, area_id)
    areas.end_where(Area.id == area_id)
    audit.record(compound_id, actor.account_id, f"end_{kind.value}", area_id)


def _of_community(compound_id: UUID) -> dict[str, UUID]:
    community = community_of(compound_id)
    if community is None:
        raise NoCommunity
    return {"community_id": community}


def _of_branch(compound_id: UUID, branch_id: UUID | None) -> dict[str, UUID]:
    if branch_id is None:
        raise BranchNeeded
    try:
        return {"branch_id": branches.get_branch(branch_id, compound_id).id}
    except BranchNotFound:
        raise BranchNeeded from None


def _locked(actor: Actor, compound_id: UUID, kind: AreaKind, area_id: UUID) -> Area:
    """The area, if it is of the compound's community or of a branch that serves it, held until the transaction ends."""
    policy.require(actor, MANAGED_BY[kind], compound_id)
    area = db.session.get(Area, area_id, populate_existing=True, with_for_update=True)
    if area is None or area.kind != kind or area.ended_at:
        raise AreaNotFound
    of_here = area.community_id is not None and area.community_id == community_of(compound_id)
    if not of_here and not (area.branch_id and branches.serves(area.branch_id, compound_id)):
        raise AreaNotFound
    return area


def _cover(
    by: UUID | None, compound_id: UUID, area: Area, building_ids: Collection[UUID], operator: str | None = None
) -> None:
    wanted = set(building_ids)
    known = select(func.count()).where(Building.compound_id == compound_id, Building.id.in_(wanted))
    if db.session.scalar(known) != len(wanted):
        raise BuildingUnknown
    # Whoever puts buildings of one compound and kind elsewhere waits here: a building is in one area at a time.
    lock = func.hashtextextended(f"{compound_id}/{area.kind}", 0)
    db.session.execute(select(func.pg_advisory_xact_lock(lock)))
    live = (AreaBuilding.compound_id == compound_id, AreaBuilding.kind == area.kind, AreaBuilding.until.is_(None))
    held = set(db.session.scalars(select(AreaBuilding.building_id).where(*live, AreaBuilding.area_id == area.id)))
    now = clock.now()
    moved = AreaBuilding.building_id.in_((wanted - held) | (held - wanted))
    db.session.execute(update(AreaBuilding).where(*live, moved).values(until=now))
    db.session.add_all(
        AreaBuilding(compound_id=compound_id, area_id=area.id, kind=area.kind, building_id=one, since=now)
        for one in sorted(wanted - held)
    )
    db.session.flush()
    after = {"buildings": sorted(str(one) for one in wanted)} | ({"operator": operator} if operator else {})
    audit.record(compound_id, by, f"cover_{area.kind}", area.id, after=after)


def _lead(by: UUID | None, compound_id: UUID, area: Area, leader: Leader, operator: str | None = None) -> None:
    """Let somebody answer for a locked area; the same number again mends the name. A grid's workers are told."""
    phone_hash = lookup_hash("phone", leader.phone)
    live = select(AreaLeader).where(AreaLeader.area_id == area.id, AreaLeader.until.is_(None))
    now, answering = clock.now(), db.session.scalars(live).one_or_none()
    if answering and answering.phone_hash != phone_hash:
        answering.until = now
        db.session.flush()
        telling.tell_relieved(area, answering)
        answering = None
    if answering is None:
        answering = AreaLeader(
            id=new_id(), area_id=area.id, name=leader.name, phone=leader.phone, phone_hash=phone_hash, since=now
        )
        db.session.add(answering)
    answering.name = leader.name
    db.session.flush()
    telling.tell_answering(area, answering)
    after = {"leader": str(answering.id)} | ({"operator": operator} if operator else {})
    audit.record(compound_id, by, f"lead_{area.kind}", area.id, after=after)
