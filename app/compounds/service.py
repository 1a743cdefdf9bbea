"""Acts on the roll and on bindings. None commits; the edge of the request or job does."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from app.compounds.models import Binding, RollImport
from app.compounds.types import NewOwner, Progress
from app.identity.actor import Actor


def check_roll(
    actor: Actor, compound_id: UUID, file_name: str, content: bytes, progress: Progress | None = None
) -> RollImport:
    """Dry run."""
    raise NotImplementedError


def apply_roll(actor: Actor, compound_id: UUID, import_id: UUID, progress: Progress | None = None) -> RollImport:
    """Apply a checked roll."""
    raise NotImplementedError


def match_roll(account_id: UUID, phone_hash: bytes) -> list[Binding]:
    """Bind the account as owner wherever the phone number is on the roll."""
    raise NotImplementedError


def apply_for_binding(
    actor: Actor,
    compound_id: UUID,
    building: str,
    stairwell: str,
    room: str,
    claimed_name: str,
    note: str | None = None,
) -> Binding:
    """Ask the secretary to bind the actor to a unit."""
    raise NotImplementedError


def decide_binding(
    actor: Actor, compound_id: UUID, binding_id: UUID, accept: bool, owner_id: UUID | None, reason: str | None
) -> Binding:
    """Accept (naming the owner) or reject (with a reason) an application."""
    raise NotImplementedError


def withdraw_binding(actor: Actor, compound_id: UUID, binding_id: UUID) -> Binding:
    """End one's own application or binding."""
    raise NotImplementedError


def revoke_binding(actor: Actor, compound_id: UUID, binding_id: UUID, reason: str) -> Binding:
    """End someone's binding, as the secretary."""
    raise NotImplementedError


def transfer_unit(actor: Actor, compound_id: UUID, unit_id: UUID, new_owners: Sequence[NewOwner], at: datetime) -> None:
    """Record a sale."""
    raise NotImplementedError
