"""Mandates (委托): proxies of owners, the developer's delegate, and the scans of what was signed."""

from typing import Any
from uuid import UUID

from flask import Response

from app.core import files as uploads
from app.core.errors import Forbidden
from app.core.paging import Page
from app.identity.actor import Actor
from app.meetings import attachments, errors, party_errors, scans, service
from app.meetings.mandates import acts as mandates
from app.meetings.mandates import errors as mandate_errors
from app.meetings.paper.errors import PaperHandedIn
from miniprogram_api.auth import authenticated
from miniprogram_api.http import Blueprint, accepts_upload, fails_with
from miniprogram_api.meetings.files.download import BINARY, download
from miniprogram_api.meetings.mandates.schemas import (
    MandateFormSchema,
    MandateListSchema,
    MandateSchema,
    PaperMandateFormSchema,
    RevocationSchema,
)
from miniprogram_api.paging import AfterSchema

UPLOAD_LIMIT = 21 * 1024 * 1024
GIVING_REFUSALS = (
    errors.MeetingNotFound,
    errors.WrongMeetingState,
    errors.NotYourVote,
    errors.UnknownMotion,
    errors.MotionOutOfScope,
    errors.MarksUnlawful,
    party_errors.DelegateVotes,
    party_errors.PartyHasVoted,
    party_errors.SeatDivided,
    PaperHandedIn,
    mandate_errors.MandateExists,
    mandate_errors.ProxyIsPrincipal,
    mandate_errors.ProxyIsPropertyStaff,
    mandate_errors.ProxyCapReached,
    uploads.FileEmpty,
    uploads.FileTooLarge,
    uploads.FileTypeRefused,
    uploads.FileDamaged,
    uploads.FileLocked,
    uploads.PictureTooLarge,
)

bp = Blueprint(
    "mandates",
    __name__,
    url_prefix="/compounds/<uuid:compound_id>/meetings/<uuid:meeting_id>",
    description="委托代理人与建设单位代表",
)


@bp.post("/parties/<uuid:party_id>/mandates")
@accepts_upload(UPLOAD_LIMIT)
@authenticated
@bp.arguments(MandateFormSchema, location="multipart")
@bp.response(201, MandateSchema)
@fails_with(Forbidden, mandate_errors.TooManyMandates, *GIVING_REFUSALS)
def give_mandate(
    actor: Actor, form: dict[str, Any], compound_id: UUID, meeting_id: UUID, party_id: UUID
) -> mandates.MandateView:
    """Give a proxy the mandate to vote for one of the actor's parties, with the scan of the signed mandate."""
    return service.give_mandate(actor, compound_id, meeting_id, party_id, _wish(form))


@bp.post("/parties/<uuid:party_id>/paper-mandates")
@accepts_upload(UPLOAD_LIMIT)
@authenticated
@bp.arguments(PaperMandateFormSchema, location="multipart")
@bp.response(201, MandateSchema)
@fails_with(Forbidden, mandate_errors.PrincipalUnknown, mandate_errors.ProxyIsEnterer, *GIVING_REFUSALS)
def enter_mandate(
    actor: Actor, form: dict[str, Any], compound_id: UUID, meeting_id: UUID, party_id: UUID
) -> mandates.MandateView:
    """Enter an owner's mandate or the developer's authorisation from the signed paper: staff's, not the proxy's."""
    owner_id = form.pop("owner_id")
    return service.enter_mandate(actor, compound_id, meeting_id, party_id, owner_id, _wish(form))


@bp.get("/mandates")
@authenticated
@bp.arguments(AfterSchema, location="query")
@bp.response(200, MandateListSchema)
@fails_with(Forbidden, errors.MeetingNotFound)
def list_mandates(actor: Actor, query: dict[str, Page], compound_id: UUID, meeting_id: UUID) -> dict[str, Any]:
    """List the mandates in force: all for staff, else those that the actor gave or holds."""
    return {"items": mandates.list_mandates(actor, compound_id, meeting_id, **query)}


@bp.post("/mandates/<uuid:mandate_id>/revocation")
@authenticated
@bp.arguments(RevocationSchema)
@bp.response(204)
@fails_with(
    errors.MeetingNotFound,
    errors.WrongMeetingState,
    mandate_errors.MandateNotFound,
    mandate_errors.MandateUsed,
)
def revoke_mandate(actor: Actor, body: dict[str, Any], compound_id: UUID, meeting_id: UUID, mandate_id: UUID) -> None:
    """End a mandate before it is used: as principal, as proxy, or as staff one entered from paper."""
    service.revoke_mandate(actor, compound_id, meeting_id, mandate_id, body["reason"])


@bp.get("/scans/<uuid:scan_id>")
@authenticated
@bp.response(200, BINARY, content_type="application/octet-stream", description="The file, of its own media type")
@fails_with(
    Forbidden,
    errors.MeetingNotFound,
    mandate_errors.ScanNotFound,
    mandate_errors.ScanSealed,
    attachments.AttachmentDamaged,
)
def view_scan(actor: Actor, compound_id: UUID, meeting_id: UUID, scan_id: UUID) -> Response:
    """Download the scan of a signed paper: for staff, never choices before the count, and every look is on record."""
    scan = scans.view_scan(actor, compound_id, meeting_id, scan_id)
    return download(attachments.open_checked(scan), scan.file_name, scan.media_type, scan.size)


def _wish(form: dict[str, Any]) -> mandates.Wish:
    upload = form.pop("file")
    return mandates.Wish(file_name=upload.filename or "", content=upload.read(), **form)
