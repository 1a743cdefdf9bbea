"""Where a wish stands at a moment, and reading it under that state.

Times rule by themselves: a claim that is not begun in time holds nothing from then on, and a wish that nobody claimed
expires, whether or not a job has run. `settle` writes down what time has done already.
"""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, and_, case, literal, select

from app.core.db import db
from app.wishes import telling
from app.wishes.errors import WishNotFound, WrongWishState
from app.wishes.models import ClaimEnding, Wish, WishClaim, WishState

PUBLIC = (WishState.PUBLISHED, WishState.CLAIMED, WishState.FULFILLED, WishState.RATED)
"""The states in which the compound sees a wish."""

UNFINISHED = (
    WishState.DRAFT,
    WishState.CHECKING,
    WishState.RETURNED,
    WishState.PUBLISHED,
    WishState.CLAIMED,
)


def state_at(wish: Wish, moment: datetime) -> WishState:
    """The state at a moment."""
    state = WishState(wish.state)
    if state is WishState.CLAIMED and wish.claim_lapses_at and wish.claim_lapses_at <= moment:
        state = WishState.PUBLISHED
    if state is WishState.PUBLISHED and wish.expires_at and wish.expires_at <= moment:
        return WishState.EXPIRED
    return state


def state_column(moment: datetime) -> ColumnElement[str]:
    """`state_at` as SQL."""
    lapsed = and_(Wish.state == WishState.CLAIMED, Wish.claim_lapses_at <= moment)
    free = (Wish.state == WishState.PUBLISHED) | lapsed
    return case(
        (and_(free, Wish.expires_at <= moment), literal(str(WishState.EXPIRED))),
        (lapsed, literal(str(WishState.PUBLISHED))),
        else_=Wish.state,
    )


def existing(compound_id: UUID, wish_id: UUID) -> Wish:
    """The wish, without a lock. Raises WishNotFound."""
    wish = db.session.get(Wish, (compound_id, wish_id), populate_existing=True)
    if wish is None:
        raise WishNotFound
    return wish


def lock(compound_id: UUID, wish_id: UUID) -> Wish:
    """The wish, locked against every other change. Raises WishNotFound."""
    wish = db.session.get(Wish, (compound_id, wish_id), with_for_update=True, populate_existing=True)
    if wish is None:
        raise WishNotFound
    return wish


def lock_visible(account_id: UUID, compound_id: UUID, wish_id: UUID, moment: datetime) -> Wish:
    """The wish, locked and settled, for its poster, and for anybody once it was published. Raises WishNotFound."""
    wish = lock(compound_id, wish_id)
    if wish.published_at is None and wish.posted_by != account_id:
        raise WishNotFound
    settle(wish, moment)
    return wish


def require_state(wish: Wish, *allowed: WishState) -> None:
    """Raise WrongWishState unless the settled wish is in an allowed state."""
    state = WishState(wish.state)
    if state not in allowed:
        raise WrongWishState(state=state.value, state_text=state.chinese, allowed=[one.value for one in allowed])


def settle(wish: Wish, moment: datetime) -> bool:
    """Write down what time has done to a locked wish, and tell whom it concerns; whether it did anything."""
    state = state_at(wish, moment)
    if state == wish.state:
        return False
    if wish.state == WishState.CLAIMED:
        end_claim(wish, ClaimEnding.LAPSED, wish.claim_lapses_at or moment)
    if state is WishState.EXPIRED:
        wish.state = WishState.EXPIRED
        telling.tell_expired(wish)
    db.session.flush()
    return True


def live_claim(wish: Wish) -> WishClaim | None:
    """The claim that stands on the wish."""
    claims = select(WishClaim).where(
        WishClaim.compound_id == wish.compound_id, WishClaim.wish_id == wish.id, WishClaim.ended_at.is_(None)
    )
    return db.session.scalars(claims.execution_options(populate_existing=True)).one_or_none()


def end_claim(wish: Wish, ending: ClaimEnding, moment: datetime, reason: str | None = None) -> WishClaim | None:
    """End the live claim of a locked wish. Unless it was fulfilled or the wish withdrawn, the wish is free again."""
    claim = live_claim(wish)
    if claim is None:
        return None
    claim.ended_at, claim.ending, claim.reason = moment, ending, reason
    wish.claim_lapses_at = None
    if ending in (ClaimEnding.GIVEN_UP, ClaimEnding.RELEASED, ClaimEnding.LAPSED):
        wish.state = WishState.PUBLISHED
        telling.tell_released(wish, claim)
    db.session.flush()
    return claim
