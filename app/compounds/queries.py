"""Reads of the roll and of bindings."""

from collections.abc import Sequence
from uuid import UUID

from app.compounds.models import RollImport
from app.compounds.types import Home, RollTotals, UnitOnRoll, UnitShown, WaitingBinding
from app.identity.actor import Actor


def get_roll_import(actor: Actor, compound_id: UUID, import_id: UUID) -> RollImport:
    """A dry run and its findings."""
    raise NotImplementedError


def roll_totals(compound_id: UUID) -> RollTotals:
    """Size of the roll."""
    raise NotImplementedError


def units_with_owners(compound_id: UUID) -> Sequence[UnitOnRoll]:
    """All units with today's owners."""
    raise NotImplementedError


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
    raise NotImplementedError
