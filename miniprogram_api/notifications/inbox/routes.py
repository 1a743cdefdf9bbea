"""The in-app inbox (消息中心), and which kinds of messages come there only."""

from typing import Any
from uuid import UUID

from app.identity.actor import Actor
from app.notifications import inbox, preferences
from app.notifications.errors import KindDemandedByLaw, MessageNotFound
from miniprogram_api.auth import authenticated
from miniprogram_api.http import Blueprint, fails_with
from miniprogram_api.notifications.inbox.schemas import (
    InboxQuerySchema,
    InboxSchema,
    MessageSchema,
    MutedSchema,
    PreferenceListSchema,
    UnreadSchema,
)

bp = Blueprint("inbox", __name__, url_prefix="/me", description="Inbox (消息中心)")


@bp.get("/messages")
@authenticated
@bp.arguments(InboxQuerySchema, location="query")
@bp.response(200, InboxSchema)
def list_messages(actor: Actor, query: dict[str, Any]) -> inbox.Page:
    """List the actor's messages, the newest first, with how many are unread."""
    return inbox.list_messages(actor, query["after"], query["limit"], unread_only=query["unread"])


@bp.post("/messages/<uuid:message_id>/reading")
@authenticated
@bp.response(200, MessageSchema)
@fails_with(MessageNotFound)
def open_message(actor: Actor, message_id: UUID) -> inbox.Message:
    """Open a message, which is read from then on; its `page` is what to show next."""
    return inbox.open_message(actor, message_id)


@bp.post("/messages/reading")
@authenticated
@bp.response(200, UnreadSchema)
def read_all(actor: Actor) -> dict[str, int]:
    """Mark all messages as read."""
    return {"marked": inbox.read_all(actor)}


@bp.get("/message-preferences")
@authenticated
@bp.response(200, PreferenceListSchema)
def list_preferences(actor: Actor) -> dict[str, Any]:
    """List every kind of message: who gets it and why, whether it can be muted, and whether it is."""
    return {"items": preferences.list_preferences(actor)}


@bp.put("/message-preferences")
@authenticated
@bp.arguments(MutedSchema)
@bp.response(200, PreferenceListSchema)
@fails_with(KindDemandedByLaw)
def set_preferences(actor: Actor, body: dict[str, Any]) -> dict[str, Any]:
    """Mute kinds of messages: they come to the inbox only. What the law demands cannot be muted."""
    return {"items": preferences.set_muted(actor, body["muted"])}
