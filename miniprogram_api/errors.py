"""One renderer turns errors into JSON; nothing internal leaks."""

from typing import Any

import psycopg
import structlog
from flask import Flask, Response, g, jsonify
from sqlalchemy.exc import OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from werkzeug.exceptions import HTTPException

from app.core.errors import AppError, Unavailable

log = structlog.get_logger(__name__)

HTTP_ERRORS = {
    400: ("malformed_request", "请求格式有误，请更新小程序后重试。"),
    404: ("no_such_address", "没有这个页面，请返回后重试。"),
    405: ("method_not_allowed", "这个地址不支持这种操作。"),
    413: ("too_large", "上传的内容太大，请压缩或拆分后再试。"),
    415: ("unsupported_media_type", "请求格式有误，请更新小程序后重试。"),
    422: ("invalid_input", "填写的内容有误，请检查后重新提交。"),
    429: ("too_many_requests", "操作太频繁，请稍后再试。"),
}

ERROR_SCHEMA: dict[str, Any] = {
    "type": "object",
    "required": ["error"],
    "properties": {
        "error": {
            "type": "object",
            "required": ["code", "message", "details", "request_id"],
            "properties": {
                "code": {"type": "string", "description": "Stable, for programs", "example": "not_found"},
                "message": {"type": "string", "description": "Chinese sentence for people", "example": "没有找到。"},
                "details": {"type": "object", "description": "Facts for programs", "example": {}},
                "request_id": {"type": "string", "example": "0198c0de-0000-7000-8000-000000000000"},
            },
        }
    },
}


def install(application: Flask) -> None:
    """Render every error of the application."""
    application.register_error_handler(AppError, _app_error)
    application.register_error_handler(HTTPException, _http_error)
    application.register_error_handler(OperationalError, _database_unavailable)
    application.register_error_handler(psycopg.OperationalError, _database_unavailable)
    application.register_error_handler(PoolTimeout, _database_unavailable)
    application.register_error_handler(RecursionError, _too_deep)
    application.register_error_handler(Exception, _unexpected)


def _app_error(error: AppError) -> tuple[Response, int]:
    return _render(error.status, error.code, error.text, error.details, error.retry_after_s)


def _http_error(error: HTTPException) -> tuple[Response, int]:
    status = error.code or 500
    code, message = HTTP_ERRORS.get(status, ("http_error", "请求没有成功，请稍后再试。"))
    data = getattr(error, "data", None) or {}
    return _render(status, code, message, {"fields": _by_name(data["messages"])} if "messages" in data else {})


def _by_name(said: Any) -> Any:
    """What is said of fields, by names alone: a part of a form may have none, and a place in a list is a number."""
    if not isinstance(said, dict):
        return said
    return {"" if name is None else str(name): _by_name(of) for name, of in said.items()}


def _database_unavailable(error: Exception) -> tuple[Response, int]:
    log.error("database_unavailable", error=type(error).__name__)
    return _app_error(Unavailable())


def _too_deep(_: RecursionError) -> tuple[Response, int]:
    """A body nested deeper than anything sensible."""
    return _render(400, *HTTP_ERRORS[400], {})


def _unexpected(error: Exception) -> tuple[Response, int]:
    log.exception("unexpected_error", error=type(error).__name__)
    return _render(500, "internal_error", "系统出了点问题，我们已经收到通知。请稍后再试。", {})


def _render(
    status: int, code: str, message: str, details: dict[str, Any], retry_after_s: int | None = None
) -> tuple[Response, int]:
    request_id = getattr(g, "request_id", "")
    response = jsonify({"error": {"code": code, "message": message, "details": details, "request_id": request_id}})
    if retry_after_s is not None:
        response.headers["Retry-After"] = str(retry_after_s)
    return response, status
