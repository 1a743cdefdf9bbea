"""The acts of a review: open, decide, appeal, close."""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import select

from app.core import audit, clock
from app.core.db import db
from app.identity.actor import Actor
from app.moderation import subjects
from app.moderation.errors import (
    CaseNotFound,
    CaseNotWaiting,
    NotAppealable,
    OwnEntry,
    RefusalReasonRequired,
    SecondReviewerNeeded,
)
from app.moderation.models import CaseState, Ground, ReviewCase
from app.moderation.telling import tell_waiting
from app.org.policy import require

OPEN = (CaseState.WAITING, CaseState.APPEALED)


def open_case(
    actor: Actor, compound_id: UUID, kind: str, subject_id: UUID, involved: Collection[UUID] = ()
) -> ReviewCase:
    """Put a subject, which the caller has locked, before the reviewers. `involved` must not decide, nor the actor."""
    case = ReviewCase(
        compound_id=compound_id,
        kind=kind,
        subject_id=subject_id,
        state=CaseState.WAITING,
        opened_by=actor.account_id,
        involved=sorted({actor.account_id, *involved}),
        opened_at=clock.now(),
    )
    db.session.add(case)
    db.session.flush()
    _note(actor, case, "open_review")
    tell_waiting(case)
    return case


def close_case(actor: Actor | None, compound_id: UUID, kind: str, subject_id: UUID) -> None:
    """End the open case of a subject that the caller has locked and takes back; none is no error."""
    open_one = select(ReviewCase).where(
        ReviewCase.compound_id == compound_id,
        ReviewCase.kind == kind,
        ReviewCase.subject_id == subject_id,
        ReviewCase.state.in_((CaseState.CHECKING, *OPEN)),
    )
    case = db.session.scalars(open_one.with_for_update()).one_or_none()
    if case is not None:
        case.state = CaseState.CLOSED
        db.session.flush()
        _note(actor, case, "close_review")


def decide(
    actor: Actor, compound_id: UUID, case_id: UUID, accept: bool, ground: Ground | None, reason: str | None
) -> ReviewCase:
    """Accept what waits, or refuse it with a ground and a reason. Nobody decides on an own entry or refusal.

    Raises Forbidden, CaseNotFound, OwnEntry, SecondReviewerNeeded, CaseNotWaiting, RefusalReasonRequired.
    """
    case = locked(compound_id, case_id)
    subject = subjects.of(case.kind)
    require(actor, subject.act, compound_id)
    if actor.account_id in case.involved:
        raise OwnEntry
    if case.state not in OPEN:
        raise CaseNotWaiting(state=case.state, state_text=CaseState(case.state).chinese)
    if case.state == CaseState.APPEALED and case.decided_by == actor.account_id:
        raise SecondReviewerNeeded
    if not accept and not (ground and (reason or "").strip()):
        raise RefusalReasonRequired
    _decided(actor, case, accept, ground, reason)
    (subject.accepted if accept else subject.refused)(case)
    return case


def _decided(actor: Actor, case: ReviewCase, accept: bool, ground: Ground | None, reason: str | None) -> None:
    now = clock.now()
    if case.state == CaseState.APPEALED:
        case.appeal_decided_by, case.appeal_decided_at = actor.account_id, now
    else:
        case.decided_by, case.decided_at = actor.account_id, now
    case.state = CaseState.ACCEPTED if accept else CaseState.REFUSED
    case.ground = None if accept else ground
    case.reason = (reason or "").strip() or None
    db.session.flush()
    _note(actor, case, "decide_review")


def appeal(actor: Actor, compound_id: UUID, case_id: UUID, text: str) -> ReviewCase:
    """Ask that another person looks at a refusal, once a case, as the one who entered the subject.

    Raises CaseNotFound, also to anybody else, and NotAppealable.
    """
    case = locked(compound_id, case_id)
    if case.opened_by != actor.account_id:
        raise CaseNotFound
    if case.state == CaseState.APPEALED:
        return case
    if case.state != CaseState.REFUSED or case.appealed_at is not None or is_superseded(case):
        raise NotAppealable
    case.state, case.appeal, case.appealed_at = CaseState.APPEALED, text, clock.now()
    db.session.flush()
    _note(actor, case, "appeal_review")
    subjects.of(case.kind).appealed(case)
    tell_waiting(case)
    return case


def locked(compound_id: UUID, case_id: UUID) -> ReviewCase:
    """The case, locked after its subject. Raises CaseNotFound."""
    found = db.session.get(ReviewCase, (compound_id, case_id))
    if found is None:
        raise CaseNotFound
    subjects.of(found.kind).lock(compound_id, found.subject_id)
    return db.session.get_one(ReviewCase, (compound_id, case_id), with_for_update=True, populate_existing=True)


def is_superseded(case: ReviewCase) -> bool:
    """Whether the subject was put before the reviewers again since."""
    later = select(ReviewCase.id).where(
        ReviewCase.compound_id == case.compound_id,
        ReviewCase.kind == case.kind,
        ReviewCase.subject_id == case.subject_id,
        ReviewCase.id > case.id,
    )
    return db.session.scalar(later.limit(1)) is not None


def _note(actor: Actor | None, case: ReviewCase, act: str) -> None:
    facts = {"case_id": str(case.id), "kind": case.kind, "state": str(case.state), "ground": case.ground}
    audit.record(case.compound_id, actor.account_id if actor else None, act, case.subject_id, after=facts)
