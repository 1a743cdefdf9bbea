"""Whether the program lives and is ready, for load balancers and the launcher."""

import redis
from flask import Blueprint, Response, jsonify
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from app.core import queueing
from app.core.db import db

bp = Blueprint("health", __name__)


@bp.get("/healthz")
def healthz() -> Response:
    """The process answers."""
    return jsonify(status="ok")


@bp.get("/readyz")
def readyz() -> tuple[Response, int]:
    """PostgreSQL answers; without Redis the program works on, only later."""
    parts = {"postgresql": _postgresql(), "redis": _redis()}
    return jsonify(parts), 200 if parts["postgresql"] == "ok" else 503


def _postgresql() -> str:
    try:
        db.session.execute(text("SELECT 1"))
    except SQLAlchemyError:
        return "unavailable"
    finally:
        db.session.remove()
    return "ok"


def _redis() -> str:
    try:
        queueing.connection().ping()
    except redis.RedisError:
        return "unavailable"
    return "ok"
