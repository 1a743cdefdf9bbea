"""Paper ballots (纸质表决票): registered with their scan, entered by two people, clashes settled by the secretary."""

from typing import Any
from uuid import UUID

from flask import Response

from app.core.errors import Forbidden
from app.core.paging import Page
from app.identity.actor import Actor
from app.meetings import attachments, errors, service, sheets
from app.meetings.paper import errors as refusals
from app.meetings.paper import viewing
from app.org.errors import OutsideOwnPlace
from miniprogram_api.auth import authenticated
from miniprogram_api.http import Blueprint, accepts_upload, fails_with
from miniprogram_api.meetings.files.download import BINARY, download
from miniprogram_api.meetings.paper.schemas import (
    NewSheetSchema,
    PlaceReleaseSchema,
    SettlingSchema,
    SheetEntrySchema,
    SheetListSchema,
    SheetSchema,
)
from miniprogram_api.meetings.parties.routes import FILE_REFUSALS, UPLOAD_LIMIT
from miniprogram_api.paging import AfterSchema

bp = Blueprint(
    "paper_sheets",
    __name__,
    url_prefix="/compounds/<uuid:compound_id>/meetings/<uuid:meeting_id>/paper-sheets",
    description="纸质表决票：收件登记、双人录入与冲突处理",
)


@bp.post("")
@accepts_upload(UPLOAD_LIMIT)
@authenticated
@bp.arguments(NewSheetSchema, location="multipart")
@bp.response(201, SheetSchema)
@fails_with(
    Forbidden,
    OutsideOwnPlace,
    errors.MeetingNotFound,
    errors.WrongMeetingState,
    sheets.SheetUnreadable,
    refusals.SheetUnexplained,
    refusals.SheetNotFound,
    refusals.SheetOfOtherMeeting,
    refusals.ReceivedAtWrong,
    *FILE_REFUSALS,
)
def receive_sheet(actor: Actor, body: dict[str, Any], compound_id: UUID, meeting_id: UUID) -> viewing.SheetView:
    """Put a signed sheet that was handed in on record; the first in time holds its party's vote from here on."""
    upload = body.pop("file")
    scan = {"file_name": upload.filename or "", "content": upload.read()}
    return service.receive_sheet(actor, compound_id, meeting_id, **body, **scan)


@bp.get("")
@authenticated
@bp.arguments(AfterSchema, location="query")
@bp.response(200, SheetListSchema)
@fails_with(Forbidden, errors.MeetingNotFound)
def list_sheets(actor: Actor, query: dict[str, Page], compound_id: UUID, meeting_id: UUID) -> dict[str, Any]:
    """List the sheets of a meeting, without choices: for staff; to a steward with a place those of homes there."""
    return {"items": viewing.list_sheets(actor, compound_id, meeting_id, **query)}


@bp.get("/<uuid:sheet_id>")
@authenticated
@bp.response(200, SheetSchema)
@fails_with(Forbidden, OutsideOwnPlace, refusals.SheetNotFound)
def get_sheet(actor: Actor, compound_id: UUID, meeting_id: UUID, sheet_id: UUID) -> viewing.SheetView:
    """Show a sheet; to its enterers with what they entered, and with the receipt once it counts."""
    return viewing.get_sheet(actor, compound_id, meeting_id, sheet_id)


@bp.get("/<uuid:sheet_id>/scan")
@authenticated
@bp.response(200, BINARY, content_type="application/octet-stream", description="The scan, of its own media type")
@fails_with(Forbidden, OutsideOwnPlace, refusals.SheetNotFound, refusals.ScanSecret, attachments.AttachmentDamaged)
def get_scan(actor: Actor, compound_id: UUID, meeting_id: UUID, sheet_id: UUID) -> Response:
    """Download a sheet's scan: its two enterers until the count, staff afterwards; each view goes on record."""
    found = viewing.get_scan(actor, compound_id, meeting_id, sheet_id)
    return download(attachments.open_checked(found), found.file_name, found.media_type, found.size)


@bp.post("/<uuid:sheet_id>/enterers")
@authenticated
@bp.response(200, SheetSchema)
@fails_with(
    Forbidden,
    OutsideOwnPlace,
    errors.MeetingNotFound,
    errors.WrongMeetingState,
    refusals.SheetNotFound,
    refusals.SheetNotOpen,
    refusals.SheetTaken,
)
def take_place(actor: Actor, compound_id: UUID, meeting_id: UUID, sheet_id: UUID) -> viewing.SheetView:
    """Take one of the two places of enterer at a sheet, so as to read its scan."""
    return service.take_place(actor, compound_id, meeting_id, sheet_id)


@bp.post("/<uuid:sheet_id>/enterers/<int:place>/release")
@authenticated
@bp.arguments(PlaceReleaseSchema)
@bp.response(200, SheetSchema)
@fails_with(
    Forbidden,
    errors.MeetingNotFound,
    errors.WrongMeetingState,
    refusals.SheetNotFound,
    refusals.SheetNotOpen,
    refusals.PlaceNotTaken,
    refusals.PlaceEntered,
)
def release_place(
    actor: Actor, body: dict[str, str], compound_id: UUID, meeting_id: UUID, sheet_id: UUID, place: int
) -> viewing.SheetView:
    """Free the place of an enterer who is absent and has entered nothing: the secretary's."""
    return service.release_place(actor, compound_id, meeting_id, sheet_id, place, body["reason"])


@bp.post("/<uuid:sheet_id>/entries")
@authenticated
@bp.arguments(SheetEntrySchema)
@bp.response(200, SheetSchema)
@fails_with(
    Forbidden,
    OutsideOwnPlace,
    errors.MeetingNotFound,
    errors.WrongMeetingState,
    refusals.SheetNotFound,
    refusals.SheetNotOpen,
    refusals.SheetTaken,
    refusals.SamePersonAgain,
    errors.UnknownMotion,
    errors.MotionOutOfScope,
    errors.MarksUnlawful,
    refusals.SpoiledAndMarked,
)
def enter_sheet(
    actor: Actor, body: dict[str, Any], compound_id: UUID, meeting_id: UUID, sheet_id: UUID
) -> viewing.SheetView:
    """Enter what stands on a sheet; the second of two equal entries makes the ballot and gives its receipt."""
    return service.enter_sheet(actor, compound_id, meeting_id, sheet_id, **body)


@bp.post("/<uuid:sheet_id>/settlement")
@authenticated
@bp.arguments(SettlingSchema)
@bp.response(200, SheetSchema)
@fails_with(
    Forbidden,
    errors.MeetingNotFound,
    errors.WrongMeetingState,
    refusals.SheetNotFound,
    refusals.SheetSettled,
    refusals.AsideAsked,
)
def settle_sheet(
    actor: Actor, body: dict[str, Any], compound_id: UUID, meeting_id: UUID, sheet_id: UUID
) -> viewing.SheetView:
    """Set a sheet that waits aside, which takes two people, or mark a clash as seen: the secretary's."""
    return service.settle_sheet(actor, compound_id, meeting_id, sheet_id, **body)
