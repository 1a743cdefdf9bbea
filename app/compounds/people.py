"""Who holds which role in a compound (任职): by name where the account is an owner's, masked."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from app.compounds.homes import names_of
from app.core.masking import mask_name, mask_phone
from app.identity.actor import Actor
from app.identity.queries import phones_of
from app.org import queries as org
from app.org.models import Role
from app.org.permissions import Act
from app.org.policy import require


@dataclass(frozen=True)
class RoleHolder:
    """A role held at the compound or at a node above it. `joined`: whether the number it was given to is proven."""

    role: Role
    node: str
    here: bool
    name: str | None
    phone: str | None
    joined: bool
    since: datetime


def role_holders(actor: Actor, compound_id: UUID) -> Sequence[RoleHolder]:
    """Everybody who holds a role that reaches the compound, nearest node first, the longest in office first.

    Raises Forbidden.
    """
    require(actor, Act.SEE_PEOPLE, compound_id)
    held = org.appointments_over(compound_id)
    accounts = {one.account_id for one, _ in held if one.account_id}
    names, phones = names_of(compound_id, accounts), phones_of(accounts)
    return [
        RoleHolder(
            role=Role(one.role),
            node=node.name,
            here=node.id == compound_id,
            name=_masked(mask_name, names, one.account_id),
            phone=_masked(mask_phone, phones, one.account_id),
            joined=one.account_id is not None,
            since=one.appointed_at,
        )
        for one, node in held
    ]


def _masked(mask: Callable[[str], str], known: Mapping[UUID, str], account_id: UUID | None) -> str | None:
    found = known.get(account_id) if account_id else None
    return mask(found) if found else None
