"""Who may do what with a meeting."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from uuid import UUID

from sqlalchemy import select

from app.compounds import queries as compounds
from app.compounds.reach import require_owner
from app.core.db import db
from app.core.errors import Forbidden
from app.identity.actor import Actor
from app.meetings.models import CountCapacity, Mandate
from app.org import policy as org
from app.org.permissions import Act, Standing
from app.org.reach import EVERYWHERE, Reach

_COUNTING = {
    CountCapacity.SECRETARY: Act.COUNT_AS_SECRETARY,
    CountCapacity.SUPERVISOR: Act.COUNT_AS_SUPERVISOR,
}


def require_manage(actor: Actor, compound_id: UUID) -> None:
    """Preparing, announcing and publishing are the secretary's. Raises Forbidden."""
    org.require(actor, Act.MANAGE_MEETING, compound_id)


def can_manage(actor: Actor, compound_id: UUID) -> bool:
    """Whether the actor is the secretary here."""
    return org.can(actor, Act.MANAGE_MEETING, compound_id)


def can_see_drafts(actor: Actor, compound_id: UUID) -> bool:
    """Drafts are shown to the secretary and to supervisors only."""
    return org.can(actor, Act.SEE_MEETING_DRAFTS, compound_id)


def require_decide_objection(actor: Actor, compound_id: UUID) -> None:
    """Objections to a result are decided by those who count, and supervise the count. Raises Forbidden."""
    org.require(actor, Act.DECIDE_RESULT_OBJECTION, compound_id)


def require_capacity(actor: Actor, compound_id: UUID, capacity: CountCapacity) -> None:
    """A lot is recorded in one capacity of the count and confirmed in the other. Raises Forbidden."""
    org.require(actor, _COUNTING[capacity], compound_id)


def require_see_drafts(actor: Actor, compound_id: UUID) -> None:
    """For what only those who run or supervise a meeting may see. Raises Forbidden."""
    if not can_see_drafts(actor, compound_id):
        raise Forbidden


def can_enter_mandate(actor: Actor, compound_id: UUID) -> bool:
    """Whether the actor enters mandates from paper: who runs or supervises meetings, so that either may be a proxy."""
    return org.can(actor, Act.ENTER_MANDATE, compound_id)


def require_enter_mandate(actor: Actor, compound_id: UUID) -> None:
    """Entering a mandate from paper. Raises Forbidden."""
    org.require(actor, Act.ENTER_MANDATE, compound_id)


def can_enter_paper(actor: Actor, compound_id: UUID) -> bool:
    """Whether the actor hands in paper for owners who prefer it."""
    return org.can(actor, Act.ENTER_PAPER, compound_id)


def require_enter_paper(actor: Actor, compound_id: UUID) -> None:
    """Paper is entered by the secretary, stewards and officers; for which parties: `reach`. Raises Forbidden."""
    org.require(actor, Act.ENTER_PAPER, compound_id)


def require_enter_paper_of(actor: Actor, compound_id: UUID, owner_id: UUID) -> None:
    """A steward with a place enters what owners of homes there hand in. Raises Forbidden, OutsideOwnPlace."""
    require_owner(actor, Act.ENTER_PAPER, compound_id, owner_id)


def require_record_delivery(actor: Actor, compound_id: UUID) -> None:
    """Paper is handed over, and notices posted, by secretary and stewards; for whom: `reach`. Raises Forbidden."""
    org.require(actor, Act.RECORD_DELIVERY, compound_id)


def require_see_deliveries(actor: Actor, compound_id: UUID) -> Reach:
    """Who is not reached yet is shown to those who run or supervise the meeting, and to stewards; of which homes.

    Raises Forbidden.
    """
    return EVERYWHERE if can_see_drafts(actor, compound_id) else org.reach(actor, Act.RECORD_DELIVERY, compound_id)


@dataclass(frozen=True)
class Viewer:
    """Somebody who may see a compound's meetings: the owners that the actor stands for, and whether it is staff."""

    actor: Actor
    compound_id: UUID
    owner_ids: Sequence[UUID]

    @cached_property
    def sees_drafts(self) -> bool:
        """Whether the actor runs or supervises meetings here; asked when first needed."""
        return can_see_drafts(self.actor, self.compound_id)


def require_see(actor: Actor, compound_id: UUID, meeting_id: UUID | None = None) -> Viewer:
    """Announced meetings are shown to the compound's owners and those who run or supervise them; `meeting_id`, the one
    that is asked for, to its proxies too: a mandate is for one meeting. Other residents read what is announced to the
    compound: the result, on its public page. Raises Forbidden."""
    owner_ids = compounds.owners_represented(actor.account_id, compound_id)
    if not (
        org.can(actor, Act.SEE_MEETINGS, compound_id, {Standing.OWNER: bool(owner_ids)})
        or (meeting_id and meeting_id in mandated(actor, compound_id))
    ):
        raise org.refusal(actor, Act.SEE_MEETINGS, compound_id)
    return Viewer(actor, compound_id, owner_ids)


def require_object_to_result(actor: Actor, compound_id: UUID, owner_ids: Sequence[UUID]) -> None:
    """A result is objected to by an owner. Raises Forbidden."""
    org.require(actor, Act.OBJECT_TO_RESULT, compound_id, {Standing.OWNER: bool(owner_ids)})


def mandated(actor: Actor, compound_id: UUID) -> Sequence[UUID]:
    """The meetings in which the actor holds a mandate."""
    held = select(Mandate.meeting_id).where(
        Mandate.compound_id == compound_id, Mandate.account_id == actor.account_id, Mandate.revoked_at.is_(None)
    )
    return db.session.scalars(held.distinct()).all()


def counting_capacities(actor: Actor, compound_id: UUID) -> list[CountCapacity]:
    """The capacities in which the actor may approve the compound's counts. Raises Forbidden where there is none."""
    capacities = [capacity for capacity, act in _COUNTING.items() if org.can(actor, act, compound_id)]
    if not capacities:
        raise Forbidden
    return capacities
