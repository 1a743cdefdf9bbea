"""The way to a secretary (小区党支部书记): nominated by oneself, the community or the street, appointed by the street.

A nomination is decided once by an officer of the street whom it is not about. The appointment has a term and ends with
its last day.
"""

from collections.abc import Sequence
from datetime import date
from typing import Final
from uuid import UUID

from sqlalchemy import or_

from app.core.errors import Forbidden
from app.identity.actor import Actor
from app.org import nominations as core
from app.org import policy, queries
from app.org.models import NominatedRole, NominationWay, RoleNomination
from app.org.nominations import NominationView
from app.org.permissions import Act, Standing

_ROLE: Final = NominatedRole.SECRETARY


def nominate_oneself(actor: Actor, compound_id: UUID, name: str, grounds: str) -> NominationView:
    """Stand for secretary, as an owner of the compound, by the number that the actor has proven.

    Raises NotFound (compound), Forbidden, PhoneNotProven, NominatedAlready.
    """
    queries.get_compound(compound_id)
    policy.require_standing(actor, Standing.OWNER, compound_id)
    phone = core.own_number(actor)
    made = core.put_forward(actor, compound_id, _ROLE, NominationWay.SELF, name, phone, grounds)
    return core.shown(actor, [made])[0]


def nominate(actor: Actor, compound_id: UUID, name: str, phone: str, grounds: str) -> NominationView:
    """Nominate somebody as the community or the street, by the office that the actor holds.

    Raises NotFound (compound), Forbidden, NominatedAlready.
    """
    queries.get_compound(compound_id)
    way = core.way_of_office(actor, compound_id, Act.NOMINATE_SECRETARY)
    if way is None:
        raise Forbidden(act=Act.NOMINATE_SECRETARY.value)
    return core.shown(actor, [core.put_forward(actor, compound_id, _ROLE, way, name, phone, grounds)])[0]


def nominations(actor: Actor, compound_id: UUID) -> Sequence[NominationView]:
    """The nominations of a compound, the newest first: all for the offices that nominate.

    To others those that the actor made, and those that are about the actor.
    """
    all_of_them = policy.can(actor, Act.NOMINATE_SECRETARY, compound_id)
    which = () if all_of_them else (or_(RoleNomination.nominated_by == actor.account_id, core.about(actor)),)
    return core.shown(actor, core.of_compound(actor, compound_id, _ROLE, *which))


def withdraw(actor: Actor, compound_id: UUID, nomination_id: UUID) -> None:
    """Take an own nomination back before it is decided. Raises SecretaryNominationNotFound, NominationDecided."""
    core.withdraw(actor, compound_id, _ROLE, nomination_id)


def turn_down(actor: Actor, compound_id: UUID, nomination_id: UUID) -> None:
    """Turn down that the actor was put forward. Raises SecretaryNominationNotFound, NominationDecided."""
    core.turn_down(actor, compound_id, _ROLE, nomination_id)


def decline(actor: Actor, compound_id: UUID, nomination_id: UUID, reason: str) -> NominationView:
    """Decline a nomination with a reason. Raises Forbidden, SecretaryNominationNotFound, NominationDecided."""
    policy.require(actor, Act.APPOINT_SECRETARY, compound_id)
    nomination = core.get_open(compound_id, _ROLE, nomination_id)
    core.decline(actor, nomination, reason)
    return core.shown(actor, [nomination])[0]


def appoint(actor: Actor, compound_id: UUID, nomination_id: UUID, term_ends: date) -> NominationView:
    """Appoint who was nominated, up to and including a day (Shanghai) within five years.

    Raises Forbidden, SecretaryNominationNotFound, NominationDecided, TermWrong, OwnRole, PropertyStaffServes,
    AlreadyAppointed.
    """
    policy.require(actor, Act.APPOINT_SECRETARY, compound_id)
    nomination = core.get_open(compound_id, _ROLE, nomination_id)
    core.appoint(actor, nomination, term_ends)
    return core.shown(actor, [nomination])[0]
