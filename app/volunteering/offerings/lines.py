"""Activities and services a line each, for the desk's lists and headings: how many slots, and not one of them read."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select

from app.core import clock
from app.core.db import db
from app.identity.actor import Actor
from app.volunteering import policy
from app.volunteering.offerings.models import OfferingKind, Review
from app.volunteering.offerings.queries import (
    SHOWN_AFTERWARDS,
    RecurrenceView,
    listed,
    names_of,
    recurrences_of,
    visible,
)
from app.volunteering.slots.models import Slot
from app.volunteering.texts.states import TextState


@dataclass(frozen=True)
class OfferingLine:
    """An activity or service. `slots`: those of the last 30 days and to come; `last`: when the last of them begins."""

    id: UUID
    title: str
    place: str
    brand: str | None
    review: str
    review_text: str
    text_state: str
    text_state_text: str
    recurrence: RecurrenceView | None
    slots: int
    last: datetime | None


@dataclass(frozen=True)
class Heading:
    """What stands above the pages of one slot. `runs`: whether the actor runs the activity or service."""

    id: UUID
    kind: str
    title: str
    place: str
    runs: bool


def get_heading(actor: Actor, compound_id: UUID, offering_id: UUID) -> Heading:
    """The heading of an activity or service. Raises Forbidden, OfferingNotFound."""
    one = visible(actor, compound_id, offering_id)
    return Heading(one.id, one.kind, one.title, one.place, policy.runs(actor, one))


def list_lines(actor: Actor, compound_id: UUID, kind: OfferingKind) -> Sequence[OfferingLine]:
    """What `queries.list_offerings` lists, a line each. Raises Forbidden."""
    policy.require_see(actor, compound_id)
    found = db.session.scalars(listed(actor, compound_id, kind)).all()
    ids = [one.id for one in found]
    counted = (
        select(
            Slot.offering_id,
            func.count(),
            func.max(Slot.starts_at).filter(Slot.cancelled_at.is_(None)),
        )
        .where(
            Slot.compound_id == compound_id,
            Slot.offering_id.in_(ids),
            Slot.ends_at > clock.now() - SHOWN_AFTERWARDS,
        )
        .group_by(Slot.offering_id)
    )
    slots = {offering_id: (number, last) for offering_id, number, last in db.session.execute(counted)}
    names = names_of(compound_id, found)
    repeats = recurrences_of(compound_id, ids)
    return [
        OfferingLine(
            one.id,
            one.title,
            one.place,
            names[one.brand_id] if one.brand_id else None,
            one.review,
            Review(one.review).chinese,
            one.text_state,
            TextState(one.text_state).chinese,
            repeats.get(one.id),
            *slots.get(one.id, (0, None)),
        )
        for one in found
    ]
