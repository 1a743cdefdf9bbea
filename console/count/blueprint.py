"""The blueprint of the pages, and what each of them shows around its own."""

from typing import Any
from uuid import UUID

from flask import Response

from app.meetings import heads
from app.org.permissions import Act
from console.pages import Blueprint, Desk, page

UPLOAD_LIMIT = 21 * 1024 * 1024

bp = Blueprint("console_count", __name__, "/compounds/<uuid:compound_id>/meetings/<uuid:meeting_id>")

TABS = (
    ("console_count.paper", "纸质票", Act.ENTER_PAPER),
    ("console_count.mandates", "委托", Act.ENTER_MANDATE),
    ("console_count.disputes", "共有人争议", Act.SEE_MEETING_DRAFTS),
    ("console_count.count", "计票", Act.SEE_MEETING_DRAFTS),
    ("console_count.result", "结果", Act.SEE_MEETING_DRAFTS),
    ("console_count.objections", "结果异议", Act.DECIDE_RESULT_OBJECTION),
    ("console_count.documents", "文书", Act.SEE_MEETING_DRAFTS),
)


def meeting_page(desk: Desk, meeting_id: UUID, template: str, status: int = 200, **context: Any) -> Response:
    """A page of an announced meeting, with its title, its state and the way to the other pages.

    Raises Forbidden, MeetingNotFound.
    """
    head = heads.get_head(desk.actor, desk.compound_id, meeting_id)
    tabs = [(endpoint, title) for endpoint, title, act in TABS if desk.can(act)]
    here = {"compound_id": desk.compound_id, "meeting_id": meeting_id}
    return page(f"count/{template}", status, head=head, tabs=tabs, here=here, Act=Act, **context)
