"""Who holds which role in a compound (任职): by the name it was given to, or else the roll's; masked."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from app.compounds.homes import names_of
from app.core.masking import mask_name, mask_phone
from app.identity.actor import Actor
from app.identity.queries import phones_of
from app.org import appointments
from app.org import queries as org
from app.org.models import Appointment, Role
from app.org.permissions import Act
from app.org.policy import require


@dataclass(frozen=True)
class RoleHolder:
    """A role held at the compound or at a node above it. `joined`: whether the number it was given to is proven.

    `place`: what a steward looks after. `term_ends`: its last day. `mine_to_end`: whether the actor may end it.
    """

    appointment_id: UUID
    role: Role
    title: str
    place: str | None
    node: str
    here: bool
    name: str | None
    phone: str | None
    joined: bool
    since: datetime
    term_ends: date | None
    mine_to_end: bool


def role_holders(actor: Actor, compound_id: UUID) -> Sequence[RoleHolder]:
    """Everybody who holds a role that reaches the compound, nearest node first, the longest in office first.

    Raises Forbidden.
    """
    require(actor, Act.SEE_PEOPLE, compound_id)
    held = org.appointments_over(compound_id)
    accounts = {one.account_id for one, _ in held if one.account_id}
    names, phones = names_of(compound_id, accounts), phones_of(accounts)
    ends = appointments.roles_to_give(actor, compound_id)
    return [
        RoleHolder(
            appointment_id=one.id,
            role=Role(one.role),
            title=one.title,
            place=one.place,
            node=node.name,
            here=node.id == compound_id,
            name=_masked(mask_name, one.name, _of(names, one)),
            phone=_masked(mask_phone, one.phone, _of(phones, one)),
            joined=one.account_id is not None,
            since=one.appointed_at,
            term_ends=one.term_ends,
            mine_to_end=node.id == compound_id and one.role in ends and one.account_id != actor.account_id,
        )
        for one, node in held
    ]


def _of(known: Mapping[UUID, str], held: Appointment) -> str | None:
    """What is known of the account that holds a role."""
    return known.get(held.account_id) if held.account_id else None


def _masked(mask: Callable[[str], str], *known: str | None) -> str | None:
    """The first that is known, masked."""
    found = next((one for one in known if one), None)
    return mask(found) if found else None
