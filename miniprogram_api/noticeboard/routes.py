"""The red/black list (红黑榜): entries from the draft to the publication."""

from typing import Any
from uuid import UUID

from app.core.errors import Forbidden
from app.identity.actor import Actor
from app.noticeboard import errors, queries, service
from app.org.errors import OutsideOwnPlace
from miniprogram_api.auth import authenticated
from miniprogram_api.http import Blueprint, fails_with
from miniprogram_api.noticeboard.schemas import (
    EntryChangesSchema,
    EntryListSchema,
    EntryPageSchema,
    NewEntrySchema,
    TakeDownSchema,
    ToldOnPaperSchema,
    WholeEntrySchema,
)

bp = Blueprint("noticeboard", __name__, url_prefix="/compounds/<uuid:compound_id>/notices", description="红黑榜")


@bp.get("")
@authenticated
@bp.arguments(EntryPageSchema, location="query")
@bp.response(200, EntryListSchema)
@fails_with(Forbidden)
def list_notices(actor: Actor, page: dict[str, Any], compound_id: UUID) -> dict[str, Any]:
    """List the entries of a shelf that the actor may see, the newest first."""
    return {"items": queries.list_entries(actor, compound_id, **page)}


@bp.post("")
@authenticated
@bp.arguments(NewEntrySchema)
@bp.response(201, WholeEntrySchema)
@fails_with(
    Forbidden,
    errors.TellsWhoIsMeant,
    errors.PersonNotOnRoll,
    errors.PersonIsMinor,
    errors.NominationNotFound,
    errors.NominationDecided,
    errors.YourOwnCase,
)
def draft_notice(actor: Actor, body: dict[str, Any], compound_id: UUID) -> queries.EntryView:
    """Draft an entry; what tells who is meant is refused, and the refusal says which part and why."""
    entry = service.create(actor, compound_id, **body)
    return queries.get_entry(actor, compound_id, entry.id)


@bp.get("/<uuid:entry_id>")
@authenticated
@bp.response(200, WholeEntrySchema)
@fails_with(Forbidden, errors.EntryNotFound)
def get_notice(actor: Actor, compound_id: UUID, entry_id: UUID) -> queries.EntryView:
    """Show an entry; to those who handle it with whom it is about, masked, and that look goes on record."""
    return queries.get_entry(actor, compound_id, entry_id)


@bp.patch("/<uuid:entry_id>")
@authenticated
@bp.arguments(EntryChangesSchema)
@bp.response(200, WholeEntrySchema)
@fails_with(
    Forbidden,
    errors.EntryNotFound,
    errors.NotYourEntry,
    errors.WrongEntryState,
    errors.TellsWhoIsMeant,
    errors.PersonNotOnRoll,
    errors.PersonIsMinor,
)
def change_notice(actor: Actor, body: dict[str, Any], compound_id: UUID, entry_id: UUID) -> queries.EntryView:
    """Change a draft, or an entry that came back."""
    service.change(actor, compound_id, entry_id, **body)
    return queries.get_entry(actor, compound_id, entry_id)


@bp.post("/<uuid:entry_id>/submission")
@authenticated
@bp.response(200, WholeEntrySchema)
@fails_with(Forbidden, errors.EntryNotFound, errors.NotYourEntry, errors.WrongEntryState, errors.TellsWhoIsMeant)
def submit_notice(actor: Actor, compound_id: UUID, entry_id: UUID) -> queries.EntryView:
    """Hand a draft in for review by a second person."""
    service.submit(actor, compound_id, entry_id)
    return queries.get_entry(actor, compound_id, entry_id)


@bp.post("/<uuid:entry_id>/withdrawal")
@authenticated
@bp.response(200, WholeEntrySchema)
@fails_with(Forbidden, errors.EntryNotFound, errors.YourOwnCase, errors.WrongEntryState)
def withdraw_notice(actor: Actor, compound_id: UUID, entry_id: UUID) -> queries.EntryView:
    """Take an entry back before it is published."""
    service.withdraw(actor, compound_id, entry_id)
    return queries.get_entry(actor, compound_id, entry_id)


@bp.post("/<uuid:entry_id>/told-on-paper")
@authenticated
@bp.arguments(ToldOnPaperSchema)
@bp.response(200, WholeEntrySchema)
@fails_with(
    Forbidden,
    OutsideOwnPlace,
    errors.EntryNotFound,
    errors.WrongEntryState,
    errors.PersonNotOnRoll,
    errors.PersonAlreadyTold,
)
def tell_on_paper(actor: Actor, body: dict[str, Any], compound_id: UUID, entry_id: UUID) -> queries.EntryView:
    """Record that a person who is not in the app was told on paper; the days to answer begin."""
    service.tell_on_paper(actor, compound_id, entry_id, **body)
    return queries.get_entry(actor, compound_id, entry_id)


@bp.post("/<uuid:entry_id>/publication")
@authenticated
@bp.response(200, WholeEntrySchema)
@fails_with(
    Forbidden,
    errors.EntryNotFound,
    errors.DraftedByYou,
    errors.YourOwnCase,
    errors.PersonNotTold,
    errors.WrongEntryState,
    errors.AppealOpen,
    errors.TellsWhoIsMeant,
)
def publish_notice(actor: Actor, compound_id: UUID, entry_id: UUID) -> queries.EntryView:
    """Publish an entry after its hearing, as somebody else than its drafter; it expires by itself."""
    service.publish(actor, compound_id, entry_id)
    return queries.get_entry(actor, compound_id, entry_id)


@bp.post("/<uuid:entry_id>/takedown")
@authenticated
@bp.arguments(TakeDownSchema)
@bp.response(200, WholeEntrySchema)
@fails_with(Forbidden, errors.EntryNotFound, errors.YourOwnCase, errors.WrongEntryState, errors.TellsWhoIsMeant)
def take_down_notice(actor: Actor, body: dict[str, Any], compound_id: UUID, entry_id: UUID) -> queries.EntryView:
    """Take a published entry down at once; a note stands in its place."""
    service.take_down(actor, compound_id, entry_id, **body)
    return queries.get_entry(actor, compound_id, entry_id)
