"""Whether an actor's roles allow an act."""

from uuid import UUID

from app.core.errors import Forbidden
from app.identity.actor import Actor
from app.org import queries
from app.org.permissions import PERMISSIONS, Act


def can(actor: Actor, act: Act, compound_id: UUID) -> bool:
    """Whether the actor holds a role that allows the act in the compound."""
    return queries.holds_role(actor.account_id, PERMISSIONS[act], compound_id)


def require(actor: Actor, act: Act, compound_id: UUID) -> None:
    """Raise Forbidden unless the actor's roles allow the act in the compound."""
    if not can(actor, act, compound_id):
        raise Forbidden(act=act.value)
