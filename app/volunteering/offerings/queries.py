"""Reads of activities and services."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, time, timedelta
from uuid import UUID

from sqlalchemy import Select, exists, or_, select

from app.core import clock
from app.core.db import db
from app.identity.actor import Actor
from app.moderation.queries import OwnReview
from app.org.groups import group_names
from app.volunteering import policy
from app.volunteering.brands.models import ServiceBrand
from app.volunteering.offerings.errors import OfferingNotFound
from app.volunteering.offerings.models import Offering, OfferingKind, Recurrence, Review
from app.volunteering.slots.models import Slot
from app.volunteering.slots.queries import SlotView, views_of
from app.volunteering.texts import queries as texts
from app.volunteering.texts.states import TextState

LISTED = 100
SHOWN_AFTERWARDS = timedelta(days=30)
"""So long after its end a slot is shown."""


@dataclass(frozen=True)
class RecurrenceView:
    """How a service repeats."""

    rule: str
    first_day: date
    opens: time
    window_minutes: int
    slot_minutes: int
    capacity: int


@dataclass(frozen=True)
class OfferingView:
    """An activity or service with its shifts or slots, those of the last 30 days and to come.

    `runs`: whether the actor runs it. `text_review`: the check of its words, for its organiser.
    """

    id: UUID
    kind: str
    title: str
    description: str
    place: str
    contact: str
    group: str | None
    brand: str | None
    cancel_minutes: int
    cancelled: bool
    cancel_reason: str | None
    review: str
    review_text: str
    review_reason: str | None
    recurrence: RecurrenceView | None
    runs: bool
    text_state: str
    text_state_text: str
    text_review: OwnReview | None
    slots: Sequence[SlotView]


def list_offerings(actor: Actor, compound_id: UUID, kind: OfferingKind) -> Sequence[OfferingView]:
    """What is still to come, the newest first. What is not open or not shown is its organiser's and the secretary's.

    Raises Forbidden.
    """
    policy.require_see(actor, compound_id)
    found = db.session.scalars(listed(actor, compound_id, kind)).all()
    return _views(actor, compound_id, found)


def listed(actor: Actor, compound_id: UUID, kind: OfferingKind) -> Select[Offering]:
    """What the actor's list shows: what is still to come, the newest first; whoever asks has been let in."""
    to_come = exists().where(
        Slot.compound_id == Offering.compound_id, Slot.offering_id == Offering.id, Slot.ends_at > clock.now()
    )
    unopened = or_(Offering.review != Review.OPEN, Offering.text_state != TextState.SHOWN)
    public = (Offering.review == Review.OPEN) & (Offering.text_state == TextState.SHOWN)
    if not policy.can_manage(actor, compound_id):
        unopened &= Offering.organiser_id == actor.account_id
    return (
        select(Offering)
        .where(
            Offering.compound_id == compound_id,
            Offering.kind == kind,
            Offering.cancelled_at.is_(None),
            or_(unopened, public & to_come),
        )
        .order_by(Offering.id.desc())
        .limit(LISTED)
    )


def get_offering(actor: Actor, compound_id: UUID, offering_id: UUID) -> OfferingView:
    """An activity or service. Raises Forbidden, OfferingNotFound."""
    return _views(actor, compound_id, [visible(actor, compound_id, offering_id)])[0]


def visible(actor: Actor, compound_id: UUID, offering_id: UUID) -> Offering:
    """An activity or service that the actor may see. Raises Forbidden, OfferingNotFound."""
    policy.require_see(actor, compound_id)
    offering = db.session.get(Offering, (compound_id, offering_id))
    if offering is None or not (_is_public(offering) or policy.runs(actor, offering)):
        raise OfferingNotFound
    return offering


def _is_public(offering: Offering) -> bool:
    return offering.review == Review.OPEN and offering.text_state == TextState.SHOWN


def _views(actor: Actor, compound_id: UUID, offerings: Sequence[Offering]) -> list[OfferingView]:
    slots: dict[UUID, list[Slot]] = defaultdict(list)
    found = (
        select(Slot)
        .where(
            Slot.compound_id == compound_id,
            Slot.offering_id.in_([one.id for one in offerings]),
            Slot.ends_at > clock.now() - SHOWN_AFTERWARDS,
        )
        .order_by(Slot.starts_at, Slot.id)
    )
    for slot in db.session.scalars(found):
        slots[slot.offering_id].append(slot)
    shown = {view.id: view for view in views_of(actor, compound_id, [one for some in slots.values() for one in some])}
    names = names_of(compound_id, offerings)
    reviews = texts.own_reviews(actor, compound_id, texts.OFFERING, {one.id: one.organiser_id for one in offerings})
    manages = policy.can_manage(actor, compound_id)
    repeats = recurrences_of(compound_id, [one.id for one in offerings])
    return [
        OfferingView(
            one.id,
            one.kind,
            one.title,
            one.description,
            one.place,
            one.contact,
            names[one.group_id] if one.group_id else None,
            names[one.brand_id] if one.brand_id else None,
            one.cancel_minutes,
            one.cancelled_at is not None,
            one.cancel_reason,
            one.review,
            Review(one.review).chinese,
            one.review_reason,
            repeats.get(one.id),
            manages or one.organiser_id == actor.account_id,
            one.text_state,
            TextState(one.text_state).chinese,
            reviews.get(one.id),
            [shown[slot.id] for slot in slots[one.id]],
        )
        for one in offerings
    ]


def recurrences_of(compound_id: UUID, offering_ids: Sequence[UUID]) -> Mapping[UUID, RecurrenceView]:
    """How services repeat, by the service."""
    found = select(Recurrence).where(Recurrence.compound_id == compound_id, Recurrence.offering_id.in_(offering_ids))
    return {
        one.offering_id: RecurrenceView(
            one.rule, one.first_day, one.opens, one.window_minutes, one.slot_minutes, one.capacity
        )
        for one in db.session.scalars(found)
    }


def names_of(compound_id: UUID, offerings: Sequence[Offering]) -> dict[UUID, str]:
    """The names of their groups and brands."""
    brand_ids = {one.brand_id for one in offerings if one.brand_id}
    brands = select(ServiceBrand.id, ServiceBrand.name).where(
        ServiceBrand.compound_id == compound_id, ServiceBrand.id.in_(brand_ids)
    )
    of_groups = dict(group_names(compound_id, {one.group_id for one in offerings if one.group_id}))
    return of_groups | dict(db.session.execute(brands).all())
