"""What is kept of a booking once the service is over: no phone and no note for longer than questions may come."""

from datetime import timedelta
from typing import Final

from sqlalchemy import or_, update

from app.core import clock
from app.core.db import db
from app.volunteering.slots.models import Booking

KEPT: Final = timedelta(days=30)
"""How long whoever served may still need to reach the person: PIPL 19 wants no longer than that."""


def forget_contacts() -> int:
    """Erase phone and note of bookings that are over; of how many."""
    erased = db.session.execute(
        update(Booking)
        .where(Booking.ends_at < clock.now() - KEPT, or_(Booking.phone.is_not(None), Booking.note.is_not(None)))
        .values(phone=None, note=None)
    )
    return int(erased.rowcount)  # type: ignore[attr-defined]
