"""Refusals and faults as pages: what happened, in a sentence, and where to go on."""

import psycopg
import structlog
from flask import Blueprint, Response, g, redirect, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from werkzeug.exceptions import HTTPException

from app.core.errors import AppError, NotFound, Unavailable
from app.identity.console.errors import NotSignedIn
from console import pages, security

log = structlog.get_logger(__name__)

SENTENCES = {
    404: NotFound.message,
    405: "这个地址不支持这种操作，请返回上一页重试。",
    413: "上传的文件太大，请压缩或拆分后再试。",
}


def install(area: Blueprint) -> None:
    """Render every error of an area's pages."""
    area.register_error_handler(NotSignedIn, _sign_in_first)
    area.register_error_handler(AppError, _refused)
    area.register_error_handler(HTTPException, _http_error)
    for error in (OperationalError, psycopg.OperationalError, PoolTimeout):
        area.register_error_handler(error, _unavailable)
    area.register_error_handler(Exception, _unexpected)


def _sign_in_first(error: NotSignedIn) -> ResponseReturnValue:
    """On to the code to scan, and back here afterwards; a form that was sent comes back as it was typed."""
    back = request.full_path.rstrip("?") if request.method == "GET" else _page_before()
    address = url_for("console_sign_in.show", next=back)
    if request.headers.get("HX-Request"):
        response = Response(status=200)
        response.headers["HX-Redirect"] = address
        return response
    return redirect(address, 303)


def _page_before() -> str:
    referrer = request.referrer or ""
    return referrer.removeprefix(request.host_url.rstrip("/"))


def _refused(error: AppError) -> Response:
    return _shown(error.status, error.text, error.retry_after_s)


def _http_error(error: HTTPException) -> Response:
    status = error.code or 500
    return _shown(status, SENTENCES.get(status, "操作没有成功，请返回后再试。"))


def _unavailable(error: Exception) -> Response:
    log.error("database_unavailable", error=type(error).__name__)
    return _refused(Unavailable())


def _unexpected(error: Exception) -> Response:
    log.exception("unexpected_error", error=type(error).__name__)
    return _shown(500, "系统出了点问题，我们已经收到通知。您填写的内容还在本机，请返回后再试。")


def _shown(status: int, sentence: str, retry_after_s: int | None = None) -> Response:
    g.pop("desk", None) if status >= 500 else None
    response = pages.page("refusal.html", status, sentence=sentence, request_id=g.get("request_id", ""))
    if retry_after_s is not None:
        response.headers["Retry-After"] = str(retry_after_s)
    return security.protect(response)
