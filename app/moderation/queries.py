"""Reads of the review queue. Names leave masked."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.dialects.postgresql import distinct_on

from app.core import clock
from app.core.db import db
from app.core.errors import Forbidden
from app.identity.actor import Actor
from app.moderation import checking, pictures, subjects
from app.moderation.cases import is_superseded
from app.moderation.check_models import LABEL_TEXT, ContentCheck, Suggest
from app.moderation.errors import CaseNotFound
from app.moderation.models import OPEN, CaseState, Ground, ReviewCase
from app.moderation.pictures import PictureView
from app.moderation.subjects import Shown
from app.org import policy


@dataclass(frozen=True)
class CaseView:
    """A case as a reviewer sees it.

    may_decide   whether the actor may; not on an own entry, nor on an appeal against the own refusal
    appeal       what its author says against the refusal
    """

    id: UUID
    kind: str
    subject_id: UUID
    state: str
    state_text: str
    text: str
    author_masked: str
    facts: Mapping[str, str]
    opened_at: datetime
    ground: str | None
    reason: str | None
    appeal: str | None
    may_decide: bool
    checks: Sequence["CheckView"]
    pictures: Sequence[PictureView]


@dataclass(frozen=True)
class CheckView:
    """What WeChat says of the text or of one picture; `suggest` None: nothing yet. `label_text`: why, for people."""

    what: str
    suggest: str | None
    suggest_text: str | None
    label: str | None
    label_text: str | None


@dataclass(frozen=True)
class OwnReview:
    """The last review of a subject as its author sees it; who decided is not shown."""

    id: UUID
    state: str
    state_text: str
    ground: str | None
    ground_text: str | None
    reason: str | None
    may_appeal: bool


def waiting(
    actor: Actor, compound_id: UUID, kind: str | None = None, after: UUID | None = None, limit: int = 20
) -> Sequence[CaseView]:
    """What waits for a decision of a kind that the actor may review, the oldest first. Raises Forbidden."""
    mine = kinds_of(actor, compound_id)
    if kind and kind not in mine:
        raise Forbidden
    page = select(ReviewCase).where(*open_cases(compound_id, [kind] if kind else mine))
    if after:
        page = page.where(ReviewCase.id > after)
    return views_of(actor, compound_id, db.session.scalars(page.order_by(ReviewCase.id).limit(limit)).all())


def kinds_of(actor: Actor, compound_id: UUID) -> Sequence[str]:
    """The kinds of subject that the actor may review here. Raises Forbidden where there are none."""
    mine = [one.kind for one in subjects.all_kinds() if policy.can(actor, one.act, compound_id)]
    if not mine:
        raise Forbidden
    return mine


def open_cases(compound_id: UUID, kinds: Collection[str]) -> tuple[ColumnElement[bool], ...]:
    """That a case of these kinds waits for a person now."""
    late = and_(ReviewCase.state == CaseState.CHECKING, ReviewCase.check_until <= clock.now())
    return (
        ReviewCase.compound_id == compound_id,
        or_(ReviewCase.state.in_(OPEN), late),
        ReviewCase.kind.in_(kinds),
    )


def get_case(actor: Actor, compound_id: UUID, case_id: UUID) -> CaseView:
    """One case, for those who may review its kind. Raises Forbidden, CaseNotFound."""
    case = db.session.get(ReviewCase, (compound_id, case_id), populate_existing=True)
    if case is None:
        raise CaseNotFound
    policy.require(actor, subjects.of(case.kind).act, compound_id)
    return views_of(actor, compound_id, [case])[0]


def last_review(compound_id: UUID, kind: str, subject_id: UUID) -> OwnReview | None:
    """The last review of a subject, for its author."""
    return last_reviews(compound_id, kind, [subject_id]).get(subject_id)


def last_reviews(compound_id: UUID, kind: str, subject_ids: Collection[UUID]) -> dict[UUID, OwnReview]:
    """The last review of each of these subjects that was ever reviewed, for its author."""
    newest = (
        select(ReviewCase)
        .ext(distinct_on(ReviewCase.subject_id))
        .where(ReviewCase.compound_id == compound_id, ReviewCase.kind == kind, ReviewCase.subject_id.in_(subject_ids))
        .order_by(ReviewCase.subject_id, ReviewCase.id.desc())
    )
    return {case.subject_id: own_view(case) for case in db.session.scalars(newest)} if subject_ids else {}


def own_view(case: ReviewCase) -> OwnReview:
    """A case as its author sees it."""
    state = CaseState(case.state)
    return OwnReview(
        id=case.id,
        state=state.value,
        state_text=state.chinese,
        ground=case.ground,
        ground_text=Ground(case.ground).chinese if case.ground else None,
        reason=case.reason,
        may_appeal=state is CaseState.REFUSED and case.appealed_at is None and not is_superseded(case),
    )


def views_of(actor: Actor, compound_id: UUID, cases: Sequence[ReviewCase]) -> list[CaseView]:
    """Cases of one compound as the actor, who may review their kinds, sees them."""
    by_kind: dict[str, list[UUID]] = defaultdict(list)
    for case in cases:
        by_kind[case.kind].append(case.subject_id)
    shown = {kind: subjects.of(kind).shown(compound_id, ids) for kind, ids in by_kind.items()}
    pictured = {kind: pictures.of_subjects(compound_id, kind, ids) for kind, ids in by_kind.items()}
    checks = checking.checks_of(cases)
    return [
        _view(
            actor,
            case,
            shown[case.kind][case.subject_id],
            checks[case.id],
            pictured[case.kind].get(case.subject_id, []),
        )
        for case in cases
    ]


def _view(
    actor: Actor, case: ReviewCase, shown: Shown, checks: Sequence[ContentCheck], pictured: Sequence[PictureView]
) -> CaseView:
    state = CaseState(case.state)
    if state is CaseState.CHECKING and case.check_until and case.check_until <= clock.now():
        state = CaseState.WAITING
    again = state is CaseState.APPEALED and case.decided_by == actor.account_id
    return CaseView(
        id=case.id,
        kind=case.kind,
        subject_id=case.subject_id,
        state=state.value,
        state_text=state.chinese,
        text=shown.text,
        author_masked=shown.author,
        facts=shown.facts,
        opened_at=case.opened_at,
        ground=case.ground,
        reason=case.reason,
        appeal=case.appeal,
        may_decide=state in OPEN and actor.account_id not in case.involved and not again,
        checks=[_check_view(check) for check in checks],
        pictures=pictured,
    )


def _check_view(check: ContentCheck) -> CheckView:
    suggest = Suggest(check.suggest) if check.suggest else None
    return CheckView(
        what=checking.what(check),
        suggest=suggest,
        suggest_text=suggest.chinese if suggest else None,
        label=check.label,
        label_text=LABEL_TEXT.get(check.label or ""),
    )
