"""Who may do what with wishes."""

from dataclasses import dataclass
from functools import cached_property
from uuid import UUID

from app.compounds import homes
from app.compounds.reach import require_home
from app.identity.actor import Actor
from app.org import policy as org
from app.org.permissions import Act
from app.wishes.errors import NotYourWish, OwnWish
from app.wishes.models import Wish


@dataclass(frozen=True)
class Viewer:
    """Somebody who may see a compound's wishes."""

    actor: Actor
    compound_id: UUID

    @cached_property
    def reviews(self) -> bool:
        """Whether the actor reviews wishes here; asked when first needed."""
        return can_review(self.actor, self.compound_id)


def require_see(actor: Actor, compound_id: UUID) -> Viewer:
    """Wishes are shown to the compound's residents, its helping groups and those who serve it. Raises Forbidden."""
    org.require(actor, Act.SEE_WISHES, compound_id)
    return Viewer(actor, compound_id)


def can_review(actor: Actor, compound_id: UUID) -> bool:
    """Secretary, supervisors and officers review wishes."""
    return org.can(actor, Act.REVIEW_WISH, compound_id)


def require_review(actor: Actor, compound_id: UUID) -> None:
    """For what reviewers alone do. Raises Forbidden."""
    org.require(actor, Act.REVIEW_WISH, compound_id)


def can_post_for_neighbour(actor: Actor, compound_id: UUID) -> bool:
    """A steward posts for neighbours who consented."""
    return org.can(actor, Act.POST_FOR_NEIGHBOUR, compound_id)


def require_post_for(actor: Actor, compound_id: UUID, unit_id: UUID) -> None:
    """A steward with a place posts for the homes there. Raises Forbidden, OutsideOwnPlace."""
    require_home(actor, Act.POST_FOR_NEIGHBOUR, compound_id, unit_id)


def require_poster(actor: Actor, wish: Wish) -> None:
    """For what the poster alone does. Raises NotYourWish."""
    if wish.posted_by != actor.account_id:
        raise NotYourWish


def require_anothers(actor: Actor, wish: Wish) -> None:
    """For what neighbours do: not whoever posted the wish, nor the home that it is for. Raises OwnWish."""
    own_home = actor.account_id in homes.accounts_of_unit(wish.compound_id, wish.unit_id)
    if wish.posted_by == actor.account_id or own_home:
        raise OwnWish
