"""Delivery to each voting party: how far it is, whom it has not reached, paper and posted notices."""

from typing import Any
from uuid import UUID

from flask import Response

from app.core.errors import Forbidden
from app.identity.actor import Actor
from app.meetings import attachments, errors
from app.meetings.delivery import errors as delivery_errors
from app.meetings.delivery import records as deliveries
from app.meetings.delivery import views as delivery_views
from app.org.errors import OutsideOwnPlace
from miniprogram_api.auth import authenticated
from miniprogram_api.http import Blueprint, accepts_upload, fails_with
from miniprogram_api.meetings.delivery.schemas import (
    DeliveryStatusSchema,
    HandoverRecordedSchema,
    HandoverSchema,
    PartyDeliveriesListSchema,
    PostedNoticeQuerySchema,
    PostedNoticeSchema,
    UnreachedListSchema,
    UnreachedQuerySchema,
)
from miniprogram_api.meetings.electorate.schemas import ElectoratePageSchema
from miniprogram_api.meetings.files.download import BINARY, download
from miniprogram_api.meetings.parties.routes import FILE_REFUSALS, UPLOAD_LIMIT
from miniprogram_api.meetings.parties.schemas import SignedPaperSchema

bp = Blueprint(
    "delivery",
    __name__,
    url_prefix="/compounds/<uuid:compound_id>/meetings/<uuid:meeting_id>",
    description="会议通知与表决票的送达",
)


@bp.get("/deliveries")
@authenticated
@bp.response(200, DeliveryStatusSchema)
@fails_with(Forbidden, errors.MeetingNotFound)
def delivery_status(actor: Actor, compound_id: UUID, meeting_id: UUID) -> delivery_views.DeliveryStatus:
    """Show how many parties notice and ballot have reached, by way: for staff and stewards."""
    return delivery_views.get_status(actor, compound_id, meeting_id)


@bp.get("/deliveries/unreached")
@authenticated
@bp.arguments(UnreachedQuerySchema, location="query")
@bp.response(200, UnreachedListSchema)
@fails_with(Forbidden, errors.MeetingNotFound)
def list_unreached(actor: Actor, query: dict[str, Any], compound_id: UUID, meeting_id: UUID) -> dict[str, Any]:
    """List the parties that the item has not reached, masked, page by page: for staff and stewards."""
    return {"items": delivery_views.list_unreached(actor, compound_id, meeting_id, **query)}


@bp.get("/deliveries/parties")
@authenticated
@bp.arguments(ElectoratePageSchema, location="query")
@bp.response(200, PartyDeliveriesListSchema)
@fails_with(Forbidden, errors.MeetingNotFound)
def list_deliveries(actor: Actor, query: dict[str, Any], compound_id: UUID, meeting_id: UUID) -> dict[str, Any]:
    """List each party with its deliveries by way and time, masked, page by page: for staff and stewards."""
    return {"items": delivery_views.list_parties(actor, compound_id, meeting_id, **query)}


@bp.post("/deliveries/paper")
@authenticated
@bp.arguments(HandoverSchema)
@bp.response(200, HandoverRecordedSchema)
@fails_with(
    Forbidden,
    OutsideOwnPlace,
    errors.MeetingNotFound,
    errors.WrongMeetingState,
    delivery_errors.DeliveryTimeWrong,
    delivery_errors.PartyUnknown,
)
def record_handover(actor: Actor, body: dict[str, Any], compound_id: UUID, meeting_id: UUID) -> dict[str, int]:
    """Record that notice or ballot was handed over on paper, to one party or many: secretary and stewards."""
    body["receipts"] = {one["party_id"]: one["received_by"] for one in body["receipts"]}
    return {"recorded": deliveries.record_handover(actor, compound_id, meeting_id, **body)}


@bp.post("/posted-notices")
@accepts_upload(UPLOAD_LIMIT)
@authenticated
@bp.arguments(PostedNoticeQuerySchema, location="query")
@bp.arguments(SignedPaperSchema, location="files")
@bp.response(201, PostedNoticeSchema)
@fails_with(
    Forbidden,
    errors.MeetingNotFound,
    errors.WrongMeetingState,
    delivery_errors.DeliveryTimeWrong,
    *FILE_REFUSALS,
)
def record_posted(
    actor: Actor, query: dict[str, Any], files: dict[str, Any], compound_id: UUID, meeting_id: UUID
) -> delivery_views.NoticeView:
    """Record a posted notice with place, time and photo: secretary and stewards."""
    upload = files["file"]
    name, content = upload.filename or "", upload.read()
    posted = deliveries.record_posted(actor, compound_id, meeting_id, file_name=name, content=content, **query)
    return delivery_views.view_of(posted)


@bp.get("/posted-notices/<uuid:notice_id>/photo")
@authenticated
@bp.response(200, BINARY, content_type="application/octet-stream", description="The file, of its own media type")
@fails_with(Forbidden, delivery_errors.NoticeNotFound, attachments.AttachmentDamaged)
def get_posted_photo(actor: Actor, compound_id: UUID, meeting_id: UUID, notice_id: UUID) -> Response:
    """Download the photo of a posted notice: owners and staff."""
    found = deliveries.get_photo(actor, compound_id, meeting_id, notice_id)
    return download(attachments.open_checked(found), found.file_name, found.media_type, found.size)
