"""Wishes that ask for the same: likely ones are proposed to the reviewer, who merges them."""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from rapidfuzz import fuzz
from sqlalchemy import delete, literal, select
from sqlalchemy.dialects.postgresql import insert

from app.core import clock
from app.core.db import db
from app.identity.actor import Actor
from app.moderation import service as moderation
from app.moderation.errors import OwnEntry
from app.wishes import policy, states, telling, trail
from app.wishes.errors import MergeRefused
from app.wishes.models import Wish, WishBacking, WishState
from app.wishes.reviewing import KIND

ALIKE = 55
"""From this score on, of 100, two texts are proposed as the same wish."""

WITHIN = 0.8
"""What counts a text that stands within a longer one, beside one that is as long."""

MOST_PROPOSED = 5
_COMPARED = 2000


@dataclass(frozen=True)
class LikelyDuplicate:
    """A wish that may ask for the same; `score` of 100."""

    id: UUID
    text: str
    category: str
    state: str
    state_text: str
    score: int


def likely_duplicates(actor: Actor, compound_id: UUID, wish_id: UUID) -> Sequence[LikelyDuplicate]:
    """The compound's open wishes whose text is like this one's, the likeliest first. Raises Forbidden, WishNotFound."""
    policy.require_review(actor, compound_id)
    wish = states.existing(compound_id, wish_id)
    current = states.state_column(clock.now())
    others = select(Wish.id, Wish.text, Wish.category, current.label("state")).where(
        Wish.compound_id == compound_id, Wish.id != wish.id, current.in_(_OPEN)
    )
    rows = db.session.execute(others.order_by(Wish.listed_at.desc(), Wish.id.desc()).limit(_COMPARED)).all()
    text = _plain(wish.text)
    found = [
        LikelyDuplicate(row.id, row.text, row.category, row.state, WishState(row.state).chinese, score)
        for row in rows
        if (score := likeness(text, _plain(row.text))) >= ALIKE
    ]
    return sorted(found, key=lambda one: (-one.score, one.id))[:MOST_PROPOSED]


_OPEN = (WishState.CHECKING, WishState.PUBLISHED, WishState.CLAIMED)


def merge_wish(actor: Actor, compound_id: UUID, wish_id: UUID, into: UUID) -> Wish:
    """Let a wish go on as part of another one that is public; who backed it backs that, and its poster does too.

    Returns the other. Once more changes nothing.
    Raises Forbidden, WishNotFound, OwnEntry, WrongWishState, MergeRefused.
    """
    policy.require_review(actor, compound_id)
    if wish_id == into:
        raise MergeRefused
    now = clock.now()
    both = {one: states.lock(compound_id, one) for one in sorted((wish_id, into))}
    wish, other = both[wish_id], both[into]
    for one in both.values():
        states.settle(one, now)
    if wish.merged_into == other.id:
        return other
    if actor.account_id in (wish.posted_by, other.posted_by):
        raise OwnEntry
    states.require_state(wish, WishState.CHECKING, WishState.PUBLISHED)
    if other.state not in (WishState.PUBLISHED, WishState.CLAIMED):
        raise MergeRefused
    before = wish.state
    _move_backings(wish, other)
    wish.state, wish.merged_into = WishState.MERGED, other.id
    db.session.flush()
    moderation.close_case(actor, compound_id, KIND, wish.id)
    trail.note(actor, wish, "merge_wish", before, into=str(other.id))
    telling.tell_merged(wish)
    return other


def likeness(one: str, other: str) -> int:
    """How alike two texts are, of 100: letter by letter, or the shorter as a part of the longer."""
    return round(max(fuzz.ratio(one, other), WITHIN * fuzz.partial_ratio(one, other)))


def _plain(text: str) -> str:
    """The letters and digits alone, full-width ones made half-width."""
    return "".join(letter for letter in unicodedata.normalize("NFKC", text) if letter.isalnum())


def _move_backings(wish: Wish, other: Wish) -> None:
    of_wish = (WishBacking.compound_id == wish.compound_id, WishBacking.wish_id == wish.id)
    columns = ["compound_id", "wish_id", "account_id", "backed_at"]
    moved = select(literal(wish.compound_id), literal(other.id), WishBacking.account_id, WishBacking.backed_at)
    poster = select(literal(wish.compound_id), literal(other.id), literal(wish.posted_by), literal(clock.now()))
    backers = [moved.where(*of_wish, WishBacking.account_id != other.posted_by)]
    if wish.posted_by != other.posted_by:
        backers.append(poster)
    for some in backers:
        db.session.execute(insert(WishBacking).from_select(columns, some).on_conflict_do_nothing())
    db.session.execute(delete(WishBacking).where(*of_wish))
