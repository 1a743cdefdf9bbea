"""Cookies, forged requests, and the headers of every page."""

import hmac

from flask import Response, current_app, request

from app.core import crypto
from app.core.errors import AppError
from app.core.settings import Settings

SESSION_COOKIE = "console"
SCAN_COOKIE = "console_scan"
CSRF_FIELD = "csrf_token"
CSRF_HEADER = "X-CSRF-Token"

POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data: blob:",
        "font-src 'self'",
        "connect-src 'self'",
        "frame-src 'self'",
        "form-action 'self'",
        "frame-ancestors 'self'",
        "base-uri 'none'",
    )
)


class Forged(AppError):
    code = "forged_request"
    status = 403
    message = "这个页面打开得太久了，为了安全没有提交。请刷新页面后再点一次，您填写的内容会保留。"


def csrf_token() -> str:
    """What a form must bring back: it belongs to the browser's sign-in, and a foreign page cannot know it."""
    session = request.cookies.get(SESSION_COOKIE, "")
    return crypto.mac("console_csrf", session).hex() if session else ""


def refuse_forged() -> None:
    """Raise Forged unless a changing request brings the token of its own sign-in."""
    if request.method in ("GET", "HEAD", "OPTIONS") or not request.cookies.get(SESSION_COOKIE):
        return
    brought = request.headers.get(CSRF_HEADER) or request.form.get(CSRF_FIELD, "")
    if not hmac.compare_digest(brought.encode(), csrf_token().encode()):
        raise Forged


def protect(response: Response) -> Response:
    """Add the headers that keep a page from being framed, sniffed, kept or filled with foreign code."""
    response.headers["Content-Security-Policy"] = POLICY
    response.headers["Referrer-Policy"] = "same-origin"
    response.headers["X-Frame-Options"] = "SAMEORIGIN"
    response.headers["Permissions-Policy"] = "camera=(), microphone=(), geolocation=()"
    response.headers.setdefault("Cache-Control", "no-store")
    if not _settings().embedded:
        response.headers["Strict-Transport-Security"] = "max-age=31536000"
    return response


def set_cookie(response: Response, name: str, value: str, max_age_s: int) -> None:
    """A cookie that scripts cannot read and foreign pages do not send."""
    response.set_cookie(
        name, value, max_age=max_age_s, path="/console", httponly=True, samesite="Lax", secure=not _settings().embedded
    )


def drop_cookie(response: Response, name: str) -> None:
    """Forget a cookie."""
    response.delete_cookie(name, path="/console", httponly=True, samesite="Lax", secure=not _settings().embedded)


def _settings() -> Settings:
    found: Settings = current_app.config["SETTINGS"]
    return found
