"""The report of what was done for a wish: neighbours see its note and photographs once the review was passed.

WeChat's word is enough where it finds nothing: the wish itself was reviewed by a person. The poster sees it at once.
"""

from collections.abc import Collection, Mapping
from uuid import UUID

from sqlalchemy import select

from app.compounds import homes
from app.core import clock
from app.core.db import db
from app.core.masking import mask_name
from app.moderation.models import ReviewCase
from app.moderation.subjects import Shown, Subject
from app.org.permissions import Act
from app.wishes import states
from app.wishes.models import Wish, WishClaim

REPORT = "wish_report"
_NOTHING = "（没有文字）"


def _lock(compound_id: UUID, claim_id: UUID) -> Wish:
    claim = db.session.get_one(WishClaim, (compound_id, claim_id))
    return states.lock(compound_id, claim.wish_id)


def _shown(compound_id: UUID, claim_ids: Collection[UUID]) -> Mapping[UUID, Shown]:
    found = select(WishClaim, Wish.text).join(
        Wish, (Wish.compound_id == WishClaim.compound_id) & (Wish.id == WishClaim.wish_id)
    )
    of_them = found.where(WishClaim.compound_id == compound_id, WishClaim.id.in_(claim_ids))
    rows = db.session.execute(of_them).all()
    names = homes.names_of(compound_id, {claim.account_id for claim, _ in rows})
    return {
        claim.id: Shown(claim.note or _NOTHING, mask_name(names.get(claim.account_id, "志愿者")), {"心愿": text})
        for claim, text in rows
    }


def _accepted(case: ReviewCase) -> None:
    _of(case).report_shown_at = clock.now()
    db.session.flush()


def _leave(case: ReviewCase) -> None:
    """Refused or appealed: it stays as it is, between those whom it concerns."""


def _of(case: ReviewCase) -> WishClaim:
    return db.session.get_one(WishClaim, (case.compound_id, case.subject_id))


SUBJECT = Subject(
    kind=REPORT,
    chinese="心愿完成情况",
    act=Act.REVIEW_WISH,
    lock=_lock,
    shown=_shown,
    accepted=_accepted,
    refused=_leave,
    appealed=_leave,
    human=False,
)
