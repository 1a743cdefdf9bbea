"""The electorate as it is published, objections to it, and the secretary's decisions."""

from typing import Any
from uuid import UUID

from flask import Response

from app.core.errors import Forbidden
from app.identity.actor import Actor
from app.meetings import attachments, errors
from app.meetings.objections import acts as objections
from app.meetings.objections import errors as objection_errors
from app.meetings.objections import publication
from app.meetings.objections import views as objection_views
from miniprogram_api.auth import authenticated
from miniprogram_api.compounds.schemas import PageSchema
from miniprogram_api.http import Blueprint, accepts_upload, fails_with
from miniprogram_api.meetings.electorate.schemas import (
    CorrectionListSchema,
    ElectorateObjectionDecisionSchema,
    ElectorateObjectionListSchema,
    ElectorateObjectionSchema,
    ElectoratePageSchema,
    ElectorateSchema,
    MyElectorateObjectionsSchema,
    NewElectorateObjectionSchema,
)
from miniprogram_api.meetings.files.download import BINARY, download
from miniprogram_api.meetings.parties.routes import FILE_REFUSALS, UPLOAD_LIMIT
from miniprogram_api.meetings.parties.schemas import SignedPaperSchema
from miniprogram_api.paging import PartSchema, part_of

bp = Blueprint(
    "electorate",
    __name__,
    url_prefix="/compounds/<uuid:compound_id>/meetings/<uuid:meeting_id>/electorate",
    description="业主名册的公示、异议与更正",
)


@bp.get("")
@authenticated
@bp.arguments(ElectoratePageSchema, location="query")
@bp.response(200, ElectorateSchema)
@fails_with(Forbidden, errors.MeetingNotFound)
def get_electorate(
    actor: Actor, query: dict[str, int], compound_id: UUID, meeting_id: UUID
) -> publication.ElectoratePage:
    """Read the electorate's list with masked names, page by page, from the announcement on."""
    return publication.get_electorate(actor, compound_id, meeting_id, query["after"], query["limit"])


@bp.get("/corrections")
@authenticated
@bp.arguments(PartSchema, location="query")
@bp.response(200, CorrectionListSchema)
@fails_with(Forbidden, errors.MeetingNotFound)
def list_corrections(actor: Actor, query: dict[str, int], compound_id: UUID, meeting_id: UUID) -> dict[str, Any]:
    """List the decided corrections, without names."""
    return {"items": part_of(publication.list_corrections(actor, compound_id, meeting_id), **query)}


@bp.post("/objections")
@authenticated
@bp.arguments(NewElectorateObjectionSchema)
@bp.response(201, ElectorateObjectionSchema)
@fails_with(
    errors.MeetingNotFound,
    errors.WrongMeetingState,
    objection_errors.ObjectionPeriodOver,
    objection_errors.UnitNotOnRoll,
    objection_errors.TooManyObjections,
)
def file_objection(
    actor: Actor, body: dict[str, Any], compound_id: UUID, meeting_id: UUID
) -> objection_views.ObjectionView:
    """File an objection during the objection period: an owner, or whoever claims to be one and is signed in."""
    return objection_views.shown(actor, objections.file_objection(actor, compound_id, meeting_id, **body))


@bp.get("/objections/mine")
@authenticated
@bp.response(200, MyElectorateObjectionsSchema)
@fails_with(errors.MeetingNotFound)
def my_objections(actor: Actor, compound_id: UUID, meeting_id: UUID) -> dict[str, Any]:
    """List the actor's own objections with their state and reasons."""
    return {"items": objection_views.my_objections(actor, compound_id, meeting_id)}


@bp.get("/objections")
@authenticated
@bp.arguments(PageSchema, location="query")
@bp.response(200, ElectorateObjectionListSchema)
@fails_with(Forbidden, errors.MeetingNotFound)
def list_objections(
    actor: Actor, query: dict[str, Any], compound_id: UUID, meeting_id: UUID
) -> objection_views.ObjectionList:
    """List all objections, with a warning while some are undecided: for staff."""
    return objection_views.list_objections(actor, compound_id, meeting_id, query["after"], query["limit"])


@bp.post("/objections/<uuid:objection_id>/evidence")
@accepts_upload(UPLOAD_LIMIT)
@authenticated
@bp.arguments(SignedPaperSchema, location="files")
@bp.response(200, ElectorateObjectionSchema)
@fails_with(
    errors.MeetingNotFound,
    errors.WrongMeetingState,
    objection_errors.ObjectionNotFound,
    objection_errors.ObjectionDecided,
    *FILE_REFUSALS,
)
def add_evidence(
    actor: Actor, files: dict[str, Any], compound_id: UUID, meeting_id: UUID, objection_id: UUID
) -> objection_views.ObjectionView:
    """Put a paper to one's own objection, in place of an earlier one."""
    upload = files["file"]
    name, content = upload.filename or "", upload.read()
    changed = objections.add_evidence(actor, compound_id, meeting_id, objection_id, name, content)
    return objection_views.shown(actor, changed)


@bp.get("/objections/<uuid:objection_id>/evidence")
@authenticated
@bp.response(200, BINARY, content_type="application/octet-stream", description="The file, of its own media type")
@fails_with(objection_errors.ObjectionNotFound, objection_errors.EvidenceNotFound, attachments.AttachmentDamaged)
def get_evidence(actor: Actor, compound_id: UUID, meeting_id: UUID, objection_id: UUID) -> Response:
    """Download the paper of an objection: who filed it, and staff."""
    found = objections.get_evidence(actor, compound_id, meeting_id, objection_id)
    return download(attachments.open_checked(found), found.file_name, found.media_type, found.size)


@bp.post("/objections/<uuid:objection_id>/decision")
@authenticated
@bp.arguments(ElectorateObjectionDecisionSchema)
@bp.response(200, ElectorateObjectionSchema)
@fails_with(
    Forbidden,
    errors.MeetingNotFound,
    errors.WrongMeetingState,
    errors.ElectorateEmpty,
    errors.ScopeEmpty,
    objection_errors.ObjectionNotFound,
    objection_errors.ObjectionDecided,
    objection_errors.CorrectionsNotAllowed,
    objection_errors.AreaNeeded,
    objection_errors.UnitNotInElectorate,
    objection_errors.UnitAlreadyListed,
    objection_errors.UnitNotOnRoll,
    objection_errors.UnitNotCounted,
    objection_errors.NothingToCorrect,
    objection_errors.PartyInUse,
)
def decide_objection(
    actor: Actor, body: dict[str, Any], compound_id: UUID, meeting_id: UUID, objection_id: UUID
) -> objection_views.ObjectionView:
    """Uphold an objection with its corrections, before voting opens, or refuse it, with a reason."""
    uphold, reason, wanted = body["outcome"] == "upheld", body["reason"], body["corrections"]
    decided = objections.decide_objection(actor, compound_id, meeting_id, objection_id, uphold, reason, wanted)
    return objection_views.shown(actor, decided)
