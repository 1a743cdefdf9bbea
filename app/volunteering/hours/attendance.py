"""Checking in and out (签到、签退), by the rotating code or by the organiser."""

from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from sqlalchemy import ColumnElement, select
from sqlalchemy.dialects.postgresql import insert

from app.core import clock
from app.core.db import db
from app.core.errors import Forbidden
from app.core.ids import new_id
from app.identity.actor import Actor
from app.volunteering import policy
from app.volunteering.hours import codes, trail
from app.volunteering.hours.errors import (
    HoursWrong,
    NotCheckedIn,
    NotOnTheList,
    NotServing,
    NotTimeToCheckIn,
    TooLateToCheckOut,
    WrongRecordState,
)
from app.volunteering.hours.models import RecordState, ServiceRecord
from app.volunteering.offerings.models import Offering, OfferingKind
from app.volunteering.posts.errors import ClaimNotFound
from app.volunteering.posts.models import ClaimState, PostClaim, VolunteerPost
from app.volunteering.slots.errors import BookingNotFound, SlotCancelled
from app.volunteering.slots.models import Booking, BookingState, Slot
from app.volunteering.slots.queries import existing
from app.volunteering.volunteers import registration
from app.volunteering.volunteers.models import Volunteer

EARLY: Final = timedelta(minutes=30)
LATE: Final = timedelta(hours=2)
LONGEST: Final = timedelta(hours=24)


def show_code(actor: Actor, compound_id: UUID, slot_id: UUID) -> tuple[str, datetime]:
    """The code to show now, and until when: for an activity whoever runs it; for a service, whose volunteer checks in,
    the secretary and those who booked. Raises Forbidden, SlotNotFound.
    """
    slot = existing(compound_id, slot_id)
    offering = db.session.get_one(Offering, (compound_id, slot.offering_id))
    if offering.kind == OfferingKind.ACTIVITY:
        policy.require_run(actor, offering)
    elif offering.organiser_id == actor.account_id or not (
        policy.can_manage(actor, compound_id) or _serves(slot, actor)
    ):
        raise Forbidden
    return codes.code_at(compound_id, slot_id, clock.now())


def check_in(actor: Actor, compound_id: UUID, slot_id: UUID, code: str) -> ServiceRecord:
    """Check the actor in; a second time changes nothing.

    Raises SlotNotFound, CodeWrong, CodeExpired, NotAVolunteer, NotOnTheList, SlotCancelled, NotTimeToCheckIn.
    """
    slot, now = existing(compound_id, slot_id), clock.now()
    codes.check(code, compound_id, slot_id, now)
    volunteer = registration.current(actor, compound_id)
    offering = db.session.get_one(Offering, (compound_id, slot.offering_id))
    if not _expected(slot, offering, actor):
        raise NotOnTheList
    if slot.cancelled_at:
        raise SlotCancelled
    record = _record_of(slot, actor.account_id)
    if record:
        return record
    if not slot.starts_at - EARLY <= now < slot.ends_at:
        raise NotTimeToCheckIn
    return _opened(actor, slot, offering, volunteer, now)


def check_out(actor: Actor, compound_id: UUID, slot_id: UUID, code: str) -> ServiceRecord:
    """Check the actor out; a second time changes nothing. Minutes count from the slot's start at the earliest.

    Raises SlotNotFound, CodeWrong, CodeExpired, NotCheckedIn, TooLateToCheckOut.
    """
    slot, now = existing(compound_id, slot_id), clock.now()
    codes.check(code, compound_id, slot_id, now)
    record = _record_of(slot, actor.account_id)
    if record is None:
        raise NotCheckedIn
    if record.state != RecordState.OPEN:
        return record
    if now > slot.ends_at + LATE:
        raise TooLateToCheckOut
    before = trail.facts(record)
    record.ended_at, record.state = now, RecordState.RECORDED
    record.minutes = minutes_between(max(record.started_at, slot.starts_at), now)
    trail.note(actor, record, "check_out", before)
    return record


