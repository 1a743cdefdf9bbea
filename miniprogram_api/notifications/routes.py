"""Subscribing to messages."""

from typing import Any

from flask import current_app
from marshmallow import Schema, fields

from app.identity.actor import Actor
from app.notifications import service, wechat
from app.notifications.catalogue import Kind
from app.notifications.errors import UnknownTemplate
from miniprogram_api.auth import authenticated
from miniprogram_api.http import Blueprint, fails_with
from miniprogram_api.schemas import words

bp = Blueprint("notifications", __name__, description="Messages (消息)")


class TemplateSchema(Schema):
    """A kind of message and the template to ask the user for."""

    kind = words("meeting_announced")
    template_id = words("sim_meeting_announced")


class TemplateListSchema(Schema):
    """Templates for wx.requestSubscribeMessage."""

    items = fields.List(fields.Nested(TemplateSchema), metadata={"description": "Kinds that a template is set for"})


class AcceptedSchema(Schema):
    """What the user accepted in one tap."""

    template_ids = fields.List(
        words("sim_meeting_announced"), required=True, metadata={"description": "At most 5, as WeChat allows"}
    )


@bp.get("/message-templates")
@bp.response(200, TemplateListSchema)
def list_templates() -> dict[str, Any]:
    """List the templates that the mini-program may ask the user to accept."""
    return {"items": [{"kind": kind, "template_id": template_id} for kind, template_id in _templates().items()]}


@bp.post("/me/subscriptions")
@authenticated
@bp.arguments(AcceptedSchema)
@bp.response(204)
@fails_with(UnknownTemplate)
def record_accepts(actor: Actor, body: dict[str, Any]) -> None:
    """Record the templates that the user accepted: each accept is good for one message."""
    service.record_accepts(actor.account_id, body["template_ids"], list(_templates().values()))


def _templates() -> dict[str, str]:
    settings = current_app.config["SETTINGS"]
    return {kind.value: found for kind in Kind if (found := wechat.template_id(settings, kind))}
