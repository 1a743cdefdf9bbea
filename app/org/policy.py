"""Whether an actor's roles or standings allow an act."""

from collections.abc import Callable, Mapping
from typing import Final
from uuid import UUID

from app.core.asked_once import once
from app.core.errors import Forbidden
from app.identity.actor import Actor
from app.org import queries
from app.org.permissions import PERMISSIONS, STANDINGS, Act, Standing

_NOTHING: Final[Mapping[Standing, bool]] = {}
_holds: dict[Standing, Callable[[UUID, UUID], bool]] = {}


def tells(standing: Standing, holds: Callable[[UUID, UUID], bool]) -> None:
    """Let the domain that keeps the record say whether an account has a standing in a compound."""
    _holds[standing] = holds


def can(actor: Actor, act: Act, compound_id: UUID, known: Mapping[Standing, bool] = _NOTHING) -> bool:
    """Whether the actor holds a standing in the compound, or a role there or above, that allows the act.

    `known`: standings that the caller has looked up already.
    """
    for standing in STANDINGS[act]:
        held = known.get(standing)
        if _has(standing, actor.account_id, compound_id) if held is None else held:
            return True
    return queries.holds_role(actor.account_id, PERMISSIONS[act], compound_id)


def _has(standing: Standing, account_id: UUID, compound_id: UUID) -> bool:
    return once((standing, account_id, compound_id), lambda: _holds[standing](account_id, compound_id))


def require_standing(actor: Actor, standing: Standing, compound_id: UUID) -> None:
    """Raise Forbidden unless the actor has this standing itself: for what is done for oneself."""
    if not _has(standing, actor.account_id, compound_id):
        raise Forbidden(standing=standing.value)


def require(actor: Actor, act: Act, compound_id: UUID, known: Mapping[Standing, bool] = _NOTHING) -> None:
    """Raise Forbidden unless the actor's standings or roles allow the act in the compound."""
    if not can(actor, act, compound_id, known):
        raise Forbidden(act=act.value)
