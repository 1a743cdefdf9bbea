"""Whom a wish is for, and who is told: the poster, who knows; reviewers; the claimant, while the claim stands."""

from dataclasses import dataclass
from uuid import UUID

from app.compounds import homes
from app.core.masking import mask_name, mask_phone
from app.wishes import trail
from app.wishes.models import Wish
from app.wishes.policy import Viewer


@dataclass(frozen=True)
class BeneficiaryView:
    """Name and door. Masked: the phone for reviewers, who need not call; the name for who posted for a neighbour."""

    name: str
    unit_id: UUID
    door: str
    phone: str | None


def beneficiary_for(viewer: Viewer, wish: Wish, claims_it: bool) -> BeneficiaryView | None:
    """The beneficiary, for whoever may know. A look at somebody else's goes on the audit log."""
    posted = wish.posted_by == viewer.actor.account_id
    if not (posted or claims_it or viewer.reviews):
        return None
    if not posted:
        trail.note(viewer.actor, wish, "see_beneficiary", as_claimant=claims_it)
    phone, name = wish.beneficiary_phone, wish.beneficiary_name
    whole = posted or claims_it
    for_neighbour = posted and wish.consent is not None  # the roll may have named the person, masked
    return BeneficiaryView(
        name=mask_name(name) if for_neighbour and not claims_it else name,
        unit_id=wish.unit_id,
        door=homes.doors_of(wish.compound_id, [wish.unit_id])[wish.unit_id],
        phone=phone if whole or phone is None else mask_phone(phone),
    )
