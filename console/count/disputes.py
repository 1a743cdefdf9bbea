"""Co-owners whose ballots contradict each other."""

from uuid import UUID

from flask import Response

from app.meetings import parties
from app.org.permissions import Act
from console.count.blueprint import bp, meeting_page
from console.pages import Desk, at_compound


@bp.get("/disputes")
@at_compound(Act.SEE_MEETING_DRAFTS)
def disputes(desk: Desk, meeting_id: UUID) -> Response:
    """The parties whose ballots count for nothing as yet, and how their dispute can end. Never a choice."""
    found = parties.list_disputes(desk.actor, desk.compound_id, meeting_id)
    return meeting_page(desk, meeting_id, "disputes.html", disputes=found)
