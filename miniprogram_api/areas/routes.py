"""Grids (网格), which residents see too, and building groups (楼栋党小组), for branch roles alone."""

from typing import Any
from uuid import UUID

from app.compounds.areas import acts, errors, reads
from app.core.errors import Forbidden, NotFound
from app.identity.actor import Actor
from app.org.models import AreaKind
from miniprogram_api.areas.schemas import (
    AreaListSchema,
    AreaSchema,
    BuildingsSchema,
    LeaderSchema,
    NewBuildingGroupSchema,
    NewGridSchema,
)
from miniprogram_api.auth import authenticated
from miniprogram_api.http import Blueprint, fails_with

grids = Blueprint("grids", __name__, url_prefix="/compounds/<uuid:compound_id>/grids", description="网格")
groups = Blueprint(
    "building_groups", __name__, url_prefix="/compounds/<uuid:compound_id>/building-groups", description="楼栋党小组"
)
BLUEPRINTS = (grids, groups)
_MADE = (Forbidden, NotFound, errors.AreaNameTaken, errors.BuildingUnknown)
_CHANGED = (Forbidden, errors.AreaNotFound)


@grids.get("")
@authenticated
@grids.response(200, AreaListSchema)
@fails_with(Forbidden, NotFound)
def list_grids(actor: Actor, compound_id: UUID) -> dict[str, Any]:
    """List the grids of the compound's community, with their buildings here."""
    return {"items": reads.areas_of(actor, compound_id, AreaKind.GRID)}


@grids.post("")
@authenticated
@grids.arguments(NewGridSchema)
@grids.response(201, AreaSchema)
@fails_with(*_MADE, errors.NoCommunity)
def make_grid(actor: Actor, body: dict[str, Any], compound_id: UUID) -> reads.AreaView:
    """Make a grid, as the community or the street."""
    return acts.make(actor, compound_id, AreaKind.GRID, **body)


@grids.put("/<uuid:grid_id>/buildings")
@authenticated
@grids.arguments(BuildingsSchema)
@grids.response(200, AreaSchema)
@fails_with(*_CHANGED, errors.BuildingUnknown)
def cover_grid(actor: Actor, body: dict[str, Any], compound_id: UUID, grid_id: UUID) -> reads.AreaView:
    """Say which of the compound's buildings are in the grid; they leave any other."""
    return acts.cover(actor, compound_id, AreaKind.GRID, grid_id, **body)


@grids.put("/<uuid:grid_id>/leader")
@authenticated
@grids.arguments(LeaderSchema)
@grids.response(200, AreaSchema)
@fails_with(*_CHANGED)
def lead_grid(actor: Actor, body: acts.Leader, compound_id: UUID, grid_id: UUID) -> reads.AreaView:
    """Let another grid worker answer for it from now on."""
    return acts.lead(actor, compound_id, AreaKind.GRID, grid_id, body)


@grids.delete("/<uuid:grid_id>")
@authenticated
@grids.response(204)
@fails_with(*_CHANGED)
def end_grid(actor: Actor, compound_id: UUID, grid_id: UUID) -> None:
    """End a grid; it stays on record."""
    acts.end(actor, compound_id, AreaKind.GRID, grid_id)


@groups.get("")
@authenticated
@groups.response(200, AreaListSchema)
@fails_with(Forbidden, NotFound)
def list_building_groups(actor: Actor, compound_id: UUID) -> dict[str, Any]:
    """List the building groups of the branches that serve the compound."""
    return {"items": reads.areas_of(actor, compound_id, AreaKind.BUILDING_GROUP)}


@groups.post("")
@authenticated
@groups.arguments(NewBuildingGroupSchema)
@groups.response(201, AreaSchema)
@fails_with(*_MADE, errors.BranchNeeded)
def make_building_group(actor: Actor, body: dict[str, Any], compound_id: UUID) -> reads.AreaView:
    """Make a building group of a branch that serves the compound."""
    return acts.make(actor, compound_id, AreaKind.BUILDING_GROUP, **body)


@groups.put("/<uuid:building_group_id>/buildings")
@authenticated
@groups.arguments(BuildingsSchema)
@groups.response(200, AreaSchema)
@fails_with(*_CHANGED, errors.BuildingUnknown)
def cover_building_group(
    actor: Actor, body: dict[str, Any], compound_id: UUID, building_group_id: UUID
) -> reads.AreaView:
    """Say which of the compound's buildings are the group's; they leave any other."""
    return acts.cover(actor, compound_id, AreaKind.BUILDING_GROUP, building_group_id, **body)


@groups.put("/<uuid:building_group_id>/leader")
@authenticated
@groups.arguments(LeaderSchema)
@groups.response(200, AreaSchema)
@fails_with(*_CHANGED)
def lead_building_group(actor: Actor, body: acts.Leader, compound_id: UUID, building_group_id: UUID) -> reads.AreaView:
    """Let another leader answer for it from now on."""
    return acts.lead(actor, compound_id, AreaKind.BUILDING_GROUP, building_group_id, body)


@groups.delete("/<uuid:building_group_id>")
@authenticated
@groups.response(204)
@fails_with(*_CHANGED)
def end_building_group(actor: Actor, compound_id: UUID, building_group_id: UUID) -> None:
    """End a building group; it stays on record."""
    acts.end(actor, compound_id, AreaKind.BUILDING_GROUP, building_group_id)
