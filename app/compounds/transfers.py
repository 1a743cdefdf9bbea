"""Sales."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from app.compounds.types import NewOwner
from app.identity.actor import Actor


def transfer_unit(actor: Actor, compound_id: UUID, unit_id: UUID, new_owners: Sequence[NewOwner], at: datetime) -> None:
    """Record a sale."""
    raise NotImplementedError
