"""The first screen of the mini-program, in one request."""

import dataclasses
from uuid import UUID

from flask import Response, json, request

from app.core.errors import Forbidden, NotFound
from app.home import feed
from app.identity.actor import Actor
from miniprogram_api.auth import authenticated
from miniprogram_api.home.schemas import FirstScreenSchema
from miniprogram_api.http import Blueprint, fails_with

bp = Blueprint("home", __name__, url_prefix="/compounds/<uuid:compound_id>/home", description="首页")


@bp.get("")
@authenticated
@bp.response(200, FirstScreenSchema)
@bp.alt_response(304, description="Nothing changed since the answer whose ETag the request names in If-None-Match")
@fails_with(Forbidden, NotFound)
def show_home(actor: Actor, compound_id: UUID) -> Response:
    """Show a compound's first screen: what waits for the reader, meetings, wishes near by, unread messages."""
    stamp = feed.stamp(actor, compound_id)
    if request.if_none_match.contains_weak(stamp):
        answer = Response(status=304)
    else:
        answer = Response(json.dumps(dataclasses.asdict(feed.home(actor, compound_id))), mimetype="application/json")
    answer.set_etag(stamp, weak=True)
    answer.headers["Cache-Control"] = "private, no-cache"
    return answer
