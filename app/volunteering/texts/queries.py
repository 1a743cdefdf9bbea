"""Reads of the check of words."""

from typing import Final
from uuid import UUID

from app.identity.actor import Actor
from app.moderation.queries import OwnReview, last_review

POST: Final = "volunteer_post"
OFFERING: Final = "offering"
"""The kinds by which moderation knows them."""


def own_review(actor: Actor, compound_id: UUID, kind: str, subject_id: UUID, author: UUID) -> OwnReview | None:
    """The last check of the words, for whoever wrote them."""
    return last_review(compound_id, kind, subject_id) if actor.account_id == author else None
