"""The grids and building groups of a compound, for those who may see them."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy import ColumnElement, false, select

from app.compounds.models import Building
from app.core.db import db
from app.core.masking import mask_name, mask_phone
from app.identity.actor import Actor
from app.org import policy, queries
from app.org.branches.models import BranchCompound, PartyBranch
from app.org.models import Area, AreaBuilding, AreaKind, AreaLeader, OrgKind
from app.org.permissions import Act

SEEN_BY: Final = {AreaKind.GRID: Act.SEE_HOME, AreaKind.BUILDING_GROUP: Act.SEE_AFFILIATION}


@dataclass(frozen=True)
class Covered:
    """A building of the compound in an area."""

    id: UUID
    name: str


@dataclass(frozen=True)
class AreaView:
    """A grid or building group as it is in a compound: its buildings there, who answers for it, masked.

    `elsewhere`: how many buildings it covers in other compounds. `branch`: of a building group.
    """

    id: UUID
    kind: str
    kind_text: str
    name: str
    leader_text: str
    leader: str | None
    leader_phone_masked: str | None
    leader_since: datetime | None
    buildings: Sequence[Covered]
    elsewhere: int
    branch: str | None


def areas_of(actor: Actor, compound_id: UUID, kind: AreaKind) -> Sequence[AreaView]:
    """The grids of the compound's community, or the groups of the branches that serve it, by name.

    Raises NotFound (compound), Forbidden.
    """
    queries.get_compound(compound_id)
    policy.require(actor, SEEN_BY[kind], compound_id)
    found = select(Area).where(Area.kind == kind, Area.ended_at.is_(None), _reaches(compound_id, kind))
    return [area_of(compound_id, one) for one in db.session.scalars(found.order_by(Area.name, Area.id))]


def area_of(compound_id: UUID, area: Area) -> AreaView:
    """One of them. The caller checks that the actor may see it."""
    kind = AreaKind(area.kind)
    leader = db.session.scalar(select(AreaLeader).where(AreaLeader.area_id == area.id, AreaLeader.until.is_(None)))
    covered: dict[bool, list[Covered]] = defaultdict(list)
    rows = db.session.execute(
        select(Building.compound_id, Building.id, Building.name)
        .join(
            AreaBuilding,
            (AreaBuilding.compound_id == Building.compound_id) & (AreaBuilding.building_id == Building.id),
        )
        .where(AreaBuilding.area_id == area.id, AreaBuilding.until.is_(None))
    )
    for where, building_id, name in rows:
        covered[where == compound_id].append(Covered(building_id, name))
    branch = db.session.get(PartyBranch, area.branch_id) if area.branch_id else None
    return AreaView(
        id=area.id,
        kind=kind.value,
        kind_text=kind.chinese,
        name=area.name,
        leader_text=kind.leader,
        leader=mask_name(leader.name) if leader else None,
        leader_phone_masked=mask_phone(leader.phone) if leader else None,
        leader_since=leader.since if leader else None,
        buildings=sorted(covered[True], key=lambda one: (len(one.name), one.name)),
        elsewhere=len(covered[False]),
        branch=branch.name if branch else None,
    )


def _reaches(compound_id: UUID, kind: AreaKind) -> ColumnElement[bool]:
    if kind is AreaKind.BUILDING_GROUP:
        serving = select(BranchCompound.branch_id).where(
            BranchCompound.compound_id == compound_id, BranchCompound.until.is_(None)
        )
        return Area.branch_id.in_(serving)
    community = community_of(compound_id)
    return Area.community_id == community if community else false()


def community_of(compound_id: UUID) -> UUID | None:
    """The community that the compound belongs to; None where it stands below none."""
    return next((one.id for one in queries.path_to(compound_id) if one.kind == OrgKind.COMMUNITY), None)
