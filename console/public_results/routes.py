"""A published result for everybody: by the code on its announcement, totals only."""

from flask import Response, redirect, request, url_for
from flask.typing import ResponseReturnValue

from app.core import rate_limits
from app.core.errors import TooManyRequests
from app.meetings.results import public
from app.meetings.results.public import ResultNotFound
from console.pages import Blueprint, page

READS_PER_MINUTE = 60

bp = Blueprint("console_public_results", __name__, "/public/results")


@bp.get("/")
def find() -> ResponseReturnValue:
    """Type the code that stands on the announcement."""
    code = request.args.get("code", "").strip()
    if not code:
        return page("public_results/find.html", code="", sentence="")
    _slow_down()
    try:
        found = public.read(code)
    except ResultNotFound as error:
        return page("public_results/find.html", error.status, code=code, sentence=error.text)
    return redirect(url_for("console_public_results.result", code=found.code))


@bp.get("/<string:code>")
def result(code: str) -> Response:
    """The result, with its arithmetic in words."""
    _slow_down()
    try:
        found = public.read(code)
    except ResultNotFound as error:
        return page("public_results/find.html", error.status, code=code, sentence=error.text)
    return page("public_results/result.html", found=found, result=found.announcement)


def _slow_down() -> None:
    """Who tries codes out is slowed down."""
    if not rate_limits.allows(READS_PER_MINUTE, "public_result", request.remote_addr or ""):
        raise TooManyRequests
