"""The way to a secretary (小区党支部书记): nominated by oneself, the community or the street, appointed by the street.

A nomination is decided once by an officer of the street whom it is not about. The appointment has a term and ends with
its last day.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final
from uuid import UUID

from dateutil.relativedelta import relativedelta
from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from app.core import audit, clock
from app.core.crypto import lookup_hash
from app.core.db import db
from app.core.ids import new_id
from app.core.masking import mask_name, mask_phone
from app.identity.actor import Actor
from app.identity.queries import phones_of
from app.org import appointments, policy, queries, service
from app.org.errors import (
    NominatedAlready,
    NominationDecided,
    PhoneNotProven,
    SecretaryNominationNotFound,
    TermWrong,
)
from app.org.models import Appointment, NominationState, NominationWay, Role, SecretaryNomination
from app.org.permissions import Act, Standing

LONGEST_TERM: Final = relativedelta(years=5)
_OFFICES: Final = {Role.STREET_OFFICER: NominationWay.STREET, Role.COMMUNITY_OFFICER: NominationWay.COMMUNITY}


@dataclass(frozen=True)
class NominationView:
    """A nomination as those see it who nominate and appoint; name and phone are masked, but for who nominated."""

    id: UUID
    way: str
    way_text: str
    name: str
    phone_masked: str
    grounds: str
    state: str
    made_at: datetime
    reason: str | None
    decided_at: datetime | None
    is_mine: bool


def nominate_oneself(actor: Actor, compound_id: UUID, name: str, grounds: str) -> NominationView:
    """Stand for secretary, as an owner of the compound, by the number that the actor has proven.

    Raises NotFound (compound), Forbidden, PhoneNotProven, NominatedAlready.
    """
    queries.get_compound(compound_id)
    policy.require_standing(actor, Standing.OWNER, compound_id)
    phone = phones_of([actor.account_id]).get(actor.account_id)
    if phone is None:
        raise PhoneNotProven
    return _nominate(actor, compound_id, NominationWay.SELF, name, phone, grounds)


def nominate(actor: Actor, compound_id: UUID, name: str, phone: str, grounds: str) -> NominationView:
    """Nominate somebody as the community or the street, by the office that the actor holds.

    Raises NotFound (compound), Forbidden, NominatedAlready.
    """
    queries.get_compound(compound_id)
    policy.require(actor, Act.NOMINATE_SECRETARY, compound_id)
    held = queries.roles_held(actor.account_id, compound_id)
    way = next(way for role, way in _OFFICES.items() if role in held)
    return _nominate(actor, compound_id, way, name, phone, grounds)


def nominations(actor: Actor, compound_id: UUID) -> Sequence[NominationView]:
    """The nominations of a compound, the newest first: all for the offices that nominate, else the actor's own."""
    found = select(SecretaryNomination).where(SecretaryNomination.compound_id == compound_id)
    if not policy.can(actor, Act.NOMINATE_SECRETARY, compound_id):
        found = found.where(SecretaryNomination.nominated_by == actor.account_id)
    rows = db.session.scalars(found.order_by(SecretaryNomination.id.desc()).limit(100))
    return [_view(actor, one) for one in rows]


def withdraw(actor: Actor, compound_id: UUID, nomination_id: UUID) -> None:
    """Take an own nomination back before it is decided. Raises SecretaryNominationNotFound, NominationDecided."""
    nomination = _open(compound_id, nomination_id, nominated_by=actor.account_id)
    _end(actor, nomination, NominationState.WITHDRAWN, None)


def decline(actor: Actor, compound_id: UUID, nomination_id: UUID, reason: str) -> NominationView:
    """Decline a nomination with a reason. Raises Forbidden, SecretaryNominationNotFound, NominationDecided."""
    policy.require(actor, Act.APPOINT_SECRETARY, compound_id)
    nomination = _open(compound_id, nomination_id)
    _end(actor, nomination, NominationState.DECLINED, reason)
    return _view(actor, nomination)


def appoint(actor: Actor, compound_id: UUID, nomination_id: UUID, term_ends: date) -> NominationView:
    """Appoint who was nominated, up to and including a day (Shanghai) within five years.

    Raises Forbidden, SecretaryNominationNotFound, NominationDecided, TermWrong, OwnRole, PropertyStaffServes,
    AlreadyAppointed.
    """
    policy.require(actor, Act.APPOINT_SECRETARY, compound_id)
    nomination = _open(compound_id, nomination_id)
    if not clock.today() < term_ends <= clock.today() + LONGEST_TERM:
        raise TermWrong
    made = appointments.give(actor, compound_id, Role.SECRETARY, nomination.name, nomination.phone, term_ends)
    nomination.appointment_id = made.id
    _end(actor, nomination, NominationState.APPOINTED, None)
    return _view(actor, nomination)


def end_lapsed_terms() -> int:
    """End every appointment whose term is over, and tell whoever held it; how many."""
    lapsed = select(Appointment.id).where(Appointment.ended_at.is_(None), Appointment.term_ends < clock.today())
    ended = db.session.scalars(lapsed.order_by(Appointment.id).with_for_update(skip_locked=True)).all()
    for appointment_id in ended:
        service.end_appointment(appointment_id, operator="term")
    return len(ended)


def _nominate(
    actor: Actor, compound_id: UUID, way: NominationWay, name: str, phone: str, grounds: str
) -> NominationView:
    made = db.session.scalar(
        insert(SecretaryNomination)
        .values(
            compound_id=compound_id,
            id=new_id(),
            way=way,
            name=name,
            phone=phone,
            phone_hash=lookup_hash("phone", phone),
            grounds=grounds,
            nominated_by=actor.account_id,
            made_at=clock.now(),
            state=NominationState.OPEN,
        )
        .on_conflict_do_nothing()
        .returning(SecretaryNomination)
    )
    if made is None:
        raise NominatedAlready
    audit.record(compound_id, actor.account_id, "nominate_secretary", made.id, after={"way": way.value})
    return _view(actor, made)


def _open(compound_id: UUID, nomination_id: UUID, **mine: UUID) -> SecretaryNomination:
    found = select(SecretaryNomination).filter_by(compound_id=compound_id, id=nomination_id, **mine).with_for_update()
    nomination = db.session.scalars(found).one_or_none()
    if nomination is None:
        raise SecretaryNominationNotFound
    if nomination.state != NominationState.OPEN:
        raise NominationDecided
    return nomination


def _end(actor: Actor, nomination: SecretaryNomination, state: NominationState, reason: str | None) -> None:
    nomination.state, nomination.reason = state, reason
    nomination.decided_by, nomination.decided_at = actor.account_id, clock.now()
    db.session.flush()
    after = {"state": state.value}
    audit.record(nomination.compound_id, actor.account_id, "decide_secretary_nomination", nomination.id, after=after)


def _view(actor: Actor, one: SecretaryNomination) -> NominationView:
    mine, way = one.nominated_by == actor.account_id, NominationWay(one.way)
    return NominationView(
        id=one.id,
        way=way.value,
        way_text=way.chinese,
        name=one.name if mine else mask_name(one.name),
        phone_masked=mask_phone(one.phone),
        grounds=one.grounds,
        state=one.state,
        made_at=one.made_at,
        reason=one.reason,
        decided_at=one.decided_at,
        is_mine=mine,
    )
