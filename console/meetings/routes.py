"""The compound's meetings, and the page of one."""

from uuid import UUID

from flask import Response

from app.meetings import desk as meetings
from app.org.permissions import Act
from console.meetings import words
from console.pages import Blueprint, Desk, at_compound, page

bp = Blueprint("console_meetings", __name__, "/compounds/<uuid:compound_id>/meetings")

STAFF = (Act.SEE_MEETING_DRAFTS, Act.RECORD_DELIVERY)


@bp.get("/")
@at_compound(*STAFF)
def index(desk: Desk) -> Response:
    """The compound's meetings by state, each with what to do next."""
    rows = [(row, words.next_step(desk, row)) for row in meetings.list_meetings(desk.actor, desk.compound_id)]
    return page(
        "meetings/index.html",
        running=[one for one in rows if one[0].state not in words.OVER],
        over=[one for one in rows if one[0].state in words.OVER],
        words=words,
    )


@bp.get("/<uuid:meeting_id>/")
@at_compound(*STAFF)
def show(desk: Desk, meeting_id: UUID) -> Response:
    """One meeting: where it stands, what to do next, and all that belongs to it."""
    meeting = meetings.get(desk.actor, desk.compound_id, meeting_id)
    return page("meetings/show.html", meeting=meeting, step=words.next_step(desk, meeting), words=words)
