"""What waits for somebody at the volunteering desk of a compound."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from sqlalchemy import func, select

from app.core import clock
from app.core.db import db
from app.identity.actor import Actor
from app.volunteering import policy
from app.volunteering.hours.queries import to_decide
from app.volunteering.offerings.models import Offering, OfferingKind, Review
from app.volunteering.posts.models import ClaimState, PostClaim
from app.volunteering.slots.models import Slot

SOON: Final = timedelta(hours=12)
LISTED: Final = 20


@dataclass(frozen=True)
class NearSlot:
    """A shift or slot that the actor runs and that is on, or begins soon."""

    id: UUID
    title: str
    place: str
    kind: str
    starts_at: datetime
    ends_at: datetime
    taken: int
    capacity: int


@dataclass(frozen=True)
class Waiting:
    """How many claims, services, hours and corrections wait for the actor, and which shifts are near."""

    claims: int
    services: int
    hours: int
    near: Sequence[NearSlot]


def waiting(actor: Actor, compound_id: UUID) -> Waiting:
    """What waits for the actor. Raises Forbidden."""
    policy.require_organise(actor, compound_id)
    manages = policy.can_manage(actor, compound_id)
    claims = select(func.count()).where(PostClaim.compound_id == compound_id, PostClaim.state == ClaimState.CLAIMED)
    services = select(func.count()).where(
        Offering.compound_id == compound_id,
        Offering.kind == OfferingKind.SERVICE,
        Offering.review == Review.WAITING,
        Offering.cancelled_at.is_(None),
    )
    return Waiting(
        (db.session.scalar(claims) or 0) if manages else 0,
        (db.session.scalar(services) or 0) if manages else 0,
        len(to_decide(actor, compound_id, masked=True)),
        _near(actor, compound_id, manages),
    )


def _near(actor: Actor, compound_id: UUID, manages: bool) -> Sequence[NearSlot]:
    now = clock.now()
    found = (
        select(Slot, Offering)
        .join(Offering, (Offering.compound_id == Slot.compound_id) & (Offering.id == Slot.offering_id))
        .where(
            Slot.compound_id == compound_id,
            Slot.cancelled_at.is_(None),
            Slot.ends_at > now,
            Slot.starts_at < now + SOON,
            Offering.review == Review.OPEN,
        )
        .order_by(Slot.starts_at, Slot.id)
        .limit(LISTED)
    )
    if not manages:
        found = found.where(Offering.organiser_id == actor.account_id)
    return [
        NearSlot(slot.id, one.title, one.place, one.kind, slot.starts_at, slot.ends_at, slot.taken, slot.capacity)
        for slot, one in db.session.execute(found)
    ]
