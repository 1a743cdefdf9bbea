"""The address that WeChat pushes events to. Its body is WeChat's, so it stands outside the API's documents."""

from flask import Blueprint, Response, current_app, request

from app.core.unit_of_work import unit_of_work
from app.wechat_events import service

bp = Blueprint("wechat_events", __name__)

LONGEST_BODY = 64 * 1024


@bp.get("/wechat/events")
def check() -> Response:
    """WeChat's check of the address: echo what it sent. Refused unless it knows the token."""
    return _plain(service.echo(current_app.config["SETTINGS"], request.args))


@bp.post("/wechat/events")
def receive() -> Response:
    """An event: kept, and acknowledged at once; a replay is acknowledged and changes nothing."""
    request.max_content_length = LONGEST_BODY
    body = request.get_data(cache=False)
    with unit_of_work():
        service.take_in(current_app.config["SETTINGS"], request.args, body)
    return _plain("success")


def _plain(text: str) -> Response:
    return Response(text, mimetype="text/plain")
