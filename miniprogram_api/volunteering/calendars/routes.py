"""Calendar feeds (日历订阅)."""

from io import BytesIO
from typing import Any
from uuid import UUID

from flask import Response, url_for
from marshmallow import Schema

from app.core.errors import Forbidden
from app.identity.actor import Actor
from app.volunteering.calendars import feed
from miniprogram_api.auth import authenticated
from miniprogram_api.http import Blueprint, fails_with
from miniprogram_api.meetings.files.download import BINARY, download
from miniprogram_api.rate_limits import limited
from miniprogram_api.schemas import words

READS_A_MINUTE = 60

bp = Blueprint(
    "calendar_feed", __name__, url_prefix="/compounds/<uuid:compound_id>/calendar-feed", description="日历订阅"
)
feeds_bp = Blueprint("calendars", __name__, url_prefix="/calendars", description="日历订阅地址")


class FeedSchema(Schema):
    """The address of a feed: whoever has it reads the calendar."""

    path = words("/api/v1/calendars/0198c0de-0000-7000-8000-000000000000/Zm9vYmFy.ics", longest=200)


@bp.post("")
@authenticated
@bp.response(201, FeedSchema)
@fails_with(Forbidden)
def open_calendar_feed(actor: Actor, compound_id: UUID) -> dict[str, Any]:
    """Open a feed with a new secret address; the one from before ends."""
    token = feed.open_feed(actor, compound_id)
    return {"path": url_for("calendars.read_calendar", compound_id=compound_id, token=token)}


@bp.delete("")
@authenticated
@bp.response(204)
def close_calendar_feed(actor: Actor, compound_id: UUID) -> None:
    """End the actor's feed."""
    feed.close_feed(actor, compound_id)


@feeds_bp.get("/<uuid:compound_id>/<token>.ics")
@limited(READS_A_MINUTE)
@feeds_bp.response(200, BINARY, content_type="text/calendar")
@fails_with(feed.FeedNotFound)
def read_calendar(compound_id: UUID, token: str) -> Response:
    """Read a calendar by its secret address, as calendar programs do."""
    content = feed.read_feed(compound_id, token)
    return download(BytesIO(content), "volunteering.ics", "text/calendar", len(content))
