"""The browsers that are signed in to the console: kept in PostgreSQL, so that one can be signed out at once."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import delete, or_, select, update

from app.core import clock
from app.core.crypto import token_hash
from app.core.db import HotStatement, db, fetch_one_alone
from app.core.errors import NotFound
from app.core.settings import Settings
from app.identity.actor import Actor
from app.identity.console.errors import NotSignedIn
from app.identity.console.models import ConsoleSession

SESSION_LIFE = timedelta(hours=12)
SEEN_EVERY = timedelta(minutes=1)

_idle = timedelta(minutes=60)


def configure(settings: Settings) -> None:
    """Take the idle time-out from the settings."""
    global _idle
    _idle = timedelta(minutes=settings.console_idle_minutes)


@dataclass(frozen=True)
class NewSession:
    """A browser's new sign-in: its secret, shown this once."""

    token: str
    account_id: UUID
    expires_at: datetime


@dataclass(frozen=True)
class Device:
    """A browser that is signed in, as its account sees it. `current`: the one that asks."""

    id: UUID
    browser: str
    created_at: datetime
    last_seen_at: datetime
    current: bool


def open_session(account_id: UUID, browser: str) -> NewSession:
    """Sign a browser in for half a day at the most."""
    token, now = secrets.token_urlsafe(32), clock.now()
    session = ConsoleSession(
        token_hash=token_hash(token),
        account_id=account_id,
        browser=browser,
        created_at=now,
        last_seen_at=now,
        expires_at=now + SESSION_LIFE,
    )
    db.session.add(session)
    db.session.flush()
    return NewSession(token, account_id, session.expires_at)


_LIVE = HotStatement.of(
    "SELECT account_id, last_seen_at FROM console_session"
    " WHERE token_hash = %(token_hash)s AND expires_at > %(now)s AND last_seen_at > %(idle_since)s"
)


def resume(token: str) -> Actor:
    """The actor of a browser's secret; use keeps it alive. Raises NotSignedIn, after too long a pause too."""
    now, hashed = clock.now(), token_hash(token)
    found = fetch_one_alone(_LIVE, {"token_hash": hashed, "now": now, "idle_since": now - _idle})
    if found is None:
        raise NotSignedIn
    account_id, last_seen_at = found
    if last_seen_at < now - SEEN_EVERY:
        db.session.execute(update(ConsoleSession).where(ConsoleSession.token_hash == hashed).values(last_seen_at=now))
    return Actor(account_id, hashed)


def devices(actor: Actor) -> Sequence[Device]:
    """The browsers on which the actor is signed in, the one used last first."""
    now = clock.now()
    rows = db.session.scalars(
        select(ConsoleSession)
        .where(
            ConsoleSession.account_id == actor.account_id,
            ConsoleSession.expires_at > now,
            ConsoleSession.last_seen_at > now - _idle,
        )
        .order_by(ConsoleSession.last_seen_at.desc(), ConsoleSession.id)
    )
    return [
        Device(row.id, row.browser, row.created_at, row.last_seen_at, row.token_hash == actor.session) for row in rows
    ]


def close_session(actor: Actor) -> None:
    """Sign out the browser that the actor is using."""
    db.session.execute(delete(ConsoleSession).where(ConsoleSession.token_hash == actor.session))


def close_device(actor: Actor, session_id: UUID) -> None:
    """Sign out one of the actor's browsers. Raises NotFound."""
    closed = db.session.execute(
        delete(ConsoleSession).where(ConsoleSession.account_id == actor.account_id, ConsoleSession.id == session_id)
    )
    if not closed.rowcount:  # type: ignore[attr-defined]
        raise NotFound


def close_all(account_id: UUID) -> None:
    """Sign out all browsers of an account."""
    db.session.execute(delete(ConsoleSession).where(ConsoleSession.account_id == account_id))


def forget_ended_sessions() -> int:
    """Delete the sign-ins that have ended; how many."""
    now = clock.now()
    ended = db.session.execute(
        delete(ConsoleSession).where(
            or_(ConsoleSession.expires_at <= now, ConsoleSession.last_seen_at <= now - timedelta(days=1))
        )
    )
    return int(ended.rowcount)  # type: ignore[attr-defined]
