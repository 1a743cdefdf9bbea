"""Who has come to a slot, as the screen on the spot shows it: names are masked, since everybody there reads it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select

from app.core.db import db
from app.core.masking import mask_name
from app.identity.actor import Actor
from app.volunteering import policy
from app.volunteering.hours.models import ServiceRecord
from app.volunteering.offerings.models import Offering
from app.volunteering.slots.models import Booking, BookingState
from app.volunteering.slots.queries import existing
from app.volunteering.volunteers.models import Volunteer


@dataclass(frozen=True)
class Come:
    """Somebody who checked in; `ended_at` is when the person checked out."""

    record_id: UUID
    name: str
    started_at: datetime
    ended_at: datetime | None


@dataclass(frozen=True)
class Presence:
    """How many are expected, and who has come, the last first."""

    expected: int
    come: Sequence[Come]

    @property
    def there(self) -> int:
        """How many are there now."""
        return sum(one.ended_at is None for one in self.come)


def who_has_come(actor: Actor, compound_id: UUID, slot_id: UUID) -> Presence:
    """Who has come, for whoever runs the slot. Raises Forbidden, SlotNotFound."""
    slot = existing(compound_id, slot_id)
    policy.require_run(actor, db.session.get_one(Offering, (compound_id, slot.offering_id)))
    expected = select(func.count()).where(
        Booking.compound_id == compound_id, Booking.slot_id == slot_id, Booking.state == BookingState.BOOKED
    )
    rows = db.session.execute(
        select(ServiceRecord, Volunteer.name)
        .join(
            Volunteer,
            (Volunteer.compound_id == ServiceRecord.compound_id) & (Volunteer.id == ServiceRecord.volunteer_id),
        )
        .where(ServiceRecord.compound_id == compound_id, ServiceRecord.slot_id == slot_id)
        .order_by(ServiceRecord.started_at.desc(), ServiceRecord.id)
    )
    come = [Come(record.id, mask_name(name), record.started_at, record.ended_at) for record, name in rows]
    return Presence(db.session.scalar(expected) or 0, come)


def records_of(compound_id: UUID, slot_id: UUID) -> dict[UUID, ServiceRecord]:
    """By booking, what is on record of whoever is booked in the slot."""
    rows = db.session.execute(
        select(Booking.id, ServiceRecord)
        .join(
            ServiceRecord,
            (ServiceRecord.compound_id == Booking.compound_id)
            & (ServiceRecord.slot_id == Booking.slot_id)
            & (ServiceRecord.account_id == Booking.person_id),
        )
        .where(Booking.compound_id == compound_id, Booking.slot_id == slot_id, Booking.state == BookingState.BOOKED)
    )
    return dict(rows.all())
