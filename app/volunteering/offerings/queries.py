"""Reads of activities and services."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import exists, select

from app.core import clock
from app.core.db import db
from app.identity.actor import Actor
from app.volunteering import policy
from app.volunteering.offerings.errors import OfferingNotFound
from app.volunteering.offerings.models import Offering, OfferingKind
from app.volunteering.slots.models import Slot
from app.volunteering.slots.queries import SlotView, views_of

LISTED = 100


@dataclass(frozen=True)
class OfferingView:
    """An activity or service with its shifts or slots. `runs`: whether the actor runs it."""

    id: UUID
    kind: str
    title: str
    description: str
    place: str
    contact: str
    cancel_minutes: int
    cancelled: bool
    cancel_reason: str | None
    runs: bool
    slots: Sequence[SlotView]


def list_offerings(actor: Actor, compound_id: UUID, kind: OfferingKind) -> Sequence[OfferingView]:
    """What is still to come, the newest first. Raises Forbidden."""
    policy.require_see(actor, compound_id)
    to_come = exists().where(
        Slot.compound_id == Offering.compound_id, Slot.offering_id == Offering.id, Slot.ends_at > clock.now()
    )
    found = db.session.scalars(
        select(Offering)
        .where(Offering.compound_id == compound_id, Offering.kind == kind, Offering.cancelled_at.is_(None), to_come)
        .order_by(Offering.id.desc())
        .limit(LISTED)
    ).all()
    return _views(actor, compound_id, found)


def get_offering(actor: Actor, compound_id: UUID, offering_id: UUID) -> OfferingView:
    """An activity or service. Raises Forbidden, OfferingNotFound."""
    policy.require_see(actor, compound_id)
    offering = db.session.get(Offering, (compound_id, offering_id))
    if offering is None:
        raise OfferingNotFound
    return _views(actor, compound_id, [offering])[0]


def _views(actor: Actor, compound_id: UUID, offerings: Sequence[Offering]) -> list[OfferingView]:
    slots: dict[UUID, list[Slot]] = defaultdict(list)
    found = (
        select(Slot)
        .where(
            Slot.compound_id == compound_id,
            Slot.offering_id.in_([one.id for one in offerings]),
        )
        .order_by(Slot.starts_at, Slot.id)
    )
    for slot in db.session.scalars(found):
        slots[slot.offering_id].append(slot)
    shown = {view.id: view for view in views_of(actor, compound_id, [one for some in slots.values() for one in some])}
    return [
        OfferingView(
            one.id,
            one.kind,
            one.title,
            one.description,
            one.place,
            one.contact,
            one.cancel_minutes,
            one.cancelled_at is not None,
            one.cancel_reason,
            policy.runs(actor, one),
            [shown[slot.id] for slot in slots[one.id]],
        )
        for one in offerings
    ]
