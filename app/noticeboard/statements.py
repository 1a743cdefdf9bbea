"""Reads of answers and appeals: all of them to reviewers, the own ones to whoever made them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Select, or_, select

from app.compounds.models import Owner
from app.core import audit
from app.core.db import db
from app.core.masking import mask_name
from app.identity.actor import Actor
from app.noticeboard import policy
from app.noticeboard.errors import EntryNotFound
from app.noticeboard.models import AppealState, Entry, Statement, StatementKind
from app.noticeboard.policy import Viewer
from app.noticeboard.seeing import sees


@dataclass(frozen=True)
class StatementView:
    """An answer or an appeal. `owner_masked`, `paper_note`: to reviewers; `reason`: of the decision."""

    id: UUID
    entry_id: UUID
    kind: str
    concerned: bool
    text: str
    made_at: datetime
    is_mine: bool
    owner_masked: str | None
    paper_note: str | None
    state: str | None
    decided_at: datetime | None
    reason: str | None


def of_entry(actor: Actor, compound_id: UUID, entry_id: UUID) -> Sequence[StatementView]:
    """What was said to an entry, as it came. Raises Forbidden, EntryNotFound."""
    viewer = policy.require_see(actor, compound_id)
    entry = db.session.get(Entry, (compound_id, entry_id))
    if entry is None or not sees(viewer, entry):
        raise EntryNotFound
    found = select(Statement).where(Statement.compound_id == compound_id, Statement.entry_id == entry_id)
    return _views(viewer, found if viewer.reviews else _own(viewer, found), entry_id)


def appeals(
    actor: Actor, compound_id: UUID, mine: bool, state: AppealState | None, after: UUID | None, limit: int
) -> Sequence[StatementView]:
    """The own appeals, or all for reviewers, the oldest first. Raises Forbidden."""
    viewer = policy.require_see(actor, compound_id)
    if not mine:
        policy.require_review(actor, compound_id)
    found = select(Statement).where(Statement.compound_id == compound_id, Statement.kind == StatementKind.APPEAL)
    if mine:
        found = _own(viewer, found)
    if state:
        found = found.where(Statement.state == state)
    if after:
        found = found.where(Statement.id > after)
    return _views(viewer, found.limit(limit), compound_id, mine)


def view_of(actor: Actor, statement: Statement) -> StatementView:
    """A statement to whoever has just made or decided it."""
    return _view(actor, statement, None)


def _own(viewer: Viewer, found: Select[Statement]) -> Select[Statement]:
    mine = Statement.account_id == viewer.actor.account_id
    return found.where(or_(mine, Statement.owner_id.in_(viewer.owner_ids)))


def _views(viewer: Viewer, found: Select[Statement], subject_id: UUID, mine: bool = False) -> list[StatementView]:
    rows = db.session.scalars(found.order_by(Statement.id).execution_options(populate_existing=True)).all()
    if mine or not viewer.reviews:
        return [_view(viewer.actor, one, None) for one in rows]
    names = dict(
        db.session.execute(
            select(Owner.id, Owner.name).where(
                Owner.compound_id == viewer.compound_id, Owner.id.in_({one.owner_id for one in rows})
            )
        ).all()
    )
    facts = {"rows": len(rows)}
    audit.record(viewer.compound_id, viewer.actor.account_id, "read_notice_statements", subject_id, after=facts)
    return [_view(viewer.actor, one, mask_name(names[one.owner_id])) for one in rows]


def _view(actor: Actor, one: Statement, owner_masked: str | None) -> StatementView:
    return StatementView(
        id=one.id,
        entry_id=one.entry_id,
        kind=one.kind,
        concerned=one.concerned,
        text=one.text,
        made_at=one.made_at,
        is_mine=one.account_id == actor.account_id,
        owner_masked=owner_masked,
        paper_note=one.paper_note if owner_masked else None,
        state=one.state,
        decided_at=one.decided_at,
        reason=one.reason,
    )
