"""Registering as a volunteer (志愿者登记), and leaving."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert

from app.compounds.persons import clean_id_number, clean_name, id_number_problem, of_age_on
from app.core import audit, clock
from app.core.db import db
from app.core.ids import new_id
from app.core.masking import mask_id_number, mask_name
from app.identity.actor import Actor
from app.identity.consents import acts as consents
from app.volunteering import policy
from app.volunteering.posts.models import LIVE_CLAIMS, PostClaim
from app.volunteering.slots.models import LIVE_BOOKINGS, Booking
from app.volunteering.volunteers.errors import (
    ConsentNeeded,
    IdNumberWrong,
    NotAVolunteer,
    StillEngaged,
    TooYoung,
)
from app.volunteering.volunteers.models import IdType, Volunteer

CONSENT_VERSION: Final = "2026-01"
"""Version of the notice on personal information that volunteers agree to."""

_NUMBERS = 10**12


@dataclass(frozen=True)
class VolunteerView:
    """A volunteer, masked; the person sees the own name whole."""

    id: UUID
    number: str
    name: str
    id_type: str | None
    id_number_masked: str | None
    registered_at: datetime


def register(
    actor: Actor,
    compound_id: UUID,
    name: str,
    consent_version: str,
    id_type: IdType | None = None,
    id_number: str | None = None,
) -> VolunteerView:
    """Register the actor as a volunteer, or set right what was registered; a second time changes nothing else.

    Raises Forbidden, ConsentWithdrawn, GuardianNeeded, ConsentNeeded, IdNumberWrong, TooYoung.
    """
    policy.require_see(actor, compound_id)
    consents.require(actor.account_id)
    if consent_version != CONSENT_VERSION:
        raise ConsentNeeded
    columns = {"name": clean_name(name), "consent_version": consent_version}
    if id_type and id_number:
        columns |= {"id_type": id_type.value, "id_number": _checked(id_type, id_number)}
    made = (
        insert(Volunteer)
        .values(
            compound_id=compound_id,
            id=new_id(),
            account_id=actor.account_id,
            number=f"{secrets.randbelow(_NUMBERS):012d}",
            registered_at=clock.now(),
            **columns,
        )
        .on_conflict_do_update(
            index_elements=["compound_id", "account_id"], index_where=Volunteer.left_at.is_(None), set_=columns
        )
        .returning(Volunteer)
    )
    volunteer = db.session.scalars(made, execution_options={"populate_existing": True}).one()
    audit.record(compound_id, actor.account_id, "register_volunteer", volunteer.id)
    return view_of(volunteer)


def leave(actor: Actor, compound_id: UUID) -> None:
    """End the actor's registration; what was served stays on record. Raises NotAVolunteer, StillEngaged."""
    volunteer = current(actor, compound_id, lock=True)
    claims = select(func.count()).where(
        PostClaim.compound_id == compound_id,
        PostClaim.volunteer_id == volunteer.id,
        PostClaim.state.in_(LIVE_CLAIMS),
    )
    bookings = select(func.count()).where(
        Booking.compound_id == compound_id,
        Booking.person_id == actor.account_id,
        Booking.state.in_(LIVE_BOOKINGS),
        Booking.ends_at > clock.now(),
    )
    held = {"claims": db.session.scalar(claims), "bookings": db.session.scalar(bookings)}
    if any(held.values()):
        raise StillEngaged(**held)
    volunteer.left_at = clock.now()
    db.session.flush()
    audit.record(compound_id, actor.account_id, "leave_volunteers", volunteer.id)


def current(actor: Actor, compound_id: UUID, lock: bool = False) -> Volunteer:
    """The actor's own registration. Locked, it cannot end meanwhile. Raises NotAVolunteer."""
    mine = select(Volunteer).where(
        Volunteer.compound_id == compound_id, Volunteer.account_id == actor.account_id, Volunteer.left_at.is_(None)
    )
    if lock:
        mine = mine.with_for_update().execution_options(populate_existing=True)
    volunteer: Volunteer | None = db.session.scalar(mine)
    if volunteer is None:
        raise NotAVolunteer
    return volunteer


def get_mine(actor: Actor, compound_id: UUID) -> VolunteerView:
    """The actor's own registration. Raises NotAVolunteer."""
    return view_of(current(actor, compound_id))


def list_volunteers(actor: Actor, compound_id: UUID, after: UUID | None, limit: int) -> Sequence[VolunteerView]:
    """The compound's volunteers as they registered, masked, for staff. Raises Forbidden."""
    policy.require_organise(actor, compound_id)
    page = (
        select(Volunteer)
        .where(Volunteer.compound_id == compound_id, Volunteer.left_at.is_(None))
        .order_by(Volunteer.id)
        .limit(limit)
    )
    found = db.session.scalars(page.where(Volunteer.id > after) if after else page)
    return [view_of(one, masked=True) for one in found]


def view_of(volunteer: Volunteer, masked: bool = False) -> VolunteerView:
    """What is shown of a volunteer."""
    return VolunteerView(
        volunteer.id,
        volunteer.number,
        mask_name(volunteer.name) if masked else volunteer.name,
        volunteer.id_type,
        mask_id_number(volunteer.id_number) if volunteer.id_number else None,
        volunteer.registered_at,
    )


def _checked(id_type: IdType, text: str) -> str:
    number, today = clean_id_number(text), clock.today()
    of_age = of_age_on(number)
    if id_number_problem(number) or (id_type is IdType.CITIZEN) != (of_age is not None):
        raise IdNumberWrong
    if of_age is not None and today < of_age.replace(year=of_age.year - 4):
        raise TooYoung
    return number
