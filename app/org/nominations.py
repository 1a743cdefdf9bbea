"""Putting somebody forward for a role in a compound, and deciding it once (推荐与决定).

What secretaries and stewards have in common; who may put whom forward, and who appoints, each says for itself.
"""

import secrets
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.dialects.postgresql import insert

from app.core import audit, clock
from app.core.crypto import lookup_hash
from app.core.db import db
from app.core.errors import NotFound
from app.core.ids import new_id
from app.core.masking import mask_name, mask_phone
from app.identity.actor import Actor
from app.identity.consents import acts as consents
from app.identity.models import AccountPhone
from app.identity.queries import phones_of
from app.org import appointments, places, queries, telling
from app.org.errors import (
    NominatedAlready,
    NominationDecided,
    PhoneNotProven,
    SecretaryNominationNotFound,
    StewardNominationNotFound,
)
from app.org.models import ChoiceWay, NominatedRole, NominationState, NominationWay, Role, RoleNomination
from app.org.permissions import PERMISSIONS, Act
from app.org.places import Place

SHOWN = 100
GONE = "（本人谢绝）"
"""In the place of a name that is shown no further."""
_OFFICES = {
    Role.STREET_OFFICER: NominationWay.STREET,
    Role.COMMUNITY_OFFICER: NominationWay.COMMUNITY,
    Role.SECRETARY: NominationWay.SECRETARY,
}
NOT_FOUND: dict[NominatedRole, type[NotFound]] = {
    NominatedRole.SECRETARY: SecretaryNominationNotFound,
    NominatedRole.STEWARD: StewardNominationNotFound,
}


@dataclass(frozen=True)
class NominationView:
    """A nomination as those see it who nominate and appoint, and whom it is about.

    Name and phone are masked, but for who nominated, and for whom it is about (`is_about_me`), who is not told why it
    was declined: that is for who nominated.
    """

    id: UUID
    role: str
    way: str
    way_text: str
    name: str
    phone_masked: str
    grounds: str
    state: str
    state_text: str
    made_at: datetime
    reason: str | None
    decided_at: datetime | None
    is_mine: bool
    is_about_me: bool
    place: str | None


def own_number(actor: Actor) -> str:
    """The number by which the actor stands itself. Raises ConsentWithdrawn, GuardianNeeded, PhoneNotProven."""
    consents.require(actor.account_id)
    phone = phones_of([actor.account_id]).get(actor.account_id)
    if phone is None:
        raise PhoneNotProven
    return phone


def way_of_office(actor: Actor, compound_id: UUID, act: Act) -> NominationWay | None:
    """The way in which somebody nominates whose office allows the act, the highest first; None without an office."""
    held = queries.roles_held(actor.account_id, compound_id) & PERMISSIONS[act]
    return next((way for role, way in _OFFICES.items() if role in held), None)


def put_forward(
    actor: Actor,
    compound_id: UUID,
    role: NominatedRole,
    way: NominationWay,
    name: str,
    phone: str,
    grounds: str,
    place: Place | None = None,
) -> RoleNomination:
    """A nomination that waits. Raises NominatedAlready where the number's for this role waits."""
    made: RoleNomination | None = db.session.scalar(
        insert(RoleNomination)
        .values(
            compound_id=compound_id,
            id=new_id(),
            role=role,
            way=way,
            name=name,
            phone=phone,
            phone_hash=lookup_hash("phone", phone),
            grounds=grounds,
            nominated_by=actor.account_id,
            made_at=clock.now(),
            state=NominationState.OPEN,
            **places.columns(place),
        )
        .on_conflict_do_nothing()
        .returning(RoleNomination)
    )
    if made is None:
        raise NominatedAlready
    audit.record(compound_id, actor.account_id, f"nominate_{role.value}", made.id, after={"way": way.value})
    telling.tell_nominated(made)
    return made


def claim(account_id: UUID, phone_hash: bytes) -> None:
    """Tell whoever has just proven a number for which roles others put it forward."""
    waiting = select(RoleNomination).where(
        RoleNomination.phone_hash == phone_hash, RoleNomination.state == NominationState.OPEN
    )
    for nomination in db.session.scalars(waiting.order_by(RoleNomination.id)).all():
        telling.tell_nominated(nomination)


def about(actor: Actor) -> ColumnElement[bool]:
    """Condition on a nomination: it is about the actor, by a number that the actor has proven."""
    numbers = select(AccountPhone.phone_hash).where(AccountPhone.account_id == actor.account_id)
    return RoleNomination.phone_hash.in_(numbers)


def of_compound(
    actor: Actor, compound_id: UUID, role: NominatedRole, *which: ColumnElement[bool]
) -> Sequence[RoleNomination]:
    """A compound's nominations for a role: those that wait first, and the newest.

    One that was turned down is shown to who nominated alone.
    """
    shown = or_(RoleNomination.state != NominationState.TURNED_DOWN, RoleNomination.nominated_by == actor.account_id)
    found = select(RoleNomination).where(
        RoleNomination.compound_id == compound_id, RoleNomination.role == role, shown, *which
    )
    order = (RoleNomination.state != NominationState.OPEN, RoleNomination.id.desc())
    return db.session.scalars(found.order_by(*order).limit(SHOWN)).all()


