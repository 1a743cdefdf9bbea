"""Services (服务): offered by a volunteer with a rule by which they repeat, reviewed, booked by residents.

Slots are made when the service is opened, HORIZON ahead, and every day further.
"""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import select

from app.core import audit, clock
from app.core.db import db
from app.core.ids import new_id
from app.identity.actor import Actor
from app.identity.consents import acts as consents
from app.volunteering import policy, telling
from app.volunteering.brands import acts as brands
from app.volunteering.offerings.activities import locked
from app.volunteering.offerings.errors import OfferingCancelled, OfferingReviewed, OwnOffering, RuleWrong
from app.volunteering.offerings.models import Offering, OfferingKind, Recurrence, Review
from app.volunteering.offerings.recurrence import HORIZON, Pattern, RuleUnreadable, slots_between
from app.volunteering.slots.models import Slot
from app.volunteering.texts import checking as texts
from app.volunteering.volunteers import registration


def offer_service(actor: Actor, compound_id: UUID, recurrence: Mapping[str, Any], **about: Any) -> Offering:
    """Offer a service that repeats (`rule`, `first_day`, `opens`, `window_minutes`, `slot_minutes`, `capacity`).

    A volunteer's waits for the secretary; one of those who manage volunteering is open as soon as its words were
    checked.
    Raises Forbidden, ConsentWithdrawn, GuardianNeeded, NotAVolunteer, RuleWrong, GroupNotFound, NotYourGroup,
    BrandNotFound.
    """
    policy.require_see(actor, compound_id)
    consents.require(actor.account_id)
    manages = policy.can_manage(actor, compound_id)
    if not manages:
        registration.current(actor, compound_id, lock=True)
    brands.check(actor, compound_id, about.get("group_id"), about.get("brand_id"))
    service = Offering(
        compound_id=compound_id,
        id=new_id(),
        kind=OfferingKind.SERVICE,
        organiser_id=actor.account_id,
        created_at=clock.now(),
        review=Review.WAITING,
        **about,
    )
    repeats = Recurrence(compound_id=compound_id, offering_id=service.id, **recurrence)
    _spans(repeats)
    db.session.add(service)
    db.session.flush()
    db.session.add(repeats)
    db.session.flush()
    audit.record(compound_id, actor.account_id, "offer_service", service.id)
    texts.submit(actor, service)
    if manages:
        _open(actor, service)
    return service


def approve_service(actor: Actor, compound_id: UUID, service_id: UUID) -> Offering:
    """Open a service for booking, and tell whoever offers it.

    Raises Forbidden, OfferingNotFound, OwnOffering, OfferingCancelled, OfferingReviewed, TextNotShown.
    """
    service = _to_review(actor, compound_id, service_id)
    texts.require_shown(service)
    _open(actor, service)
    telling.tell_service_reviewed(service, "已通过", "现在居民可以预约了")
    return service


def decline_service(actor: Actor, compound_id: UUID, service_id: UUID, reason: str) -> Offering:
    """Decline a service with a reason, and tell whoever offers it.

    Raises Forbidden, OfferingNotFound, OwnOffering, OfferingCancelled, OfferingReviewed.
    """
    service = _to_review(actor, compound_id, service_id)
    service.review_reason = reason
    _reviewed(actor, service, Review.DECLINED)
    texts.withdraw(actor, service)
    telling.tell_service_reviewed(service, "未通过", f"原因：{reason}")
    return service


def services_to_extend() -> list[tuple[UUID, UUID]]:
    """(compound, service) of every open service whose slots are made for less than the horizon, by a day or more."""
    due = (
        select(Recurrence.compound_id, Recurrence.offering_id)
        .join(
            Offering,
            (Offering.compound_id == Recurrence.compound_id) & (Offering.id == Recurrence.offering_id),
        )
        .where(
            Recurrence.made_until < clock.now() + HORIZON * 27 / 28,
            Offering.review == Review.OPEN,
            Offering.cancelled_at.is_(None),
        )
    )
    return [(compound_id, service_id) for compound_id, service_id in db.session.execute(due)]


def extend_service(compound_id: UUID, service_id: UUID) -> int:
    """Make the slots up to the horizon that are not there yet; how many. Safe to repeat."""
    service = locked(compound_id, service_id)
    repeats = db.session.get_one(Recurrence, (compound_id, service_id), populate_existing=True)
    if service.cancelled_at or service.review != Review.OPEN:
        return 0
    spans = _spans(repeats)
    for starts_at, ends_at in spans:
        db.session.add(
            Slot(
                compound_id=compound_id,
                offering_id=service_id,
                starts_at=starts_at,
                ends_at=ends_at,
                capacity=repeats.capacity,
            )
        )
    repeats.made_until = clock.now() + HORIZON
    db.session.flush()
    return len(spans)


def _spans(repeats: Recurrence) -> list[Any]:
    """The slots from where they end, or now, to the horizon. Raises RuleWrong."""
    now = clock.now()
    try:
        pattern = Pattern(repeats.rule, repeats.first_day, repeats.opens, repeats.window_minutes, repeats.slot_minutes)
        return slots_between(pattern, max(now, repeats.made_until or now), now + HORIZON)
    except RuleUnreadable as error:
        raise RuleWrong(reason=str(error)) from None


def _open(actor: Actor, service: Offering) -> None:
    _reviewed(actor, service, Review.OPEN)
    extend_service(service.compound_id, service.id)


def _reviewed(actor: Actor, service: Offering, review: Review) -> None:
    service.review, service.reviewed_by, service.reviewed_at = review, actor.account_id, clock.now()
    db.session.flush()
    after = {"review": review.value}
    audit.record(service.compound_id, actor.account_id, "review_service", service.id, after=after)


def _to_review(actor: Actor, compound_id: UUID, service_id: UUID) -> Offering:
    policy.require_manage(actor, compound_id)
    service = locked(compound_id, service_id)
    if service.organiser_id == actor.account_id:
        raise OwnOffering
    if service.cancelled_at:
        raise OfferingCancelled
    if service.review != Review.WAITING:
        raise OfferingReviewed(state=service.review, state_text=Review(service.review).chinese)
    return service
