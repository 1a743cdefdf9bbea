"""What the mini-program does with a console's code: look at it, let the browser in, or refuse it."""

from app.core.errors import NotFound
from app.identity.actor import Actor
from app.identity.console import scanning
from app.identity.console.errors import ScanEnded
from miniprogram_api.auth import authenticated
from miniprogram_api.http import Blueprint, fails_with
from miniprogram_api.identity.console.schemas import ScanSchema

bp = Blueprint(
    "console_scans", __name__, url_prefix="/console-scans", description="Signing in to the console (扫码登录)"
)


@bp.get("/<string:scene>")
@authenticated
@bp.response(200, ScanSchema)
@fails_with(NotFound)
def look_at_scan(actor: Actor, scene: str) -> scanning.Scan:
    """Show the browser that asks to be let in."""
    return scanning.look_at(actor, scene)


@bp.post("/<string:scene>/confirmation")
@authenticated
@bp.response(200, ScanSchema)
@fails_with(NotFound, ScanEnded)
def confirm_scan(actor: Actor, scene: str) -> scanning.Scan:
    """Let the browser in as the actor."""
    return scanning.confirm(actor, scene)


@bp.post("/<string:scene>/rejection")
@authenticated
@bp.response(200, ScanSchema)
@fails_with(NotFound, ScanEnded)
def reject_scan(actor: Actor, scene: str) -> scanning.Scan:
    """Refuse the browser for good."""
    return scanning.reject(actor, scene)
