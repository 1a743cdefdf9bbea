"""The review queue (审核)."""

from typing import Any
from uuid import UUID

from app.core.errors import Forbidden
from app.identity.actor import Actor
from app.moderation import errors, queries, service
from miniprogram_api.auth import authenticated
from miniprogram_api.http import Blueprint, fails_with
from miniprogram_api.moderation.schemas import (
    AppealSchema,
    CaseListSchema,
    CaseSchema,
    OwnReviewSchema,
    QueueSchema,
    ReviewDecisionSchema,
)

bp = Blueprint("moderation", __name__, url_prefix="/compounds/<uuid:compound_id>/reviews", description="内容审核")


@bp.get("")
@authenticated
@bp.arguments(QueueSchema, location="query")
@bp.response(200, CaseListSchema)
@fails_with(Forbidden)
def list_reviews(actor: Actor, page: dict[str, Any], compound_id: UUID) -> dict[str, Any]:
    """List what waits for a reviewer, the oldest first."""
    return {"items": queries.waiting(actor, compound_id, **page)}


@bp.get("/<uuid:case_id>")
@authenticated
@bp.response(200, CaseSchema)
@fails_with(Forbidden, errors.CaseNotFound)
def get_review(actor: Actor, compound_id: UUID, case_id: UUID) -> queries.CaseView:
    """Show one case to a reviewer."""
    return queries.get_case(actor, compound_id, case_id)


@bp.post("/<uuid:case_id>/decision")
@authenticated
@bp.arguments(ReviewDecisionSchema)
@bp.response(200, CaseSchema)
@fails_with(
    Forbidden,
    errors.CaseNotFound,
    errors.OwnEntry,
    errors.SecondReviewerNeeded,
    errors.CaseNotWaiting,
    errors.RefusalReasonRequired,
)
def decide_review(actor: Actor, body: dict[str, Any], compound_id: UUID, case_id: UUID) -> queries.CaseView:
    """Accept what waits, or refuse it with a ground and a reason; never an own entry."""
    service.decide(actor, compound_id, case_id, **body)
    return queries.get_case(actor, compound_id, case_id)


@bp.post("/<uuid:case_id>/appeal")
@authenticated
@bp.arguments(AppealSchema)
@bp.response(200, OwnReviewSchema)
@fails_with(errors.CaseNotFound, errors.NotAppealable)
def appeal_review(actor: Actor, body: dict[str, Any], compound_id: UUID, case_id: UUID) -> queries.OwnReview:
    """Ask that another person looks at a refusal, once, as its author."""
    return queries.own_view(service.appeal(actor, compound_id, case_id, body["text"]))
