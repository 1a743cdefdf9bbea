"""Word documents of the meeting, and the bundle by which anybody does the count again."""

from io import BytesIO
from uuid import UUID

from flask import Response, send_file

from app.core.errors import NotFound
from app.meetings.documents import service
from app.meetings.documents.data import DocumentKind
from app.meetings.log import bundle
from app.meetings.models import MeetingState
from app.org.permissions import Act
from console.count.blueprint import bp, meeting_page
from console.pages import Desk, at_compound

ABOUT = {
    DocumentKind.ANNOUNCEMENT: "会议时间、表决事项和依据，盖章后张贴。",
    DocumentKind.ELECTORATE: "每户的面积和表决权编号，姓名已隐去一部分，供业主核对。",
    DocumentKind.BALLOT_SHEETS: "每户一页，右上角有二维码，发给要用纸质票的业主。",
    DocumentKind.COUNT_RECORD: "票数、每一步算式和两人签名处，签字后存档。",
    DocumentKind.RESULT: "各事项的结论和算式，盖章后张贴。",
}
COUNTED = (MeetingState.COUNTED, MeetingState.PUBLISHED, MeetingState.FINAL, MeetingState.ANNULLED)


@bp.get("/documents")
@at_compound(Act.SEE_MEETING_DRAFTS)
def documents(desk: Desk, meeting_id: UUID) -> Response:
    """What can be downloaded now, and from when on the rest."""
    return meeting_page(
        desk,
        meeting_id,
        "documents.html",
        kinds=list(DocumentKind),
        about=ABOUT,
        states=service.STATES,
        counted=COUNTED,
    )


@bp.get("/documents/<string:name>.docx")
@at_compound(Act.SEE_MEETING_DRAFTS)
def document(desk: Desk, meeting_id: UUID, name: str) -> Response:
    """A document as a file, to print and seal."""
    if name not in set(DocumentKind):
        raise NotFound
    made = service.make_document(desk.actor, desk.compound_id, meeting_id, DocumentKind(name))
    response = send_file(BytesIO(made.content), service.MEDIA_TYPE, as_attachment=True, download_name=made.name)
    response.headers["Cache-Control"] = "no-store"
    return response


@bp.get("/documents/bundle.zip")
@at_compound(Act.SEE_MEETING_DRAFTS)
def bundle_file(desk: Desk, meeting_id: UUID) -> Response:
    """The bundle of a counted meeting."""
    file = bundle.export_bundle(desk.actor, desk.compound_id, meeting_id)
    response = send_file(file, "application/zip", as_attachment=True, download_name=f"核验包-{meeting_id}.zip")
    response.headers["Cache-Control"] = "no-store"
    return response
