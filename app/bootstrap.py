"""The application without any face: configuration, database, logging, all models. No blueprints."""

import importlib
from collections.abc import Callable
from typing import Any

from flask import Flask, current_app
from sqlalchemy.pool import NullPool

from app.compounds import arriving, matching
from app.compounds import queries as compounds
from app.core import clock, crypto, logging, queueing, rate_limits, signing, statements, storage, tracing, wechat
from app.core.db import ALONE, REPLICA, db
from app.core.pool import OVERFLOW, TimedPool
from app.core.settings import Settings
from app.identity.console import sessions as console_sessions
from app.meetings import attachments
from app.meetings.documents import service as documents
from app.meetings.mandates import claiming
from app.noticeboard import reviewing as noticeboard
from app.org import areas, groups, nominations
from app.org import policy as permissions
from app.org.branches import members as party_members
from app.org.permissions import Standing
from app.volunteering.policy import volunteers_in
from app.volunteering.texts import checking as volunteering
from app.wishes import reviewing as wishes

DOMAINS = (
    "wechat_events",
    "identity",
    "org",
    "compounds",
    "notifications",
    "moderation",
    "meetings",
    "wishes",
    "volunteering",
    "home",
    "noticeboard",
    "statistics",
    "privacy",
)


_STATEMENTS_ALONE = {
    "poolclass": NullPool,  # app.core.db keeps them
    "hide_parameters": True,
    "isolation_level": "AUTOCOMMIT",
    "pool_reset_on_return": None,  # nothing is ever open on them that could be rolled back
    "connect_args": {"options": "-c plan_cache_mode=force_generic_plan"},  # they are planned once, not at every ballot
}


class _Application(Flask):
    """As Flask; but whether a view is a coroutine, which none is, is not asked again at every request."""

    def ensure_sync(self, func: Callable[..., Any]) -> Callable[..., Any]:
        return func


def create_app(settings: Settings) -> Flask:
    """An application whose database, clock, keys and logs are those of the settings.

    Callers add what they serve: `wsgi.py` the HTTP faces, `tasks.worker` nothing.
    """
    configure(settings)
    load_models()

    engine_options = {
        "poolclass": TimedPool,
        "pool_size": settings.api_threads,
        "max_overflow": OVERFLOW,
        "pool_pre_ping": False,
        "pool_timeout": 10,
        "hide_parameters": True,
    }
    flask_app = _Application("app")
    flask_app.config.update(
        SETTINGS=settings,
        SQLALCHEMY_DATABASE_URI=settings.sqlalchemy_url,
        SQLALCHEMY_ENGINE_OPTIONS=engine_options,
        SQLALCHEMY_BINDS={ALONE: {"url": settings.sqlalchemy_url, **_STATEMENTS_ALONE}},
    )
    if replica := settings.statistics_sqlalchemy_url:
        patience = {"connect_args": {"connect_timeout": 3}}
        flask_app.config["SQLALCHEMY_BINDS"][REPLICA] = {"url": replica, **engine_options, **patience}
    db.init_app(flask_app)
    return flask_app


def allow_migrations(flask_app: Flask) -> Flask:
    """Make the application one that Flask-Migrate works on.

    Alembic is loaded here, since it takes a process that has nothing to migrate a quarter of a second.
    """
    from flask_migrate import Migrate

    Migrate(flask_app, db, directory="migrations")
    return flask_app


def upgrade_schema() -> None:
    """Bring the current application's database to the newest migration."""
    from flask_migrate import upgrade

    allow_migrations(current_app)
    upgrade()


def configure(settings: Settings) -> None:
    """Give every part of this process what it takes from the settings: clock, keys, Redis, WeChat, storage, texts."""
    logging.configure(settings.log_level)
    statements.configure(settings)
    tracing.configure(settings)
    clock.configure(settings.clock_file if settings.movable_clock else None)
    crypto.configure(settings)
    signing.configure(settings)
    queueing.configure(settings.effective_redis_url)
    rate_limits.configure(settings.effective_redis_url)
    wechat.configure(settings)
    storage.configure(settings)
    attachments.configure(settings)
    documents.configure(settings)
    matching.configure(settings)
    console_sessions.configure(settings)
    permissions.tells(Standing.OWNER, compounds.is_owner)
    permissions.tells(Standing.RESIDENT, compounds.lives_in)
    permissions.tells(Standing.VOLUNTEER, volunteers_in)
    permissions.tells(Standing.HELPER, groups.helps_in)
    arriving.also_claim("mandates", claiming.claim)
    arriving.also_claim("groups", groups.claim)
    arriving.also_claim("grids", areas.claim)
    arriving.also_claim("nominations", nominations.claim)
    arriving.also_claim("party members", party_members.claim)
    wishes.configure(settings)
    noticeboard.configure(settings)
    volunteering.register()


def load_models() -> None:
    """Import the models of every domain, so that the metadata is whole."""
    for part in ("alerts", "audit", "audit_log.models", "backups", "key_state"):
        importlib.import_module(f"app.core.{part}")
    for domain in DOMAINS:
        importlib.import_module(f"app.{domain}.models")
