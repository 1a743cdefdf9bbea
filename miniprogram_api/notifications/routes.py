"""Subscribing to messages."""

from typing import Any

from flask import current_app
from marshmallow import Schema, fields

from app.identity.actor import Actor
from app.notifications import service, wechat
from app.notifications.catalogue import CATALOGUE, Kind
from app.notifications.errors import UnknownTemplate
from miniprogram_api.auth import authenticated
from miniprogram_api.http import Blueprint, fails_with
from miniprogram_api.schemas import flag, words

bp = Blueprint("notifications", __name__, description="Messages (消息)")


class TemplateSchema(Schema):
    """A kind of message and the template to ask the user for."""

    kind = words("meeting_announced")
    name = words("业主大会公告", about="What the kind is called")
    template_id = words("sim_meeting_announced")
    long_term = flag("Whether one accept is good for all messages. WeChat takes one sort only at a tap")


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
    long_term = current_app.config["SETTINGS"].wechat_long_term_templates
    listed = [
        {"kind": kind, "name": CATALOGUE[kind].name, "template_id": template, "long_term": template in long_term}
        for kind, template in _templates().items()
    ]
    return {"items": listed}


@bp.post("/me/subscriptions")
@authenticated
@bp.arguments(AcceptedSchema)
@bp.response(204)
@fails_with(UnknownTemplate)
def record_accepts(actor: Actor, body: dict[str, Any]) -> None:
    """Record the templates that the user accepted: each accept is good for one message."""
    service.record_accepts(actor.account_id, body["template_ids"], list(_templates().values()))


def _templates() -> dict[Kind, str]:
    settings = current_app.config["SETTINGS"]
    return {kind: found for kind in Kind if (found := wechat.template_id(settings, kind))}
