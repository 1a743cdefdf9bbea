"""The first screen of the mini-program, in one request."""

from uuid import UUID

from flask import Response, request

from app.core.errors import Forbidden, NotFound
from app.home import feed
from miniprogram_api.auth import authenticated_by
from miniprogram_api.early import REFUSED, tagged
from miniprogram_api.home.schemas import FirstScreenSchema
from miniprogram_api.http import Blueprint, fails_with

bp = Blueprint("home", __name__, url_prefix="/compounds/<uuid:compound_id>/home", description="首页")


def _visit(token: str, compound_id: UUID) -> feed.Visit:
    """The visit of a HEAD; of a GET, which was answered early, what it was refused for."""
    refused: Exception | None = request.environ.get(REFUSED)
    if refused:
        raise refused
    return feed.visit(token, compound_id)


@bp.get("")
@authenticated_by(_visit)
@bp.response(200, FirstScreenSchema)
@bp.alt_response(304, description="Nothing changed since the answer whose ETag the request names in If-None-Match")
@fails_with(Forbidden, NotFound)
def show_home(visit: feed.Visit, compound_id: UUID) -> Response:
    """Show a compound's first screen: what waits for the reader, meetings, wishes near by, unread messages."""
    return Response(visit.body, headers=tagged(visit.tag), mimetype="application/json")
