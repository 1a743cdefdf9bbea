"""Whether an act about a home reaches it: what a steward with a place does is for the homes of that place alone."""

from uuid import UUID

from sqlalchemy import select

from app.compounds.models import Ownership, Unit
from app.core.db import db
from app.identity.actor import Actor
from app.org import policy
from app.org.permissions import Act


def require_home(actor: Actor, act: Act, compound_id: UUID, unit_id: UUID) -> None:
    """Raises Forbidden, and OutsideOwnPlace unless the act reaches the unit; what is no unit it never reaches."""
    reach = policy.reach(actor, act, compound_id)
    if reach.places is None:
        return
    where = select(Unit.building_id, Unit.stairwell).where(Unit.compound_id == compound_id, Unit.id == unit_id)
    found = db.session.execute(where).one_or_none()
    if found is None or not reach.covers(*found):
        raise reach.refusal()


def require_owner(actor: Actor, act: Act, compound_id: UUID, owner_id: UUID) -> None:
    """For what is done for an owner: one home of the owner today is enough. Raises Forbidden, OutsideOwnPlace."""
    reach = policy.reach(actor, act, compound_id)
    if reach.places is None:
        return
    owned = (
        select(Unit.id)
        .join(Ownership, (Ownership.compound_id == Unit.compound_id) & (Ownership.unit_id == Unit.id))
        .where(
            Unit.compound_id == compound_id,
            Ownership.owner_id == owner_id,
            Ownership.valid_to.is_(None),
            reach.among(Unit.building_id, Unit.stairwell),
        )
    )
    if db.session.scalar(owned.limit(1)) is None:
        raise reach.refusal()
