"""The appeals against entries that one reviewer may decide, one after the other."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Select, exists, func, select

from app.core.db import db
from app.identity.actor import Actor
from app.noticeboard import policy, queries, statements
from app.noticeboard.errors import AppealNotFound
from app.noticeboard.models import AppealState, Entry, EntryPerson, Statement, StatementKind
from app.noticeboard.policy import Viewer
from app.noticeboard.queries import EntryView
from app.noticeboard.statements import StatementView


@dataclass(frozen=True)
class AppealOnDesk:
    """An appeal with the entry that it is against, and what else was said to that. `may_decide`: not one's own case."""

    appeal: StatementView
    entry: EntryView
    said: Sequence[StatementView]
    may_decide: bool


@dataclass(frozen=True)
class Appeals:
    """What waits for a reviewer: how many appeals, without those put by, and the oldest."""

    waiting: int
    first: AppealOnDesk | None


def appeals_of(actor: Actor, compound_id: UUID, after: UUID | None = None, but: Collection[UUID] = ()) -> Appeals:
    """The open appeals that the actor may decide, without those in `but`; `first` comes after the appeal `after`.

    Raises Forbidden.
    """
    policy.require_review(actor, compound_id)
    mine = _decidable(policy.require_see(actor, compound_id)).where(Statement.id.not_in(but))
    waiting = db.session.scalar(select(func.count()).select_from(mine.subquery())) or 0
    page = mine.where(Statement.id > after) if after else mine
    first = db.session.scalar(page.order_by(Statement.id).limit(1))
    return Appeals(waiting, get_appeal(actor, compound_id, first) if first else None)


def get_appeal(actor: Actor, compound_id: UUID, appeal_id: UUID) -> AppealOnDesk:
    """One appeal, for reviewers; that it was read goes on record. Raises Forbidden, AppealNotFound."""
    policy.require_review(actor, compound_id)
    found = db.session.get(Statement, (compound_id, appeal_id))
    if found is None or found.kind != StatementKind.APPEAL:
        raise AppealNotFound
    said = statements.of_entry(actor, compound_id, found.entry_id)
    mine = _decidable(policy.require_see(actor, compound_id)).where(Statement.id == appeal_id)
    return AppealOnDesk(
        appeal=next(one for one in said if one.id == appeal_id),
        entry=queries.get_entry(actor, compound_id, found.entry_id),
        said=[one for one in said if one.id != appeal_id],
        may_decide=db.session.scalar(mine) is not None,
    )


def _decidable(viewer: Viewer) -> Select[UUID]:
    """The appeals that `appeals.decide` would let the viewer decide: open, and not the own doing or case."""
    me = viewer.actor.account_id
    about_me = exists().where(
        EntryPerson.compound_id == Entry.compound_id,
        EntryPerson.entry_id == Entry.id,
        EntryPerson.owner_id.in_(viewer.owner_ids),
    )
    joined = select(Statement.id).join(
        Entry, (Entry.compound_id == Statement.compound_id) & (Entry.id == Statement.entry_id)
    )
    return joined.where(
        Statement.compound_id == viewer.compound_id,
        Statement.kind == StatementKind.APPEAL,
        Statement.state == AppealState.OPEN,
        Statement.account_id != me,
        Statement.owner_id.not_in(viewer.owner_ids),
        Entry.drafted_by != me,
        Entry.reviewed_by.is_distinct_from(me),
        ~about_me,
    )