def enter_attendance(
    actor: Actor, compound_id: UUID, slot_id: UUID, booking_id: UUID, started_at: datetime, ended_at: datetime
) -> ServiceRecord:
    """Enter when somebody who was booked for a shift served, as its organiser, until it is confirmed.

    Raises SlotNotFound, Forbidden, BookingNotFound, NotOnTheList, HoursWrong, WrongRecordState.
    """
    slot = existing(compound_id, slot_id)
    offering = db.session.get_one(Offering, (compound_id, slot.offering_id))
    policy.require_run(actor, offering)
    booking = db.session.get(Booking, (compound_id, booking_id))
    if booking is None or booking.slot_id != slot_id:
        raise BookingNotFound
    volunteer = _volunteer(compound_id, booking.person_id)
    if offering.kind != OfferingKind.ACTIVITY or booking.state != BookingState.BOOKED or volunteer is None:
        raise NotOnTheList
    minutes = _checked(started_at, ended_at)
    record = _record_of(slot, booking.person_id) or _opened(actor, slot, offering, volunteer, started_at)
    if record.state not in (RecordState.OPEN, RecordState.RECORDED):
        raise WrongRecordState(state=record.state, state_text=RecordState(record.state).chinese)
    before = trail.facts(record)
    record.started_at, record.ended_at = started_at, ended_at
    record.minutes, record.state = minutes, RecordState.RECORDED
    trail.note(actor, record, "enter_attendance", before)
    return record


def enter_post_hours(
    actor: Actor, compound_id: UUID, post_id: UUID, claim_id: UUID, started_at: datetime, minutes: int
) -> ServiceRecord:
    """Enter what a volunteer served in a post, as those who manage posts.

    Raises Forbidden, ClaimNotFound, NotServing, HoursWrong.
    """
    policy.require_manage(actor, compound_id)
    claim = db.session.get(PostClaim, (compound_id, claim_id))
    if claim is None or claim.post_id != post_id:
        raise ClaimNotFound
    if claim.state != ClaimState.CONFIRMED:
        raise NotServing
    ended_at = started_at + timedelta(minutes=minutes)
    _checked(started_at, ended_at)
    record = ServiceRecord(
        compound_id=compound_id,
        volunteer_id=claim.volunteer_id,
        account_id=claim.account_id,
        post_id=post_id,
        content=db.session.get_one(VolunteerPost, (compound_id, post_id)).title,
        started_at=started_at,
        ended_at=ended_at,
        minutes=minutes,
        state=RecordState.RECORDED,
    )
    db.session.add(record)
    trail.note(actor, record, "enter_post_hours", None)
    return record


def minutes_between(start: datetime, end: datetime) -> int:
    """Whole minutes of service, none where it ended before it began."""
    return max(0, int((end - start).total_seconds()) // 60)


def _checked(started_at: datetime, ended_at: datetime) -> int:
    if not started_at < ended_at <= min(clock.now(), started_at + LONGEST):
        raise HoursWrong
    return minutes_between(started_at, ended_at)


def _opened(actor: Actor, slot: Slot, offering: Offering, volunteer: Volunteer, now: datetime) -> ServiceRecord:
    """The record, made once however many tap at the same moment."""
    made = (
        insert(ServiceRecord)
        .values(
            compound_id=slot.compound_id,
            id=new_id(),
            volunteer_id=volunteer.id,
            account_id=volunteer.account_id,
            slot_id=slot.id,
            content=offering.title,
            started_at=now,
            state=RecordState.OPEN,
        )
        .on_conflict_do_nothing()
        .returning(ServiceRecord)
    )
    record = db.session.scalars(made).one_or_none()
    if record:
        trail.note(actor, record, "check_in", None)
        return record
    found = _record_of(slot, volunteer.account_id)
    assert found, "whoever was first has committed"
    return found


def _record_of(slot: Slot, account_id: UUID) -> ServiceRecord | None:
    found: ServiceRecord | None = db.session.scalar(
        select(ServiceRecord)
        .where(
            ServiceRecord.compound_id == slot.compound_id,
            ServiceRecord.slot_id == slot.id,
            ServiceRecord.account_id == account_id,
        )
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    return found


def _expected(slot: Slot, offering: Offering, actor: Actor) -> bool:
    if offering.kind == OfferingKind.SERVICE:
        return offering.organiser_id == actor.account_id
    return _booked(slot, Booking.person_id == actor.account_id)


def _serves(slot: Slot, actor: Actor) -> bool:
    """Whether the actor is one of those served in the slot, or entered one of them."""
    return _booked(slot, (Booking.person_id == actor.account_id) | (Booking.entered_by == actor.account_id))


def _booked(slot: Slot, who: ColumnElement[bool]) -> bool:
    found = select(Booking.id).where(
        Booking.compound_id == slot.compound_id,
        Booking.slot_id == slot.id,
        Booking.state == BookingState.BOOKED,
        who,
    )
    return db.session.scalar(found.limit(1)) is not None


def _volunteer(compound_id: UUID, account_id: UUID) -> Volunteer | None:
    found: Volunteer | None = db.session.scalar(
        select(Volunteer)
        .where(Volunteer.compound_id == compound_id, Volunteer.account_id == account_id)
        .order_by(Volunteer.id.desc())
        .limit(1)
    )
    return found
