"""Nominations for red (推荐上红榜), by residents: in the app, or on paper, entered by staff.

Nobody decides on a nomination that is the own, that was entered in the own name, or that the own hand entered.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, func, or_, select

from app.compounds.homes import names_of
from app.compounds.models import Owner
from app.compounds.queries import owners_represented, owns_today
from app.core import audit, clock
from app.core.db import db
from app.core.ids import new_id
from app.core.masking import mask_name
from app.identity.actor import Actor
from app.identity.consents import acts as consents
from app.noticeboard import policy, telling
from app.noticeboard.errors import (
    NoHomeHere,
    NominationDecided,
    NominationNotFound,
    PersonNotOnRoll,
    TooManyNominations,
    YourOwnCase,
)
from app.noticeboard.models import Category, Nomination, NominationState
from app.noticeboard.policy import Viewer

MOST_OPEN = 5


@dataclass(frozen=True)
class NominationView:
    """A nomination. `nominator`: who made it, masked, to those who draft; `reason`: why it was declined.

    is_mine      whether the actor made it or entered it
    paper_note   where the sheet is filed from which it was entered, to those who draft
    """

    id: UUID
    category: str
    text: str
    state: str
    made_at: datetime
    is_mine: bool
    nominator: str | None
    reason: str | None
    paper_note: str | None


def nominate(
    actor: Actor, compound_id: UUID, category: Category, text: str, on_paper: Mapping[str, Any] | None = None
) -> Nomination:
    """Nominate somebody for red, in free words.

    `on_paper`: entered for `owner_id` from a sheet, `note` says where that is filed; who enters it does not decide it.
    Raises Forbidden, NoHomeHere, ConsentWithdrawn, GuardianNeeded, PersonNotOnRoll, OutsideOwnPlace,
    TooManyNominations.
    """
    if on_paper:
        return _nominate_on_paper(actor, compound_id, category, text, **on_paper)
    if not policy.require_see(actor, compound_id).lives_here:
        raise NoHomeHere
    consents.require(actor.account_id)
    made_by = and_(Nomination.account_id == actor.account_id, Nomination.owner_id.is_(None))
    _require_few_open(compound_id, made_by, actor.account_id)
    return _keep(actor, compound_id, category, text)


def _nominate_on_paper(
    actor: Actor, compound_id: UUID, category: Category, text: str, owner_id: UUID, note: str
) -> Nomination:
    policy.require_enter_paper(actor, compound_id)
    if not owns_today(compound_id, owner_id):
        raise PersonNotOnRoll
    policy.require_enter_paper_of(actor, compound_id, owner_id)
    _require_few_open(compound_id, Nomination.owner_id == owner_id, owner_id)
    return _keep(actor, compound_id, category, text, owner_id, note)


def _require_few_open(compound_id: UUID, made_by: ColumnElement[bool], person_id: UUID) -> None:
    waiting = select(func.count()).where(
        Nomination.compound_id == compound_id, Nomination.state == NominationState.OPEN, made_by
    )
    db.session.execute(select(func.pg_advisory_xact_lock(person_id.int % 2**63)))
    if (db.session.scalar(waiting) or 0) >= MOST_OPEN:
        raise TooManyNominations(most=MOST_OPEN)


def _keep(
    actor: Actor,
    compound_id: UUID,
    category: Category,
    text: str,
    owner_id: UUID | None = None,
    paper_note: str | None = None,
) -> Nomination:
    nomination = Nomination(
        compound_id=compound_id,
        id=new_id(),
        account_id=actor.account_id,
        owner_id=owner_id,
        paper_note=paper_note,
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
    """The own nominations, also those on paper, or all for those who draft and review, the newest first.

    Raises Forbidden.
    """
    viewer = policy.require_see(actor, compound_id)
    if not mine and not (viewer.drafts or viewer.reviews):
        policy.require_draft(actor, compound_id)
    page = select(Nomination).where(Nomination.compound_id == compound_id)
    if mine:
        page = page.where(_own(viewer))
    if state:
        page = page.where(Nomination.state == state)
    if after:
        page = page.where(Nomination.id < after)
    found = db.session.scalars(page.order_by(Nomination.id.desc()).limit(limit)).all()
    names = {} if mine else _nominators(compound_id, found)
    if not mine and found:
        audit.record(compound_id, actor.account_id, "read_nominations", compound_id, after={"rows": len(found)})
    return [view_of(actor, one, names.get(one.owner_id or one.account_id), staff=not mine) for one in found]


def get_open(actor: Actor, compound_id: UUID, nomination_id: UUID) -> NominationView:
    """A nomination that waits, for those who draft. Raises Forbidden, NominationNotFound, NominationDecided."""
    policy.require_draft(actor, compound_id)
    nomination = _open(compound_id, nomination_id)
    audit.record(compound_id, actor.account_id, "read_nominations", nomination_id, after={"rows": 1})
    names = _nominators(compound_id, [nomination])
    return view_of(actor, nomination, names.get(nomination.owner_id or nomination.account_id), staff=True)


def _own(viewer: Viewer) -> ColumnElement[bool]:
    in_the_app = and_(Nomination.account_id == viewer.actor.account_id, Nomination.owner_id.is_(None))
    return or_(in_the_app, Nomination.owner_id.in_(viewer.owner_ids))


def _nominators(compound_id: UUID, nominations: Collection[Nomination]) -> dict[UUID, str]:
    """Who made them: names by the owner where it came on paper, by the account elsewhere."""
    owner_ids = {one.owner_id for one in nominations if one.owner_id}
    owners = select(Owner.id, Owner.name).where(Owner.compound_id == compound_id, Owner.id.in_(owner_ids))
    names = dict(names_of(compound_id, {one.account_id for one in nominations if not one.owner_id}))
    on_paper: dict[UUID, str] = dict(db.session.execute(owners).all()) if owner_ids else {}
    return names | on_paper


def view_of(actor: Actor, nomination: Nomination, name: str | None = None, staff: bool = False) -> NominationView:
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
        paper_note=nomination.paper_note if staff else None,
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
    if nomination.owner_id and nomination.owner_id in owners_represented(actor.account_id, nomination.compound_id):
        raise YourOwnCase
    nomination.state, nomination.decided_by, nomination.decided_at = state, actor.account_id, clock.now()
    return nomination


def _note(actor: Actor, nomination: Nomination, act: str) -> None:
    db.session.flush()
    audit.record(nomination.compound_id, actor.account_id, act, nomination.id, after={"state": str(nomination.state)})
