"""Signing in by scanning: the page shows a mini-program code, the phone confirms, the page moves on."""

from uuid import UUID

from flask import Response, make_response, redirect, request, url_for
from flask.typing import ResponseReturnValue

from app.core import rate_limits
from app.core.errors import NotFound, TooManyRequests
from app.core.unit_of_work import unit_of_work
from app.identity import service as identity
from app.identity import wechat
from app.identity.actor import Actor
from app.identity.console import scanning, sessions
from app.identity.console.scanning import Scan, ScanState
from console import browser, security
from console.pages import Blueprint, acted, onwards, own_address, page, signed_in

CONFIRM_PAGE = "pages/console/confirm"
CODES_PER_MINUTE = 30

bp = Blueprint("console_sign_in", __name__)


@bp.get("/sign-in")
def show() -> Response:
    """A fresh code to scan."""
    if not rate_limits.allows(CODES_PER_MINUTE, "console_scan", request.remote_addr or ""):
        raise TooManyRequests
    begun = scanning.begin(browser.named(request.headers.get("User-Agent", "")))
    back = own_address(request.args.get("next", ""))
    shown = page("sign_in/show.html", number=begun.number, scene=begun.scene, back=back, expires_at=begun.expires_at)
    life_s = int(scanning.SCAN_LIFE.total_seconds())
    security.set_cookie(shown, security.SCAN_COOKIE, f"{begun.scene}.{begun.secret}", life_s)
    return shown


@bp.get("/sign-in/code/<string:scene>")
def code(scene: str) -> Response:
    """The picture of this browser's code."""
    _scan(scene)
    image = wechat.code_image(scene, CONFIRM_PAGE)
    response = make_response(image)
    response.mimetype = "image/png" if image.startswith(b"\x89PNG") else "image/jpeg"
    return response


@bp.post("/sign-in")
def go_on() -> ResponseReturnValue:
    """Sign in if the phone has confirmed; the page asks every two seconds, or its reader taps."""
    back = own_address(request.form.get("next", ""))
    try:
        with unit_of_work():
            scan = _scan()
    except NotFound:
        return _moved_on(url_for("console_sign_in.show", next=back))
    if scan.state is not ScanState.CONFIRMED:
        return page("sign_in/state.html", state=scan.state.value, back=back, asked=not _by_script())
    with unit_of_work():
        session = scanning.sign_in(*_scene_and_secret())
    response = _moved_on(back)
    life_s = int(sessions.SESSION_LIFE.total_seconds())
    security.set_cookie(response, security.SESSION_COOKIE, session.token, life_s)
    security.drop_cookie(response, security.SCAN_COOKIE)
    return response


@bp.post("/sign-out")
@signed_in
def sign_out(actor: Actor) -> ResponseReturnValue:
    """Sign this browser out."""
    with unit_of_work():
        sessions.close_session(actor)
    return _signed_out("您已退出登录。")


@bp.get("/devices")
@signed_in
def devices(actor: Actor) -> Response:
    """The browsers on which the actor is signed in."""
    return page("sign_in/devices.html", devices=sessions.devices(actor))


@bp.post("/devices/<uuid:session_id>/sign-out")
@signed_in
def sign_out_device(actor: Actor, session_id: UUID) -> ResponseReturnValue:
    """Sign one of them out."""
    return acted(
        lambda: sessions.close_device(actor, session_id), url_for("console_sign_in.devices"), "那台设备已退出登录。"
    )


@bp.post("/devices/sign-out")
@signed_in
def sign_out_everywhere(actor: Actor) -> ResponseReturnValue:
    """Sign out everywhere, on phones too."""
    with unit_of_work():
        identity.sign_out_everywhere(actor)
    return _signed_out("所有设备（包括手机小程序）都已退出登录。")


def _signed_out(said: str) -> Response:
    response = make_response(onwards(url_for("console_sign_in.show"), said))
    security.drop_cookie(response, security.SESSION_COOKIE)
    return response


def _moved_on(address: str) -> Response:
    if not _by_script():
        return make_response(redirect(address, 303))
    response = make_response("")
    response.headers["HX-Redirect"] = address
    return response


def _by_script() -> bool:
    return "HX-Request" in request.headers


def _scan(scene: str | None = None) -> Scan:
    """The code that this browser shows. Raises NotFound."""
    own_scene, secret = _scene_and_secret()
    if scene not in (None, own_scene):
        raise NotFound
    return scanning.of_browser(own_scene, secret)


def _scene_and_secret() -> tuple[str, str]:
    scene, _, secret = request.cookies.get(security.SCAN_COOKIE, "").partition(".")
    return scene, secret
