"""Reads of the check of words."""

from collections.abc import Mapping
from typing import Final
from uuid import UUID

from app.identity.actor import Actor
from app.moderation.queries import OwnReview, last_reviews

POST: Final = "volunteer_post"
OFFERING: Final = "offering"
"""The kinds by which moderation knows them."""


def own_reviews(actor: Actor, compound_id: UUID, kind: str, authors: Mapping[UUID, UUID]) -> dict[UUID, OwnReview]:
    """The last check of the words that the actor wrote, by subject. `authors`: who wrote what, by subject."""
    return last_reviews(compound_id, kind, [one for one, author in authors.items() if author == actor.account_id])
