"""Cases: locked, and what was decided on them written down. What may be decided, and by whom, is in `service`."""

from uuid import UUID

from sqlalchemy import select

from app.core import audit, clock
from app.core.db import db
from app.identity.actor import Actor
from app.moderation import subjects
from app.moderation.errors import CaseNotFound
from app.moderation.models import CaseState, Ground, ReviewCase


def locked(compound_id: UUID, case_id: UUID) -> ReviewCase:
    """The case, locked after its subject. Raises CaseNotFound."""
    found = db.session.get(ReviewCase, (compound_id, case_id))
    if found is None:
        raise CaseNotFound
    subjects.of(found.kind).lock(compound_id, found.subject_id)
    return db.session.get_one(ReviewCase, (compound_id, case_id), with_for_update=True, populate_existing=True)


def decided(actor: Actor | None, case: ReviewCase, accept: bool, ground: Ground | None, reason: str | None) -> None:
    """Write a decision down and let the subject take it over. No actor: the program decided."""
    now, account_id = clock.now(), actor.account_id if actor else None
    if case.state == CaseState.APPEALED:
        case.appeal_decided_by, case.appeal_decided_at = account_id, now
    else:
        case.decided_by, case.decided_at = account_id, now
    case.state = CaseState.ACCEPTED if accept else CaseState.REFUSED
    case.ground = None if accept else ground
    case.reason = (reason or "").strip() or None
    db.session.flush()
    note(actor, case, "decide_review")
    subject = subjects.of(case.kind)
    (subject.accepted if accept else subject.refused)(case)


def is_superseded(case: ReviewCase) -> bool:
    """Whether the subject was put before the reviewers again since."""
    later = select(ReviewCase.id).where(
        ReviewCase.compound_id == case.compound_id,
        ReviewCase.kind == case.kind,
        ReviewCase.subject_id == case.subject_id,
        ReviewCase.id > case.id,
    )
    return db.session.scalar(later.limit(1)) is not None


def note(actor: Actor | None, case: ReviewCase, act: str) -> None:
    """Put an act on record: ids, states and the ground, never words."""
    facts = {"case_id": str(case.id), "kind": case.kind, "state": str(case.state), "ground": case.ground}
    audit.record(case.compound_id, actor.account_id if actor else None, act, case.subject_id, after=facts)
