"""Who may do what in volunteering."""

from uuid import UUID

from sqlalchemy import exists, select

from app.compounds.reach import require_home
from app.core.db import db
from app.core.errors import Forbidden
from app.identity.actor import Actor
from app.org import policy as org
from app.org.permissions import Act
from app.volunteering.offerings.models import Offering
from app.volunteering.volunteers.models import Volunteer


def require_see(actor: Actor, compound_id: UUID) -> None:
    """Volunteering is shown to residents, volunteers, members of groups that help here and those who run it.

    Raises Forbidden.
    """
    org.require(actor, Act.SEE_VOLUNTEERING, compound_id)


def volunteers_in(account_id: UUID, compound_id: UUID) -> bool:
    """Whether the account is a volunteer of the compound today."""
    registered = exists().where(
        Volunteer.compound_id == compound_id, Volunteer.account_id == account_id, Volunteer.left_at.is_(None)
    )
    return bool(db.session.scalar(select(registered)))


def require_organise(actor: Actor, compound_id: UUID) -> None:
    """Activities are set up by secretary, stewards and officers. Raises Forbidden."""
    org.require(actor, Act.ORGANISE_VOLUNTEERING, compound_id)


def require_manage(actor: Actor, compound_id: UUID) -> None:
    """Posts and what they lead to are the secretary's. Raises Forbidden."""
    org.require(actor, Act.MANAGE_VOLUNTEERING, compound_id)


def require_book_for_neighbour(actor: Actor, compound_id: UUID) -> None:
    """For neighbours without the app stewards and the secretary book. Raises Forbidden."""
    org.require(actor, Act.BOOK_FOR_NEIGHBOUR, compound_id)


def require_book_for(actor: Actor, compound_id: UUID, unit_id: UUID) -> None:
    """A steward with a place books for the homes there. Raises Forbidden, OutsideOwnPlace."""
    require_home(actor, Act.BOOK_FOR_NEIGHBOUR, compound_id, unit_id)


def require_see_affiliation(actor: Actor, compound_id: UUID) -> None:
    """Who is a party member is shown to branch roles alone: PIPL 28. Raises Forbidden."""
    org.require(actor, Act.SEE_AFFILIATION, compound_id)


def can_manage(actor: Actor, compound_id: UUID) -> bool:
    """Whether the actor is the secretary here, or the community's officer."""
    return org.can(actor, Act.MANAGE_VOLUNTEERING, compound_id)


def runs(actor: Actor, offering: Offering) -> bool:
    """Whether the actor is the organiser of this activity or service, or the secretary."""
    return offering.organiser_id == actor.account_id or can_manage(actor, offering.compound_id)


def require_run(actor: Actor, offering: Offering) -> None:
    """An activity or service is run by its organiser, and by the secretary. Raises Forbidden."""
    if not runs(actor, offering):
        raise Forbidden
