"""Nominations for red (推荐上红榜), by residents."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select

from app.compounds.homes import names_of
from app.core import audit, clock
from app.core.db import db
from app.core.ids import new_id
from app.core.masking import mask_name
from app.identity.actor import Actor
from app.noticeboard import policy, telling
from app.noticeboard.errors import NoHomeHere, NominationDecided, NominationNotFound, TooManyNominations, YourOwnCase
from app.noticeboard.models import Category, Nomination, NominationState

MOST_OPEN = 5


@dataclass(frozen=True)
class NominationView:
    """A nomination. `nominator`: who made it, masked, to those who draft; `reason`: why it was declined."""

    id: UUID
    category: str
    text: str
    state: str
    made_at: datetime
    is_mine: bool
    nominator: str | None
    reason: str | None


def nominate(actor: Actor, compound_id: UUID, category: Category, text: str) -> Nomination:
    """Nominate somebody for red, in free words. Raises Forbidden, NoHomeHere, TooManyNominations."""
    if not policy.require_see(actor, compound_id).owner_ids:
        raise NoHomeHere
    waiting = select(func.count()).where(
        Nomination.compound_id == compound_id,
        Nomination.account_id == actor.account_id,
        Nomination.state == NominationState.OPEN,
    )
    db.session.execute(select(func.pg_advisory_xact_lock(actor.account_id.int % 2**63)))
    if (db.session.scalar(waiting) or 0) >= MOST_OPEN:
        raise TooManyNominations(most=MOST_OPEN)
    nomination = Nomination(
        compound_id=compound_id,
        id=new_id(),
        account_id=actor.account_id,
        category=category,
        text=text,
        state=NominationState.OPEN,
        made_at=clock.now(),
    )
    db.session.add(nomination)
    db.session.flush()
    _note(actor, nomination, "nominate")
    return nomination


def withdraw_nomination(actor: Actor, compound_id: UUID, nomination_id: UUID) -> Nomination:
    """Take the own nomination back. Raises NominationNotFound, also to others, and NominationDecided."""
    nomination = _open(compound_id, nomination_id, actor)
    nomination.state = NominationState.WITHDRAWN
    _note(actor, nomination, "withdraw_nomination")
    return nomination


def decline(actor: Actor, compound_id: UUID, nomination_id: UUID, reason: str) -> Nomination:
    """Decline a nomination. Raises Forbidden, NominationNotFound, NominationDecided, YourOwnCase."""
    policy.require_draft(actor, compound_id)
    nomination = _decided(actor, _open(compound_id, nomination_id), NominationState.DECLINED)
    nomination.reason = reason
    _note(actor, nomination, "decline_nomination")
    telling.tell_nomination_decided(nomination, "未采纳", f"原因：{reason}")
    return nomination


def adopt(actor: Actor, compound_id: UUID, nomination_id: UUID) -> Nomination:
    """Make a draft of a nomination. Raises NominationNotFound, NominationDecided, YourOwnCase."""
    nomination = _decided(actor, _open(compound_id, nomination_id), NominationState.ADOPTED)
    _note(actor, nomination, "adopt_nomination")
    telling.tell_nomination_decided(nomination, "已采纳", "审核和听取意见后公布")
    return nomination


def list_nominations(
    actor: Actor, compound_id: UUID, mine: bool, state: NominationState | None, after: UUID | None, limit: int
) -> Sequence[NominationView]:
    """The own nominations, or all for those who draft and review, the newest first. Raises Forbidden."""
    viewer = policy.require_see(actor, compound_id)
    if not mine and not (viewer.drafts or viewer.reviews):
        policy.require_draft(actor, compound_id)
    page = select(Nomination).where(Nomination.compound_id == compound_id)
    if mine:
        page = page.where(Nomination.account_id == actor.account_id)
    if state:
        page = page.where(Nomination.state == state)
    if after:
        page = page.where(Nomination.id < after)
    found = db.session.scalars(page.order_by(Nomination.id.desc()).limit(limit)).all()
    names = {} if mine else names_of(compound_id, {one.account_id for one in found})
    if not mine and found:
        audit.record(compound_id, actor.account_id, "read_nominations", compound_id, after={"rows": len(found)})
    return [view_of(actor, one, names.get(one.account_id)) for one in found]


def get_open(actor: Actor, compound_id: UUID, nomination_id: UUID) -> NominationView:
    """A nomination that waits, for those who draft. Raises Forbidden, NominationNotFound, NominationDecided."""
    policy.require_draft(actor, compound_id)
    nomination = _open(compound_id, nomination_id)
    audit.record(compound_id, actor.account_id, "read_nominations", nomination_id, after={"rows": 1})
    return view_of(actor, nomination, names_of(compound_id, [nomination.account_id]).get(nomination.account_id))


def view_of(actor: Actor, nomination: Nomination, name: str | None = None) -> NominationView:
    """A nomination as the actor sees it."""
    return NominationView(
        id=nomination.id,
        category=nomination.category,
        text=nomination.text,
        state=nomination.state,
        made_at=nomination.made_at,
        is_mine=nomination.account_id == actor.account_id,
        nominator=mask_name(name) if name else None,
        reason=nomination.reason,
    )


def _open(compound_id: UUID, nomination_id: UUID, owner: Actor | None = None) -> Nomination:
    """The nomination, locked, if it is open; of the `owner` only, if one is given."""
    nomination = db.session.get(Nomination, (compound_id, nomination_id), with_for_update=True, populate_existing=True)
    if nomination is None or (owner and nomination.account_id != owner.account_id):
        raise NominationNotFound
    if nomination.state != NominationState.OPEN:
        raise NominationDecided(state=nomination.state)
    return nomination


def _decided(actor: Actor, nomination: Nomination, state: NominationState) -> Nomination:
    if nomination.account_id == actor.account_id:
        raise YourOwnCase
    nomination.state, nomination.decided_by, nomination.decided_at = state, actor.account_id, clock.now()
    return nomination


def _note(actor: Actor, nomination: Nomination, act: str) -> None:
    db.session.flush()
    audit.record(nomination.compound_id, actor.account_id, act, nomination.id, after={"state": str(nomination.state)})
