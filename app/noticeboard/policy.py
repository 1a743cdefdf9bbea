"""Who may do what with the red/black list."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from uuid import UUID

from sqlalchemy import select

from app.compounds import queries as compounds
from app.compounds.homes import accounts_of_owners
from app.compounds.reach import require_owner
from app.core.db import db
from app.identity.actor import Actor
from app.noticeboard.errors import DraftedByYou, NotYourEntry, YourOwnCase
from app.noticeboard.models import Entry, EntryPerson
from app.org import policy as org
from app.org.permissions import Act, Standing


@dataclass(frozen=True)
class Viewer:
    """Somebody who may see a compound's list: the owners that the actor stands for, and what else the actor may."""

    actor: Actor
    compound_id: UUID
    owner_ids: Sequence[UUID]

    @cached_property
    def lives_here(self) -> bool:
        """Whether the actor is one of the residents, who nominate; asked when first needed."""
        return bool(self.owner_ids) or org.stands_as(self.actor, Standing.RESIDENT, self.compound_id)

    @cached_property
    def reviews(self) -> bool:
        """Whether the actor reviews entries here; asked when first needed."""
        return org.can(self.actor, Act.REVIEW_NOTICE, self.compound_id)

    @cached_property
    def drafts(self) -> bool:
        """Whether the actor drafts entries here; asked when first needed."""
        return org.can(self.actor, Act.DRAFT_NOTICE, self.compound_id)

    def handles(self, entry: Entry) -> bool:
        """Whether the actor sees all of an entry: as its drafter, or as a reviewer whom it is not about."""
        return entry.drafted_by == self.actor.account_id or self.reviews


def require_see(actor: Actor, compound_id: UUID) -> Viewer:
    """The list is shown to the compound's residents and to those who serve it. Raises Forbidden."""
    owner_ids = compounds.owners_represented(actor.account_id, compound_id)
    org.require(actor, Act.SEE_NOTICES, compound_id, {Standing.OWNER: bool(owner_ids)})
    return Viewer(actor, compound_id, owner_ids)


def require_draft(actor: Actor, compound_id: UUID) -> None:
    """Entries are drafted by stewards and the secretary. Raises Forbidden."""
    org.require(actor, Act.DRAFT_NOTICE, compound_id)


def require_review(actor: Actor, compound_id: UUID) -> None:
    """The list is answered for by the secretary, supervisors and officers. Raises Forbidden."""
    org.require(actor, Act.REVIEW_NOTICE, compound_id)


def require_enter_paper(actor: Actor, compound_id: UUID) -> None:
    """What a person says or gets on paper is entered by secretary, officers and stewards. Raises Forbidden."""
    org.require(actor, Act.ENTER_PAPER, compound_id)


def require_enter_paper_of(actor: Actor, compound_id: UUID, owner_id: UUID) -> None:
    """A steward with a place enters what owners of homes there say or get. Raises Forbidden, OutsideOwnPlace."""
    require_owner(actor, Act.ENTER_PAPER, compound_id, owner_id)


def require_drafter(actor: Actor, entry: Entry) -> None:
    """For what the drafter alone does. Raises NotYourEntry."""
    if entry.drafted_by != actor.account_id:
        raise NotYourEntry


def require_second_person(actor: Actor, entry: Entry) -> None:
    """A second person is not the drafter, and not whom the entry is about. Raises DraftedByYou, YourOwnCase."""
    if entry.drafted_by == actor.account_id:
        raise DraftedByYou
    require_not_about(actor, entry)


def require_not_about(actor: Actor, entry: Entry) -> None:
    """Nobody decides on what is said about them. Raises YourOwnCase."""
    if is_about(actor, entry):
        raise YourOwnCase


def is_about(actor: Actor, entry: Entry) -> bool:
    """Whether the entry is about somebody whom the actor stands for."""
    mine = compounds.owners_represented(actor.account_id, entry.compound_id)
    return bool(set(mine) & set(persons_of(entry)))


def persons_of(entry: Entry) -> Sequence[UUID]:
    """The owners whom the entry is about."""
    about = select(EntryPerson.owner_id).where(
        EntryPerson.compound_id == entry.compound_id, EntryPerson.entry_id == entry.id
    )
    return db.session.scalars(about.order_by(EntryPerson.owner_id)).all()


def accounts_of_persons(entry: Entry) -> Sequence[UUID]:
    """The accounts of those whom the entry is about, and of their guardians: they review nothing of it."""
    return db.session.scalars(accounts_of_owners(entry.compound_id, persons_of(entry))).all()


def stands_for(actor: Actor, compound_id: UUID, owner_id: UUID) -> bool:
    """Whether the actor is the owner, or the owner's guardian."""
    return owner_id in compounds.owners_represented(actor.account_id, compound_id)
