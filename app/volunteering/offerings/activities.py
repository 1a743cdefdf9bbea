"""Activities (活动): set up with dated shifts (班次), and called off."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import select

from app.core import audit, clock
from app.core.db import db
from app.identity.actor import Actor
from app.volunteering import policy
from app.volunteering.brands import acts as brands
from app.volunteering.offerings.errors import OfferingCancelled, OfferingNotFound
from app.volunteering.offerings.models import Offering, OfferingKind
from app.volunteering.slots import running
from app.volunteering.slots.models import Slot
from app.volunteering.texts import checking as texts


def create_activity(actor: Actor, compound_id: UUID, shifts: Sequence[Mapping[str, Any]], **columns: Any) -> Offering:
    """Set up an activity with its shifts (each `starts_at`, `ends_at`, `capacity`); the actor organises it.

    It is shown once its words were checked. Raises Forbidden, TimesWrong, GroupNotFound, NotYourGroup, BrandNotFound.
    """
    policy.require_organise(actor, compound_id)
    brands.check(actor, compound_id, columns.get("group_id"), columns.get("brand_id"))
    activity = Offering(
        compound_id=compound_id,
        kind=OfferingKind.ACTIVITY,
        organiser_id=actor.account_id,
        created_at=clock.now(),
        **columns,
    )
    db.session.add(activity)
    db.session.flush()
    audit.record(compound_id, actor.account_id, "create_activity", activity.id)
    running.add_slots(activity, shifts)
    texts.submit(actor, activity)
    return activity


def add_shifts(actor: Actor, compound_id: UUID, activity_id: UUID, shifts: Sequence[Mapping[str, Any]]) -> Offering:
    """Add shifts to an activity. Raises OfferingNotFound, Forbidden, OfferingCancelled, TimesWrong."""
    activity = locked(compound_id, activity_id)
    policy.require_run(actor, activity)
    if activity.cancelled_at:
        raise OfferingCancelled
    running.add_slots(activity, shifts)
    audit.record(compound_id, actor.account_id, "add_shifts", activity_id, after={"shifts": len(shifts)})
    return activity


def cancel(actor: Actor, compound_id: UUID, offering_id: UUID, reason: str) -> Offering:
    """Call an activity or service off with all that is still to come of it; whoever signed up is told.

    Raises OfferingNotFound, Forbidden, OfferingCancelled.
    """
    offering = locked(compound_id, offering_id)
    policy.require_run(actor, offering)
    if offering.cancelled_at:
        raise OfferingCancelled
    offering.cancelled_at, offering.cancel_reason = clock.now(), reason
    db.session.flush()
    audit.record(compound_id, actor.account_id, "cancel_offering", offering_id)
    texts.withdraw(actor, offering)
    to_come = (
        select(Slot)
        .where(
            Slot.compound_id == compound_id,
            Slot.offering_id == offering_id,
            Slot.cancelled_at.is_(None),
            Slot.ends_at > clock.now(),
        )
        .order_by(Slot.id)
        .with_for_update()
    )
    for slot in db.session.scalars(to_come, execution_options={"populate_existing": True}).all():
        running.call_off(actor, offering, slot, reason)
    return offering


def locked(compound_id: UUID, offering_id: UUID) -> Offering:
    """The activity or service, locked. Raises OfferingNotFound."""
    found = db.session.get(Offering, (compound_id, offering_id), with_for_update=True, populate_existing=True)
    if found is None:
        raise OfferingNotFound
    return found
