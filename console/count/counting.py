"""Counting by two people: what each has to do, and how long the other has."""

from typing import Any
from uuid import UUID

from flask import Response, make_response, request, url_for
from flask.typing import ResponseReturnValue

from app.core import clock
from app.meetings import approvals, heads, service
from app.meetings.approvals import CountStanding
from app.meetings.models import CountCapacity, MeetingState
from app.org.permissions import Act
from console.count.blueprint import bp, meeting_page
from console.count.sheets import POLLS
from console.pages import Desk, acted, at_compound, page

CAPACITY = {CountCapacity.SECRETARY: "计票人（书记）", CountCapacity.SUPERVISOR: "监督人（监督员或社区、街道干部）"}
UNCOUNTED = (MeetingState.ANNOUNCED, MeetingState.VOTING, MeetingState.CLOSED)


@bp.get("/count")
@at_compound(Act.SEE_MEETING_DRAFTS)
def count(desk: Desk, meeting_id: UUID) -> Response:
    """Where the count stands, and the one thing to do now. Nothing of choices."""
    standing = approvals.count_standing(desk.actor, desk.compound_id, meeting_id)
    return meeting_page(desk, meeting_id, "count.html", asked=0, **_said(standing))


@bp.post("/count")
@at_compound(Act.SEE_MEETING_DRAFTS)
def approve(desk: Desk, meeting_id: UUID) -> ResponseReturnValue:
    """Approve the count; the second of the two counts."""
    return acted(
        lambda: service.approve_count(desk.actor, desk.compound_id, meeting_id),
        url_for("console_count.count", compound_id=desk.compound_id, meeting_id=meeting_id),
        "您已确认计票。",
    )


@bp.get("/count/state")
@at_compound(Act.SEE_MEETING_DRAFTS)
def count_state(desk: Desk, meeting_id: UUID) -> Response:
    """For a page that waits for the other person: the time that is left, or to be opened anew."""
    head = heads.get_head(desk.actor, desk.compound_id, meeting_id)
    standing = approvals.count_standing(desk.actor, desk.compound_id, meeting_id)
    if head.state not in UNCOUNTED or not standing.did:
        response = make_response("", 204)
        response.headers["HX-Refresh"] = "true"
        return response
    asked = min(request.args.get("asked", 0, type=int) + 1, POLLS)
    here = {"compound_id": desk.compound_id, "meeting_id": meeting_id}
    return page("count/countdown.html", asked=asked, here=here, **_said(standing))


def _said(standing: CountStanding) -> dict[str, Any]:
    left = int((standing.lapses_at - clock.now()).total_seconds()) if standing.lapses_at else 0
    return {
        "standing": standing,
        "approvals": [(name, standing.approved_at.get(capacity)) for capacity, name in CAPACITY.items()],
        "waiting_for": "、".join(CAPACITY[one] for one in standing.waiting_for),
        "may": [CAPACITY[one] for one in standing.mine if one in standing.waiting_for],
        "left": f"{left // 60} 分 {left % 60:02} 秒",
    }
