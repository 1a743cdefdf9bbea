"""Telling people about their posts, places and hours."""

from uuid import UUID

from sqlalchemy import literal, select

from app.core import clock
from app.notifications.catalogue import Kind, Value
from app.notifications.service import notify_all, notify_one
from app.org.queries import get_compound
from app.volunteering.hours.models import ServiceRecord
from app.volunteering.offerings.models import Offering
from app.volunteering.posts.models import ClaimState, PostClaim, VolunteerPost
from app.volunteering.slots.models import Booking, Slot


def tell_claim_decided(post: VolunteerPost, claim: PostClaim) -> None:
    """Tell a volunteer that the claim of a post was confirmed or declined."""
    values: dict[str, Value] = {
        "post": post.title,
        "compound": get_compound(post.compound_id).name,
        "at": claim.decided_at or clock.now(),
    }
    if claim.state == ClaimState.CONFIRMED:
        kind, values["hint"] = Kind.POST_CONFIRMED, "感谢您，请按岗位职责服务"
    else:
        kind, values["hint"] = Kind.POST_DECLINED, f"原因：{claim.reason}"
    page = {"compound_id": post.compound_id, "post_id": post.id}
    notify_one(post.compound_id, kind, claim.id, values, claim.account_id, page)


def tell_promoted(offering: Offering, slot: Slot, booking: Booking) -> None:
    """Tell whoever waited that a place has become free and is theirs."""
    _tell(Kind.PLACE_PROMOTED, offering, slot, booking, hint="名额已为您保留，不能来请尽早取消")


def tell_cancelled(offering: Offering, slot: Slot, booking: Booking, reason: str) -> None:
    """Tell somebody that the organiser cancelled the booking, or the whole slot."""
    _tell(Kind.BOOKING_CANCELLED, offering, slot, booking, hint=f"原因：{reason}")


def tell_soon(offering: Offering, slot: Slot, booking: Booking) -> None:
    """Remind somebody of a place that is soon needed."""
    _tell(Kind.BOOKING_REMINDER, offering, slot, booking, hint="请准时到场，不能来请尽早取消")


def tell_service_reviewed(service: Offering, outcome: str, hint: str) -> None:
    """Tell whoever offers a service what the secretary decided."""
    values: dict[str, Value] = {
        "subject": f"便民服务“{service.title}”",
        "outcome": outcome,
        "hint": hint,
        "decided_at": clock.now(),
    }
    notify_one(service.compound_id, Kind.APPLICATION_DECIDED, service.id, values, service.organiser_id, {})


def tell_text_decided(written: VolunteerPost | Offering, author: UUID, case_id: UUID, outcome: str, hint: str) -> None:
    """Tell whoever wrote a post, activity or service what became of the check of its words."""
    values: dict[str, Value] = {
        "subject": f"“{written.title}”的内容检查",
        "outcome": outcome,
        "hint": hint,
        "decided_at": clock.now(),
    }
    page = {"compound_id": written.compound_id, "case_id": case_id}
    recipient = select(literal(author))
    notify_all(written.compound_id, Kind.APPLICATION_DECIDED, case_id, values, recipient, page, outcome)


def tell_hours(record: ServiceRecord, kind: Kind, hint: str, occasion: str = "") -> None:
    """Tell a volunteer what was decided about a service record."""
    values: dict[str, Value] = {
        "activity": record.content,
        "duration": duration_text(record.minutes or 0),
        "hint": hint,
        "at": clock.now(),
    }
    page = {"compound_id": record.compound_id, "record_id": record.id}
    recipient = select(literal(record.account_id))
    notify_all(record.compound_id, kind, record.id, values, recipient, page, occasion)


def duration_text(minutes: int) -> str:
    """A length for people: 2小时30分钟."""
    hours, rest = divmod(minutes, 60)
    return (f"{hours}小时" if hours else "") + (f"{rest}分钟" if rest or not hours else "")


def _tell(kind: Kind, offering: Offering, slot: Slot, booking: Booking, **said: Value) -> None:
    values: dict[str, Value] = {"activity": offering.title, "starts_at": slot.starts_at, "place": offering.place}
    notify_one(slot.compound_id, kind, booking.id, values | said, _account(booking), _page(slot))


def _account(booking: Booking) -> UUID:
    """Who is told: the person, or for a neighbour without the app whoever entered the booking."""
    return booking.entered_by if booking.neighbour_id else booking.person_id


def _page(slot: Slot) -> dict[str, UUID]:
    return {"compound_id": slot.compound_id, "slot_id": slot.id}
