"""The import of a roll."""

from uuid import UUID

from app.compounds.models import RollImport
from app.compounds.types import Progress
from app.identity.actor import Actor


def check_roll(
    actor: Actor, compound_id: UUID, file_name: str, content: bytes, progress: Progress | None = None
) -> RollImport:
    """Dry run."""
    raise NotImplementedError


def apply_roll(actor: Actor, compound_id: UUID, import_id: UUID, progress: Progress | None = None) -> RollImport:
    """Apply a checked roll."""
    raise NotImplementedError
