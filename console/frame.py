"""What stands around every page: the static files, the template folder, and the addresses that are nobody's."""

import hashlib
from functools import cache
from pathlib import Path

from flask import Blueprint, url_for
from flask.typing import ResponseReturnValue

from app.core.errors import NotFound

STATIC = Path(__file__).parent / "static"
YEAR_S = 365 * 24 * 3600

bp = Blueprint("console", __name__, url_prefix="/console", template_folder="templates", static_folder="static")


@bp.get("/<path:nowhere>")
def nowhere(nowhere: str) -> ResponseReturnValue:
    """An address that no page has."""
    raise NotFound


def asset(name: str) -> str:
    """Address of a static file; it changes with the file, so browsers may keep it for a year."""
    return url_for("console.static", filename=name, v=_digest(name))


@cache
def _digest(name: str) -> str:
    return hashlib.blake2b((STATIC / name).read_bytes(), digest_size=6).hexdigest()


bp.get_send_file_max_age = lambda filename: YEAR_S  # type: ignore[method-assign]
