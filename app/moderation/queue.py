"""The queue as one reviewer works it off: only what this person may decide, one case after the other."""

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import ColumnElement, all_, and_, func, literal, not_, select

from app.core.db import db
from app.identity.actor import Actor
from app.moderation.models import CaseState, ReviewCase
from app.moderation.queries import CaseView, kinds_of, open_cases, views_of


@dataclass(frozen=True)
class Queue:
    """What waits for a reviewer.

    waiting   how many cases the actor may decide, without those put by
    others    how many wait for somebody else: own entries, and appeals against the own refusals
    first     the oldest that the actor may decide
    """

    waiting: int
    others: int
    first: CaseView | None


def queue_of(actor: Actor, compound_id: UUID, after: UUID | None = None, but: Collection[UUID] = ()) -> Queue:
    """The actor's queue, without the cases `but`; `first` comes after the case `after`. Raises Forbidden."""
    waiting, mine = open_cases(compound_id, kinds_of(actor, compound_id)), _decidable(actor)
    mine_left = and_(mine, ReviewCase.id.not_in(but))
    counted = select(func.count().filter(mine_left), func.count().filter(not_(mine))).where(*waiting)
    left, others = db.session.execute(counted).one()
    page = select(ReviewCase).where(*waiting, mine_left)
    if after:
        page = page.where(ReviewCase.id > after)
    first = db.session.scalars(page.order_by(ReviewCase.id).limit(1)).all()
    return Queue(left, others, views_of(actor, compound_id, first)[0] if first else None)


def decided_so(actor: Actor, compound_id: UUID, case_id: UUID, accept: bool) -> bool:
    """Whether this is what the actor has decided already, and it stands."""
    case = db.session.get(ReviewCase, (compound_id, case_id), populate_existing=True)
    if case is None or case.state != (CaseState.ACCEPTED if accept else CaseState.REFUSED):
        return False
    return (case.appeal_decided_by or case.decided_by) == actor.account_id


def _decidable(actor: Actor) -> ColumnElement[bool]:
    own_refusal = and_(
        ReviewCase.state == CaseState.APPEALED, ReviewCase.decided_by.is_not_distinct_from(actor.account_id)
    )
    return and_(literal(actor.account_id) != all_(ReviewCase.involved), not_(own_refusal))
