"""Files of an owners' meeting: attachments of its motions, and Word documents for printing and sealing."""

from io import BytesIO
from typing import Any
from uuid import UUID

from flask import Response

from app.core import files as uploads
from app.core.errors import Forbidden
from app.identity.actor import Actor
from app.meetings import attachments, errors, service
from app.meetings.documents.data import DocumentKind
from app.meetings.documents.errors import TemplateBroken
from app.meetings.documents.service import MEDIA_TYPE, make_document
from miniprogram_api.auth import authenticated
from miniprogram_api.http import Blueprint, accepts_upload, fails_with
from miniprogram_api.meetings.files.download import BINARY, download
from miniprogram_api.meetings.files.schemas import AttachmentFileSchema
from miniprogram_api.meetings.schemas import AttachmentSchema

UPLOAD_LIMIT = 51 * 1024 * 1024

bp = Blueprint(
    "meeting_files",
    __name__,
    url_prefix="/compounds/<uuid:compound_id>/meetings/<uuid:meeting_id>",
    description="业主大会的附件与文书",
)


@bp.post("/motions/<uuid:motion_id>/attachments")
@accepts_upload(UPLOAD_LIMIT)
@authenticated
@bp.arguments(AttachmentFileSchema, location="files")
@bp.response(201, AttachmentSchema)
@fails_with(
    Forbidden,
    errors.MeetingNotFound,
    errors.MotionNotFound,
    errors.WrongMeetingState,
    attachments.TooManyAttachments,
    uploads.FileEmpty,
    uploads.FileTooLarge,
    uploads.FileTypeRefused,
    uploads.FileDamaged,
    uploads.FileLocked,
    uploads.PictureTooLarge,
)
def add_attachment(
    actor: Actor, files: dict[str, Any], compound_id: UUID, meeting_id: UUID, motion_id: UUID
) -> attachments.AttachmentView:
    """Attach a PDF, JPEG or PNG to a motion of a draft; the type is judged by the content."""
    upload = files["file"]
    return service.add_attachment(actor, compound_id, meeting_id, motion_id, upload.filename or "", upload.read())


@bp.delete("/motions/<uuid:motion_id>/attachments/<uuid:attachment_id>")
@authenticated
@bp.response(204)
@fails_with(
    Forbidden,
    errors.MeetingNotFound,
    errors.MotionNotFound,
    errors.WrongMeetingState,
    attachments.AttachmentNotFound,
)
def remove_attachment(actor: Actor, compound_id: UUID, meeting_id: UUID, motion_id: UUID, attachment_id: UUID) -> None:
    """Take a file off a motion of a draft."""
    service.remove_attachment(actor, compound_id, meeting_id, motion_id, attachment_id)


@bp.get("/attachments/<uuid:attachment_id>")
@authenticated
@bp.response(200, BINARY, content_type="application/octet-stream", description="The file, of its own media type")
@fails_with(Forbidden, attachments.AttachmentNotFound, attachments.AttachmentDamaged)
def get_attachment(actor: Actor, compound_id: UUID, meeting_id: UUID, attachment_id: UUID) -> Response:
    """Download an attachment; the file is compared with its SHA-256 first."""
    found = attachments.get_attachment(actor, compound_id, meeting_id, attachment_id)
    return download(attachments.open_checked(found), found.file_name, found.media_type, found.size)


@bp.get("/documents/announcement")
@authenticated
@bp.response(200, BINARY, content_type=MEDIA_TYPE)
@fails_with(Forbidden, errors.MeetingNotFound, errors.WrongMeetingState, TemplateBroken)
def get_announcement(actor: Actor, compound_id: UUID, meeting_id: UUID) -> Response:
    """Download the announcement (业主大会会议公告), once announced."""
    return _document(actor, compound_id, meeting_id, DocumentKind.ANNOUNCEMENT)


@bp.get("/documents/electorate")
@authenticated
@bp.response(200, BINARY, content_type=MEDIA_TYPE)
@fails_with(Forbidden, errors.MeetingNotFound, errors.WrongMeetingState, TemplateBroken)
def get_electorate(actor: Actor, compound_id: UUID, meeting_id: UUID) -> Response:
    """Download the electorate's list with masked names (业主名册公示), once announced."""
    return _document(actor, compound_id, meeting_id, DocumentKind.ELECTORATE)


@bp.get("/documents/ballot-sheets")
@authenticated
@bp.response(200, BINARY, content_type=MEDIA_TYPE)
@fails_with(Forbidden, errors.MeetingNotFound, errors.WrongMeetingState, TemplateBroken)
def get_ballot_sheets(actor: Actor, compound_id: UUID, meeting_id: UUID) -> Response:
    """Download the ballot sheets (表决票), a page with a QR code for each voting party, once announced."""
    return _document(actor, compound_id, meeting_id, DocumentKind.BALLOT_SHEETS)


@bp.get("/documents/count-record")
@authenticated
@bp.response(200, BINARY, content_type=MEDIA_TYPE)
@fails_with(Forbidden, errors.MeetingNotFound, errors.WrongMeetingState, TemplateBroken)
def get_count_record(actor: Actor, compound_id: UUID, meeting_id: UUID) -> Response:
    """Download the count record (计票记录), once counted."""
    return _document(actor, compound_id, meeting_id, DocumentKind.COUNT_RECORD)


@bp.get("/documents/result")
@authenticated
@bp.response(200, BINARY, content_type=MEDIA_TYPE)
@fails_with(Forbidden, errors.MeetingNotFound, errors.WrongMeetingState, TemplateBroken)
def get_result(actor: Actor, compound_id: UUID, meeting_id: UUID) -> Response:
    """Download the result (表决结果公告), once counted: preliminary until the objection period is over, then final."""
    return _document(actor, compound_id, meeting_id, DocumentKind.RESULT)


def _document(actor: Actor, compound_id: UUID, meeting_id: UUID, kind: DocumentKind) -> Response:
    made = make_document(actor, compound_id, meeting_id, kind)
    return download(BytesIO(made.content), made.name, MEDIA_TYPE, len(made.content))
