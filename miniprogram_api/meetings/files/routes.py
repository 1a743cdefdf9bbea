"""Files of an owners' meeting: attachments of its motions."""

from typing import Any
from uuid import UUID

from flask import Response

from app.core import files as uploads
from app.core.errors import Forbidden
from app.identity.actor import Actor
from app.meetings import attachments, errors, service
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
