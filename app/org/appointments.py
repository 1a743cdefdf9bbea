"""Roles of a compound, given and ended at the desk (任免).

The secretary gives and ends the stewards' role, the street that of the secretary; the community and the street those of
supervisors, and they register the staff of the property company. Nobody does it for the own number: two capacities that
shall watch each other would come into one hand.
"""

from collections.abc import Mapping
from datetime import date
from typing import Final
from uuid import UUID

from dateutil.relativedelta import relativedelta
from sqlalchemy import func, select

from app.core import clock
from app.core.crypto import lookup_hash
from app.core.db import db
from app.core.errors import Forbidden
from app.identity.actor import Actor
from app.identity.models import AccountPhone
from app.org import policy, queries, service
from app.org.errors import AppointmentNotFound, OwnRole, PropertyStaffServes, TermNeeded, TermWrong
from app.org.models import Appointment, Role
from app.org.permissions import Act
from app.org.places import Place

LONGEST_TERM: Final = relativedelta(years=5)

GIVEN_BY: Final[Mapping[Role, Act]] = {
    Role.STEWARD: Act.APPOINT_STEWARD,
    Role.SECRETARY: Act.APPOINT_SECRETARY,
    Role.SUPERVISOR: Act.APPOINT_SUPERVISOR,
    Role.PROPERTY_STAFF: Act.APPOINT_SUPERVISOR,
}
"""The roles that are given in a compound, and the act that gives and ends each."""
GIVING: Final = tuple(dict.fromkeys(GIVEN_BY.values()))

_SERVING: Final = tuple(role for role in Role if role not in (Role.OPERATOR, Role.PROPERTY_STAFF))


def roles_to_give(actor: Actor, compound_id: UUID) -> list[Role]:
    """The roles that the actor gives and ends in the compound."""
    allowed = {act: policy.can(actor, act, compound_id) for act in GIVING}
    return [role for role, act in GIVEN_BY.items() if allowed[act]]


def give(
    actor: Actor,
    compound_id: UUID,
    role: Role,
    name: str,
    phone: str,
    term_ends: date | None = None,
    place: Place | None = None,
) -> Appointment:
    """Give a role in the compound to whoever proves the number, a mobile one of 11 digits.

    `term_ends`: its last day, in Shanghai, within five years; a secretary has one. `place`: what a steward looks after.
    Raises NotFound (compound), Forbidden, TermNeeded, TermWrong, OwnRole, PropertyStaffServes, AlreadyAppointed,
    PlaceTaken.
    """
    queries.get_compound(compound_id)
    _require(actor, compound_id, role)
    check_term(role, term_ends)
    phone_hash = lookup_hash("phone", phone)
    if _holder(phone_hash) == actor.account_id:
        raise OwnRole
    number = int.from_bytes(phone_hash[:8], signed=True)
    db.session.execute(select(func.pg_advisory_xact_lock(number)))  # two desks may give one person two roles at once
    barring = _SERVING if role is Role.PROPERTY_STAFF else (Role.PROPERTY_STAFF,)
    if queries.number_holds_role(phone_hash, barring, compound_id):
        raise PropertyStaffServes
    return service.appoint(role, compound_id, phone, actor.account_id, name, term_ends=term_ends, place=place)


def end(actor: Actor, compound_id: UUID, appointment_id: UUID, reason: str) -> None:
    """End a role that was given in the compound: it is gone with the holder's next request; the holder is told why.

    Raises Forbidden, OwnRole, and AppointmentNotFound, also for one of another node.
    """
    if not any(policy.can(actor, act, compound_id) for act in GIVING):
        raise Forbidden
    held = db.session.get(Appointment, appointment_id, populate_existing=True)
    if held is None or held.org_unit_id != compound_id or held.role not in GIVEN_BY:
        raise AppointmentNotFound
    _require(actor, compound_id, Role(held.role))
    if held.account_id == actor.account_id:
        raise OwnRole
    service.end_appointment(appointment_id, actor.account_id, reason=reason)


def end_lapsed_terms() -> int:
    """End every appointment whose term is over, and tell whoever held it; how many."""
    lapsed = select(Appointment.id).where(Appointment.ended_at.is_(None), Appointment.term_ends < clock.today())
    ended = db.session.scalars(lapsed.order_by(Appointment.id).with_for_update(skip_locked=True)).all()
    for appointment_id in ended:
        service.end_appointment(appointment_id, operator="term")
    return len(ended)


def check_term(role: Role, term_ends: date | None) -> None:
    """Raise TermNeeded for a secretary without a term, TermWrong for one not within the next five years."""
    if term_ends is None:
        if role is Role.SECRETARY:
            raise TermNeeded
    elif not clock.today() < term_ends <= clock.today() + LONGEST_TERM:
        raise TermWrong


def _require(actor: Actor, compound_id: UUID, role: Role) -> None:
    if role not in GIVEN_BY:
        raise Forbidden
    policy.require(actor, GIVEN_BY[role], compound_id)


def _holder(phone_hash: bytes) -> UUID | None:
    return db.session.scalar(select(AccountPhone.account_id).where(AccountPhone.phone_hash == phone_hash))
