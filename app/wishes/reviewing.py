"""What wishes tell moderation, and what its decisions do to them."""

from collections.abc import Collection, Mapping
from uuid import UUID

from sqlalchemy import select

from app.compounds import homes
from app.core import clock
from app.core.db import db
from app.core.masking import mask_name
from app.core.settings import Settings
from app.moderation import subjects
from app.moderation.errors import NotAppealable
from app.moderation.models import ReviewCase
from app.moderation.subjects import Shown
from app.org.permissions import Act
from app.wishes import reports, states, telling, terms, trail
from app.wishes.models import ConsentForm, Wish, WishCategory, WishState

KIND = "wish"
_CONSENT = {ConsentForm.WRITTEN: "书面同意", ConsentForm.SPOKEN: "口头同意"}


def configure(settings: Settings) -> None:
    """Take over the settings, and make wishes known to moderation."""
    terms.configure(settings)
    subjects.register(
        subjects.Subject(
            kind=KIND,
            chinese="微心愿",
            act=Act.REVIEW_WISH,
            lock=states.lock,
            shown=_shown,
            accepted=_accepted,
            refused=_refused,
            appealed=_appealed,
        )
    )

    subjects.register(reports.SUBJECT)


def _shown(compound_id: UUID, wish_ids: Collection[UUID]) -> Mapping[UUID, Shown]:
    wishes = db.session.scalars(select(Wish).where(Wish.compound_id == compound_id, Wish.id.in_(wish_ids))).all()
    names = homes.names_of(compound_id, {wish.posted_by for wish in wishes})
    return {wish.id: Shown(wish.text, _author(names, wish), _facts(wish)) for wish in wishes}


def _author(names: Mapping[UUID, str], wish: Wish) -> str:
    if wish.on_behalf:
        return f"楼栋长 {mask_name(names[wish.posted_by])}" if wish.posted_by in names else "楼栋长"
    return mask_name(wish.beneficiary_name)


def _facts(wish: Wish) -> dict[str, str]:
    facts = {"类别": WishCategory(wish.category).chinese, "受益人": mask_name(wish.beneficiary_name)}
    return facts | ({"代为提交": _CONSENT[ConsentForm(wish.consent)]} if wish.consent else {})


def _accepted(case: ReviewCase) -> None:
    wish, now = _of(case), clock.now()
    states.require_state(wish, WishState.CHECKING)
    wish.state, wish.published_at, wish.listed_at = WishState.PUBLISHED, now, now
    wish.expires_at = now + terms.wish_term()
    db.session.flush()
    trail.note(None, wish, "publish_wish", WishState.CHECKING, case_id=str(case.id))
    telling.tell_published(wish, case.id)


def _refused(case: ReviewCase) -> None:
    wish = _of(case)
    states.require_state(wish, WishState.CHECKING)
    wish.state = WishState.RETURNED
    db.session.flush()
    trail.note(None, wish, "return_wish", WishState.CHECKING, case_id=str(case.id))
    telling.tell_returned(wish, case.id, case.reason or "")


def _appealed(case: ReviewCase) -> None:
    wish = _of(case)
    if wish.state != WishState.RETURNED:
        raise NotAppealable
    wish.state = WishState.CHECKING
    db.session.flush()


def _of(case: ReviewCase) -> Wish:
    return db.session.get_one(Wish, (case.compound_id, case.subject_id))
