"""Whether an actor's roles or standings allow an act."""

from collections.abc import Callable, Mapping
from typing import Final
from uuid import UUID

from app.core.asked_once import once
from app.core.errors import Forbidden
from app.identity.actor import Actor
from app.org import queries
from app.org.errors import OwnersOnly
from app.org.permissions import ASKED, PERMISSIONS, STANDINGS, UNLIMITED, Act, Standing
from app.org.reach import EVERYWHERE, Reach

_NOTHING: Final[Mapping[Standing, bool]] = {}
_holds: dict[Standing, Callable[[UUID, UUID], bool]] = {}


def tells(standing: Standing, holds: Callable[[UUID, UUID], bool]) -> None:
    """Let the domain that keeps the record say whether an account has a standing in a compound."""
    _holds[standing] = holds


def can(actor: Actor, act: Act, compound_id: UUID, known: Mapping[Standing, bool] = _NOTHING) -> bool:
    """Whether the actor holds a standing in the compound, or a role there or above, that allows the act.

    `known`: standings that the caller has looked up already.
    """
    if any(known.get(standing) for standing in STANDINGS[act]):
        return True
    asked = (standing for standing in ASKED[act] if standing not in known)
    return any(stands_as(actor, standing, compound_id) for standing in asked) or queries.holds_role(
        actor.account_id, PERMISSIONS[act], compound_id
    )


def reach(actor: Actor, act: Act, compound_id: UUID) -> Reach:
    """The homes for which the actor may do an act. Raises Forbidden.

    All, but for a steward with places whom nothing else allows an act about homes.
    """
    held = queries.roles_held(actor.account_id, compound_id) & PERMISSIONS[act]
    if not held:
        require(actor, act, compound_id)
    if not held or held & UNLIMITED[act]:
        return EVERYWHERE
    return Reach(queries.places_of(actor.account_id, compound_id))


def stands_as(actor: Actor, standing: Standing, compound_id: UUID) -> bool:
    """Whether the actor has this standing in the compound."""
    account_id = actor.account_id
    return once((standing, account_id, compound_id), lambda: _holds[standing](account_id, compound_id))


def require_standing(actor: Actor, standing: Standing, compound_id: UUID) -> None:
    """Raise Forbidden unless the actor has this standing itself: for what is done for oneself."""
    if not stands_as(actor, standing, compound_id):
        of_owners = standing is Standing.OWNER and stands_as(actor, Standing.RESIDENT, compound_id)
        raise OwnersOnly(standing=standing.value) if of_owners else Forbidden(standing=standing.value)


def require(actor: Actor, act: Act, compound_id: UUID, known: Mapping[Standing, bool] = _NOTHING) -> None:
    """Raise Forbidden unless the actor's standings or roles allow the act in the compound."""
    if not can(actor, act, compound_id, known):
        raise refusal(actor, act, compound_id)


def refusal(actor: Actor, act: Act, compound_id: UUID) -> Forbidden:
    """Why the actor may not: to who lives there without owning a home, that it is the owners'."""
    of_owners = Standing.OWNER in ASKED[act]
    if of_owners and stands_as(actor, Standing.RESIDENT, compound_id):
        return OwnersOnly(act=act.value)
    return Forbidden(act=act.value)
