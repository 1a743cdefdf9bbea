"""Photographs are erased some time after nothing goes on with a wish any more. PIPL 19: no longer than needed.

The rows go first, in one transaction with the lock of their wish; the files, which no row names then, are swept later
(`moderation.pictures.sweep_files`). A run that was stopped half-way goes on with the next.
"""

from typing import Final

from sqlalchemy import exists, or_, select

from app.core import clock
from app.core.db import db
from app.moderation import pictures
from app.moderation.check_models import Picture
from app.wishes import terms
from app.wishes.models import Wish, WishClaim, WishState
from app.wishes.reports import REPORT
from app.wishes.reviewing import KIND

AT_ONCE: Final = 200
_ENDED: Final = (
    WishState.RETURNED,
    WishState.FULFILLED,
    WishState.RATED,
    WishState.WITHDRAWN,
    WishState.EXPIRED,
    WishState.MERGED,
)


def forget_photos() -> int:
    """Erase the rows of the photographs of some wishes that ended so long ago; of how many wishes. 0: none is left."""
    before = clock.now() - terms.photo_term()
    claims = select(WishClaim.id).where(WishClaim.compound_id == Wish.compound_id, WishClaim.wish_id == Wish.id)
    pictured = exists().where(
        Picture.compound_id == Wish.compound_id,
        or_(
            (Picture.kind == KIND) & (Picture.subject_id == Wish.id),
            (Picture.kind == REPORT) & Picture.subject_id.in_(claims),
        ),
    )
    due = (
        select(Wish.compound_id, Wish.id)
        .where(Wish.state.in_(_ENDED), Wish.state_since <= before, pictured)
        .limit(AT_ONCE)
        .with_for_update(skip_locked=True, of=Wish)
    )
    found = db.session.execute(due).all()
    for compound_id, wish_id in found:
        pictures.forget(compound_id, KIND, [wish_id])
        own = select(WishClaim.id).where(WishClaim.compound_id == compound_id, WishClaim.wish_id == wish_id)
        pictures.forget(compound_id, REPORT, db.session.scalars(own).all())
    return len(found)
