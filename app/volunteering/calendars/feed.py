"""A person's calendar feed (日历订阅): an address with a secret in it, which any calendar program reads. RFC 5545.

Says when and where the person is booked or serves, and of others nothing but how many.
"""

import secrets
from collections.abc import Iterator
from datetime import timedelta
from typing import Final
from uuid import UUID

from icalendar import Calendar, Event
from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert

from app.core import audit, clock
from app.core.crypto import token_hash
from app.core.db import db
from app.core.errors import NotFound
from app.identity.actor import Actor
from app.volunteering import policy
from app.volunteering.calendars.models import CalendarFeed
from app.volunteering.offerings.models import Offering, OfferingKind
from app.volunteering.slots.models import LIVE_BOOKINGS, Booking, BookingState, Slot

PAST: Final = timedelta(days=30)
MOST: Final = 500


class FeedNotFound(NotFound):
    code = "calendar_feed_not_found"
    message = "这个日历订阅地址已经失效，请在小程序里重新获取。"


def open_feed(actor: Actor, compound_id: UUID) -> str:
    """The secret of a new feed of the actor's; one from before is no longer good. Raises Forbidden."""
    policy.require_see(actor, compound_id)
    token = secrets.token_urlsafe(32)
    columns = {"token_hash": token_hash(token), "opened_at": clock.now()}
    db.session.execute(
        insert(CalendarFeed)
        .values(compound_id=compound_id, account_id=actor.account_id, **columns)
        .on_conflict_do_update(index_elements=["compound_id", "account_id"], set_=columns)
    )
    audit.record(compound_id, actor.account_id, "open_calendar_feed", actor.account_id)
    return token


def close_feed(actor: Actor, compound_id: UUID) -> None:
    """End the actor's feed; without one nothing changes."""
    db.session.execute(
        delete(CalendarFeed).where(CalendarFeed.compound_id == compound_id, CalendarFeed.account_id == actor.account_id)
    )
    audit.record(compound_id, actor.account_id, "close_calendar_feed", actor.account_id)


def read_feed(compound_id: UUID, token: str) -> bytes:
    """The calendar of whoever opened the feed. Raises FeedNotFound."""
    account_id = db.session.scalar(
        select(CalendarFeed.account_id).where(
            CalendarFeed.compound_id == compound_id, CalendarFeed.token_hash == token_hash(token)
        )
    )
    if account_id is None:
        raise FeedNotFound
    calendar = Calendar()
    calendar.add("prodid", "-//online community//volunteering//ZH")
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", "志愿服务")
    calendar.add("x-wr-timezone", "Asia/Shanghai")
    for event in (*_booked(compound_id, account_id), *_serving(compound_id, account_id)):
        calendar.add_component(event)
    content: bytes = calendar.to_ical()
    return content


def _booked(compound_id: UUID, account_id: UUID) -> Iterator[Event]:
    rows = db.session.execute(
        select(Booking, Offering)
        .join(Slot, (Slot.compound_id == Booking.compound_id) & (Slot.id == Booking.slot_id))
        .join(Offering, (Offering.compound_id == Slot.compound_id) & (Offering.id == Slot.offering_id))
        .where(
            Booking.compound_id == compound_id,
            Booking.person_id == account_id,
            Booking.state.in_(LIVE_BOOKINGS),
            Booking.starts_at > clock.now() - PAST,
        )
        .order_by(Booking.starts_at)
        .limit(MOST)
    )
    for booking, offering in rows:
        waits = booking.state == BookingState.WAITING
        yield _event(booking.id, booking, offering, f"{offering.title}（候补）" if waits else offering.title, waits)


def _serving(compound_id: UUID, account_id: UUID) -> Iterator[Event]:
    """The slots of the person's own services that somebody booked."""
    rows = db.session.execute(
        select(Slot, Offering)
        .join(Offering, (Offering.compound_id == Slot.compound_id) & (Offering.id == Slot.offering_id))
        .where(
            Slot.compound_id == compound_id,
            Offering.organiser_id == account_id,
            Offering.kind == OfferingKind.SERVICE,
            Slot.taken > 0,
            Slot.cancelled_at.is_(None),
            Slot.starts_at > clock.now() - PAST,
        )
        .order_by(Slot.starts_at)
        .limit(MOST)
    )
    for slot, offering in rows:
        yield _event(slot.id, slot, offering, f"{offering.title}（{slot.taken} 人预约）", False)


def _event(uid: UUID, span: Booking | Slot, offering: Offering, summary: str, tentative: bool) -> Event:
    event = Event()
    event.add("uid", str(uid))
    event.add("dtstamp", clock.now())
    event.add("dtstart", span.starts_at.astimezone(clock.SHANGHAI))
    event.add("dtend", span.ends_at.astimezone(clock.SHANGHAI))
    event.add("summary", summary)
    event.add("location", offering.place)
    event.add("status", "TENTATIVE" if tentative else "CONFIRMED")
    return event