def get_open(compound_id: UUID, role: NominatedRole, nomination_id: UUID) -> RoleNomination:
    """The nomination, which nobody else decides until this transaction ends.

    Raises SecretaryNominationNotFound or StewardNominationNotFound, NominationDecided.
    """
    found = select(RoleNomination).filter_by(compound_id=compound_id, id=nomination_id, role=role)
    nomination = db.session.scalars(found.with_for_update()).one_or_none()
    if nomination is None:
        raise NOT_FOUND[role]
    if nomination.state != NominationState.OPEN:
        raise NominationDecided
    return nomination


def withdraw(actor: Actor, compound_id: UUID, role: NominatedRole, nomination_id: UUID) -> None:
    """Take an own nomination back before it is decided. Raises as `get_open`, for another's as for none."""
    mine = select(RoleNomination.id).filter_by(
        compound_id=compound_id, id=nomination_id, role=role, nominated_by=actor.account_id
    )
    if db.session.scalar(mine) is None:
        raise NOT_FOUND[role]
    _end(actor, get_open(compound_id, role, nomination_id), NominationState.WITHDRAWN, None)


def turn_down(actor: Actor, compound_id: UUID, role: NominatedRole, nomination_id: UUID) -> None:
    """Turn down that somebody put the actor forward (谢绝), before it is decided; who did is told.

    Name, number and grounds go. Raises as `get_open`, for another's as for none.
    """
    mine = select(RoleNomination.id).where(
        RoleNomination.compound_id == compound_id, RoleNomination.id == nomination_id, about(actor)
    )
    if db.session.scalar(mine) is None:
        raise NOT_FOUND[role]
    nomination = get_open(compound_id, role, nomination_id)
    nomination.name, nomination.phone, nomination.grounds = GONE, "", GONE
    nomination.phone_hash = secrets.token_bytes(32)
    _end(actor, nomination, NominationState.TURNED_DOWN, None)


def decline(actor: Actor, nomination: RoleNomination, reason: str) -> None:
    """Decline an open nomination with a reason; who was put forward, and who did so, are told."""
    _end(actor, nomination, NominationState.DECLINED, reason)


def appoint(
    actor: Actor,
    nomination: RoleNomination,
    term_ends: date,
    chosen_how: ChoiceWay | None = None,
    chosen_note: str | None = None,
) -> None:
    """Give the role to who was nominated, up to and including a day (Shanghai) within five years; who holds it is told.

    `chosen_how` and `chosen_note`: how a steward was chosen.

    Raises Forbidden, TermWrong, OwnRole, PropertyStaffServes, AlreadyAppointed, PlaceTaken.
    """
    role, place = Role(nomination.role), places.of(nomination)
    made = appointments.give(actor, nomination.compound_id, role, nomination.name, nomination.phone, term_ends, place)
    nomination.appointment_id, nomination.chosen_how, nomination.chosen_note = made.id, chosen_how, chosen_note
    _end(actor, nomination, NominationState.APPOINTED, None)


def shown(actor: Actor, some: Sequence[RoleNomination], named: Collection[UUID] = ()) -> list[NominationView]:
    """Nominations as the actor sees them; `named`: the ids of those that are shown with the whole name."""
    number = phones_of([actor.account_id]).get(actor.account_id)
    return [_shown(actor, one, number is not None and one.phone == number, one.id in named) for one in some]


def _shown(actor: Actor, one: RoleNomination, about_me: bool, named: bool) -> NominationView:
    mine, way = one.nominated_by == actor.account_id, NominationWay(one.way)
    return NominationView(
        id=one.id,
        role=one.role,
        way=way.value,
        way_text=way.chinese,
        name=one.name if mine or about_me or named else mask_name(one.name),
        phone_masked=mask_phone(one.phone),
        grounds=one.grounds,
        state=one.state,
        state_text=NominationState(one.state).chinese,
        made_at=one.made_at,
        reason=one.reason if mine or not about_me else None,
        decided_at=one.decided_at,
        is_mine=mine,
        is_about_me=about_me,
        place=one.place,
    )


def _end(actor: Actor, nomination: RoleNomination, state: NominationState, reason: str | None) -> None:
    nomination.state, nomination.reason = state, reason
    nomination.decided_by, nomination.decided_at = actor.account_id, clock.now()
    db.session.flush()
    act, after = f"decide_{nomination.role}_nomination", {"state": state.value}
    if nomination.chosen_how:
        after |= {"chosen_how": nomination.chosen_how, "appointment": str(nomination.appointment_id)}
    audit.record(nomination.compound_id, actor.account_id, act, nomination.id, after=after)
    telling.tell_decided(actor, nomination)
