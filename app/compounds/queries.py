"""Reads of the roll and of bindings."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import ARRAY, Uuid, cast, func, select

from app.compounds.models import Binding, BindingState, Building, Ownership, RollImport, Unit
from app.compounds.types import Home, RollTotals, UnitOnRoll, UnitShown, WaitingBinding
from app.core.db import db
from app.identity.actor import Actor


def get_roll_import(actor: Actor, compound_id: UUID, import_id: UUID) -> RollImport:
    """A dry run and its findings."""
    raise NotImplementedError


def roll_totals(compound_id: UUID) -> RollTotals:
    """Size of the roll."""
    raise NotImplementedError


def units_with_owners(compound_id: UUID) -> Sequence[UnitOnRoll]:
    """All units with today's owners, one row a unit."""
    owner_ids = (
        select(
            func.coalesce(
                func.array_agg(Ownership.owner_id).aggregate_order_by(Ownership.owner_id), cast([], ARRAY(Uuid()))
            )
        )
        .where(Ownership.compound_id == Unit.compound_id, Ownership.unit_id == Unit.id, Ownership.valid_to.is_(None))
        .scalar_subquery()
    )
    rows = db.session.execute(
        select(
            Unit.id,
            Unit.building_id,
            Building.name,
            Unit.stairwell,
            Unit.room,
            Unit.use,
            Unit.area_register_centi,
            Unit.area_survey_centi,
            Unit.area_contract_centi,
            Unit.area_centi,
            Unit.held_by_developer,
            owner_ids,
        )
        .join(Building, (Building.compound_id == Unit.compound_id) & (Building.id == Unit.building_id))
        .where(Unit.compound_id == compound_id)
        .order_by(Unit.id)
    )
    return [UnitOnRoll._make(row) for row in rows]


def search_units(actor: Actor, compound_id: UUID, text: str, cursor: UUID | None, limit: int) -> Sequence[UnitShown]:
    """Units by door text, or by an owner's exact name or phone."""
    raise NotImplementedError


def waiting_bindings(actor: Actor, compound_id: UUID, after: UUID | None, limit: int) -> Sequence[WaitingBinding]:
    """Applications that wait for a decision, the oldest first."""
    raise NotImplementedError


def bindings_of(actor: Actor) -> Sequence[Home]:
    """The actor's own bindings that are not revoked, the newest first."""
    raise NotImplementedError


def owners_represented(account_id: UUID, compound_id: UUID) -> Sequence[UUID]:
    """The owners that the account stands for in the compound, through accepted bindings."""
    return db.session.scalars(
        select(Binding.owner_id)
        .where(
            Binding.compound_id == compound_id,
            Binding.account_id == account_id,
            Binding.state == BindingState.ACCEPTED,
            Binding.owner_id.is_not(None),
        )
        .distinct()
    ).all()  # type: ignore[return-value]
