"""The acts of a review: open, decide, appeal, close."""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import select

from app.core import clock
from app.core.db import db
from app.identity.actor import Actor
from app.moderation import cases, checking, subjects
from app.moderation.errors import (
    CaseNotFound,
    CaseNotWaiting,
    NotAppealable,
    OwnEntry,
    RefusalReasonRequired,
    SecondReviewerNeeded,
)
from app.moderation.models import OPEN, CaseState, Ground, ReviewCase
from app.moderation.telling import tell_waiting
from app.org.policy import require


def open_case(
    actor: Actor, compound_id: UUID, kind: str, subject_id: UUID, involved: Collection[UUID] = ()
) -> ReviewCase:
    """Put a subject, which the caller has locked, before WeChat and then before the reviewers.

    `involved` must not decide, nor the actor.
    """
    now = clock.now()
    case = ReviewCase(
        compound_id=compound_id,
        kind=kind,
        subject_id=subject_id,
        state=CaseState.CHECKING,
        opened_by=actor.account_id,
        involved=sorted({actor.account_id, *involved}),
        opened_at=now,
        check_until=now + checking.CHECK_FOR,
    )
    db.session.add(case)
    db.session.flush()
    cases.note(actor, case, "open_review")
    checking.begin(case)
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
        cases.note(actor, case, "close_review")


def decide(
    actor: Actor, compound_id: UUID, case_id: UUID, accept: bool, ground: Ground | None, reason: str | None
) -> ReviewCase:
    """Accept what waits, or refuse it with a ground and a reason. Nobody decides on an own entry or refusal.

    Raises Forbidden, CaseNotFound, OwnEntry, SecondReviewerNeeded, CaseNotWaiting, RefusalReasonRequired.
    """
    case = cases.locked(compound_id, case_id)
    require(actor, subjects.of(case.kind).act, compound_id)
    if actor.account_id in case.involved:
        raise OwnEntry
    checking.settle(case, clock.now())
    if case.state not in OPEN:
        raise CaseNotWaiting(state=case.state, state_text=CaseState(case.state).chinese)
    if case.state == CaseState.APPEALED and case.decided_by == actor.account_id:
        raise SecondReviewerNeeded
    if not accept and not (ground and (reason or "").strip()):
        raise RefusalReasonRequired
    cases.decided(actor, case, accept, ground, reason)
    return case


def take_down(
    actor: Actor,
    compound_id: UUID,
    kind: str,
    subject_id: UUID,
    author: UUID,
    involved: Collection[UUID],
    ground: Ground,
    reason: str,
) -> ReviewCase:
    """Refuse a subject that was accepted before, which the caller has locked; its author may appeal as ever.

    Raises Forbidden, OwnEntry.
    """
    require(actor, subjects.of(kind).act, compound_id)
    concerned = {author, *involved}
    if actor.account_id in concerned:
        raise OwnEntry
    now = clock.now()
    case = ReviewCase(
        compound_id=compound_id,
        kind=kind,
        subject_id=subject_id,
        state=CaseState.REFUSED,
        opened_by=author,
        involved=sorted(concerned),
        opened_at=now,
        decided_by=actor.account_id,
        decided_at=now,
        ground=ground,
        reason=reason,
    )
    db.session.add(case)
    db.session.flush()
    cases.note(actor, case, "take_down")
    return case


def appeal(actor: Actor, compound_id: UUID, case_id: UUID, text: str) -> ReviewCase:
    """Ask that another person looks at a refusal, once a case, as the one who entered the subject.

    Raises CaseNotFound, also to anybody else, and NotAppealable.
    """
    case = cases.locked(compound_id, case_id)
    if case.opened_by != actor.account_id:
        raise CaseNotFound
    if case.state == CaseState.APPEALED:
        return case
    if case.state != CaseState.REFUSED or case.appealed_at is not None or cases.is_superseded(case):
        raise NotAppealable
    case.state, case.appeal, case.appealed_at = CaseState.APPEALED, text, clock.now()
    db.session.flush()
    cases.note(actor, case, "appeal_review")
    subjects.of(case.kind).appealed(case)
    tell_waiting(case)
    return case
