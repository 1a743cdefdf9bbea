"""Reads of wishes. Whom a wish is for is shown by `get_wish` alone, and to few; see `beneficiaries`."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, exists, func, or_, select, tuple_

from app.compounds import homes
from app.core import clock
from app.core.db import db
from app.core.masking import mask_name
from app.identity.actor import Actor
from app.moderation import pictures
from app.moderation.pictures import PictureView
from app.moderation.queries import OwnReview, last_review
from app.org.groups import GroupView, group_names, groups_in
from app.wishes import policy, states
from app.wishes.beneficiaries import BeneficiaryView, beneficiary_for
from app.wishes.errors import WishNotFound
from app.wishes.models import ClaimEnding, Wish, WishBacking, WishCategory, WishClaim, WishState
from app.wishes.policy import Viewer
from app.wishes.reports import REPORT
from app.wishes.reviewing import KIND


class Mine(StrEnum):
    """Which of the own wishes a list is of."""

    POSTED = "posted"
    CLAIMED = "claimed"


@dataclass(frozen=True)
class ClaimView:
    """The claim that stands, or that brought the wish about. The claimant is masked; a group has its name.

    lapses_at       None once begun
    note, photos    to poster, claimant and reviewers; to everybody once the review was passed
    rating_text     to poster, claimant and reviewers
    """

    claimant: str
    group_id: UUID | None
    is_mine: bool
    claimed_at: datetime
    lapses_at: datetime | None
    started_at: datetime | None
    fulfilled_at: datetime | None
    note: str | None
    rating: int | None
    rating_text: str | None
    photos: Sequence[PictureView]


@dataclass(frozen=True)
class WishView:
    """A wish as the actor sees it.

    building      None: to name it would give the door away
    beneficiary   in a single wish only, and only to the poster, the claimant and reviewers
    review        in a single wish only, to its poster
    """

    id: UUID
    text: str
    category: str
    category_text: str
    state: str
    state_text: str
    building_id: UUID | None
    building: str | None
    on_behalf: bool
    is_mine: bool
    backings: int
    backed_by_me: bool
    created_at: datetime
    published_at: datetime | None
    expires_at: datetime | None
    merged_into: UUID | None
    claim: ClaimView | None
    photos: Sequence[PictureView]
    beneficiary: BeneficiaryView | None = None
    review: OwnReview | None = None


def list_wishes(
    actor: Actor,
    compound_id: UUID,
    state: WishState | None = None,
    category: WishCategory | None = None,
    building_id: UUID | None = None,
    mine: Mine | None = None,
    after: UUID | None = None,
    limit: int = 20,
) -> Sequence[WishView]:
    """The compound's public wishes, or the actor's own in any state, the newest first, after the wish `after`.

    The order is by when a wish was published, then by id: what comes meanwhile never shifts a page. Raises Forbidden.
    """
    viewer, now = policy.require_see(actor, compound_id), clock.now()
    current = states.state_column(now)
    page = select(Wish).where(Wish.compound_id == compound_id)
    page = page.where(_of_mine(actor, mine, now) if mine else current.in_(states.PUBLIC))
    if state:
        page = page.where(current == state)
    if category:
        page = page.where(Wish.category == category)
    if building_id:
        page = page.where(Wish.building_id == building_id)
    wishes = db.session.scalars(_page(page, compound_id, after, limit)).all()
    return _views(viewer, wishes, now)


def get_wish(actor: Actor, compound_id: UUID, wish_id: UUID) -> WishView:
    """One wish: public ones to who may see the list, others to poster and reviewers. Raises Forbidden, WishNotFound.

    That somebody else's name and door were shown goes on the audit log.
    """
    viewer, now = policy.require_see(actor, compound_id), clock.now()
    wish = states.existing(compound_id, wish_id)
    mine = wish.posted_by == actor.account_id
    state = states.state_at(wish, now)
    if not (mine or state in states.PUBLIC or (viewer.reviews and state is not WishState.DRAFT)):
        raise WishNotFound
    shown = _views(viewer, [wish], now)[0]
    claimant = state is WishState.CLAIMED and shown.claim is not None and shown.claim.is_mine
    return _with(
        shown,
        beneficiary=beneficiary_for(viewer, wish, claimant),
        review=last_review(compound_id, KIND, wish.id) if mine else None,
    )


def helping_groups(actor: Actor, compound_id: UUID) -> Sequence[GroupView]:
    """The groups in whose name wishes are undertaken, by name. Raises Forbidden."""
    policy.require_see(actor, compound_id)
    return groups_in(actor, compound_id)


def _with(view: WishView, beneficiary: BeneficiaryView | None, review: OwnReview | None) -> WishView:
    return WishView(**{**view.__dict__, "beneficiary": beneficiary, "review": review})


def _of_mine(actor: Actor, mine: Mine, now: datetime) -> ColumnElement[bool]:
    if mine is Mine.POSTED:
        return Wish.posted_by == actor.account_id
    stands = and_(WishClaim.ended_at.is_(None), or_(WishClaim.started_at.is_not(None), WishClaim.lapses_at > now))
    return exists().where(
        WishClaim.compound_id == Wish.compound_id,
        WishClaim.wish_id == Wish.id,
        WishClaim.account_id == actor.account_id,
        or_(stands, WishClaim.ending == ClaimEnding.FULFILLED),
    )


def _page(found: Select[Wish], compound_id: UUID, after: UUID | None, limit: int) -> Select[Wish]:
    if after:
        last = select(Wish.listed_at, Wish.id).where(Wish.compound_id == compound_id, Wish.id == after).subquery()
        found = found.join(last, tuple_(Wish.listed_at, Wish.id) < tuple_(last.c.listed_at, last.c.id))
    return found.order_by(Wish.listed_at.desc(), Wish.id.desc()).limit(limit)


def _views(viewer: Viewer, wishes: Sequence[Wish], now: datetime) -> list[WishView]:
    """The wishes with what stands in other tables, read for all of them at once."""
    compound_id, ids = viewer.compound_id, [wish.id for wish in wishes]
    if not ids:
        return []
    claims = _claims(compound_id, ids)
    around = _Around(
        claims,
        homes.names_of(compound_id, {claim.account_id for claim in claims.values()}),
        group_names(compound_id, {claim.group_id for claim in claims.values() if claim.group_id}),
        homes.building_names(compound_id, {wish.building_id for wish in wishes if wish.building_id}),
        _backings(compound_id, ids),
        _backed_by(viewer.actor, compound_id, ids),
        pictures.of_subjects(compound_id, KIND, ids),
        pictures.of_subjects(compound_id, REPORT, [claim.id for claim in claims.values()]),
    )
    return [_view(viewer, wish, now, around) for wish in wishes]


@dataclass(frozen=True)
class _Around:
    """What other tables have about the wishes of a page, by wish; names by account, the rest by id."""

    claims: Mapping[UUID, WishClaim]
    names: Mapping[UUID, str]
    groups: Mapping[UUID, str]
    buildings: Mapping[UUID, str]
    backings: Mapping[UUID, int]
    backed: Collection[UUID]
    photos: Mapping[UUID, Sequence[PictureView]]
    report_photos: Mapping[UUID, Sequence[PictureView]]


def _view(viewer: Viewer, wish: Wish, now: datetime, around: _Around) -> WishView:
    state, mine = states.state_at(wish, now), wish.posted_by == viewer.actor.account_id
    claim = around.claims.get(wish.id) if state in _WITH_CLAIM else None
    return WishView(
        id=wish.id,
        text=wish.text,
        category=wish.category,
        category_text=WishCategory(wish.category).chinese,
        state=state.value,
        state_text=state.chinese,
        building_id=wish.building_id,
        building=around.buildings.get(wish.building_id) if wish.building_id else None,
        on_behalf=wish.on_behalf,
        is_mine=mine,
        backings=around.backings.get(wish.id, 0),
        backed_by_me=wish.id in around.backed,
        created_at=wish.created_at,
        published_at=wish.published_at,
        expires_at=wish.expires_at,
        merged_into=wish.merged_into,
        claim=_claim_view(viewer, claim, around, mine) if claim else None,
        photos=around.photos.get(wish.id, []),
    )


_WITH_CLAIM = (WishState.CLAIMED, WishState.FULFILLED, WishState.RATED)


def _claim_view(viewer: Viewer, claim: WishClaim, around: _Around, posted: bool) -> ClaimView:
    own = claim.account_id == viewer.actor.account_id
    concerned = own or posted or viewer.reviews
    told = concerned or claim.report_shown_at is not None
    name = around.names.get(claim.account_id)
    return ClaimView(
        claimant=around.groups[claim.group_id] if claim.group_id else mask_name(name) if name else "志愿者",
        group_id=claim.group_id,
        is_mine=own,
        claimed_at=claim.claimed_at,
        lapses_at=claim.lapses_at if claim.started_at is None else None,
        started_at=claim.started_at,
        fulfilled_at=claim.ended_at if claim.ending == ClaimEnding.FULFILLED else None,
        note=claim.note if told else None,
        rating=claim.rating,
        rating_text=claim.rating_text if concerned else None,
        photos=around.report_photos.get(claim.id, []) if told else [],
    )


def _claims(compound_id: UUID, wish_ids: Collection[UUID]) -> dict[UUID, WishClaim]:
    """The claim that stands or brought the wish about, by wish."""
    found = select(WishClaim).where(
        WishClaim.compound_id == compound_id,
        WishClaim.wish_id.in_(wish_ids),
        or_(WishClaim.ended_at.is_(None), WishClaim.ending == ClaimEnding.FULFILLED),
    )
    return {claim.wish_id: claim for claim in db.session.scalars(found.execution_options(populate_existing=True))}


def _backings(compound_id: UUID, wish_ids: Collection[UUID]) -> dict[UUID, int]:
    counted = (
        select(WishBacking.wish_id, func.count())
        .where(WishBacking.compound_id == compound_id, WishBacking.wish_id.in_(wish_ids))
        .group_by(WishBacking.wish_id)
    )
    return dict(db.session.execute(counted).all())


def _backed_by(actor: Actor, compound_id: UUID, wish_ids: Collection[UUID]) -> set[UUID]:
    mine = select(WishBacking.wish_id).where(
        WishBacking.compound_id == compound_id,
        WishBacking.wish_id.in_(wish_ids),
        WishBacking.account_id == actor.account_id,
    )
    return set(db.session.scalars(mine))
