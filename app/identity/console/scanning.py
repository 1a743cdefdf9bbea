"""From a browser that shows a code to a browser that is signed in.

    begin (browser) → look_at, confirm or reject (phone) → sign_in (browser)

The code can be copied, so confirming gives nothing to whoever has seen it: only the browser that began, which holds a
secret, is signed in. Both show the same two digits, since a stranger may send somebody a code of his own.
"""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import delete, select, update

from app.core import clock
from app.core.crypto import token_hash
from app.core.db import db
from app.core.errors import NotFound
from app.core.metrics import counting
from app.core.work import SIGN_INS
from app.identity.actor import Actor
from app.identity.console.errors import ScanEnded
from app.identity.console.models import ConsoleScan
from app.identity.console.sessions import NewSession, open_session

SCAN_LIFE = timedelta(minutes=3)
BROWSER_LENGTH = 80


class ScanState(StrEnum):
    """What became of a code."""

    WAITING = "waiting"
    CONFIRMED = "confirmed"
    REJECTED = "rejected"
    ENDED = "ended"


@dataclass(frozen=True)
class Begun:
    """A code to show. `secret` stays with the browser."""

    scene: str
    secret: str
    number: int
    expires_at: datetime


@dataclass(frozen=True)
class Scan:
    """A code as browser and phone see it."""

    scene: str
    number: int
    browser: str
    state: ScanState
    expires_at: datetime


def begin(browser: str) -> Begun:
    """A new code for a browser that calls itself `browser` (as "Windows 上的 Chrome")."""
    now = clock.now()
    begun = Begun(secrets.token_urlsafe(18), secrets.token_urlsafe(32), 10 + secrets.randbelow(90), now + SCAN_LIFE)
    db.session.add(
        ConsoleScan(
            scene=begun.scene,
            browser_hash=token_hash(begun.secret),
            number=begun.number,
            browser=browser[:BROWSER_LENGTH],
            created_at=now,
            expires_at=begun.expires_at,
        )
    )
    return begun


def of_browser(scene: str, secret: str) -> Scan:
    """The code that this browser shows. Raises NotFound for any other browser."""
    return _seen(_row(ConsoleScan.scene == scene, ConsoleScan.browser_hash == token_hash(secret)))


def look_at(actor: Actor, scene: str) -> Scan:
    """What a phone sees that has scanned the code. Raises NotFound."""
    return _seen(_row(ConsoleScan.scene == scene))


def confirm(actor: Actor, scene: str) -> Scan:
    """Let the browser in as the actor; once more by the same actor is as good. Raises NotFound, ScanEnded."""
    return _decide(actor, scene, account_id=actor.account_id, confirmed_at=clock.now())


def reject(actor: Actor, scene: str) -> Scan:
    """Refuse the browser for good: "that was not me". Raises NotFound, ScanEnded."""
    return _decide(actor, scene, rejected_at=clock.now())


@counting(SIGN_INS, "console")
def sign_in(scene: str, secret: str) -> NewSession:
    """Sign in the browser whose code was confirmed, once. Raises ScanEnded."""
    now = clock.now()
    used = db.session.execute(
        update(ConsoleScan)
        .where(
            ConsoleScan.scene == scene,
            ConsoleScan.browser_hash == token_hash(secret),
            ConsoleScan.confirmed_at.is_not(None),
            ConsoleScan.used_at.is_(None),
            ConsoleScan.expires_at > now,
        )
        .values(used_at=now)
        .returning(ConsoleScan.account_id, ConsoleScan.browser)
    ).one_or_none()
    if used is None or used.account_id is None:
        raise ScanEnded
    return open_session(used.account_id, used.browser)


def forget_ended_scans() -> int:
    """Delete the codes of more than a day ago; how many."""
    ended = db.session.execute(delete(ConsoleScan).where(ConsoleScan.expires_at <= clock.now() - timedelta(days=1)))
    return int(ended.rowcount)  # type: ignore[attr-defined]


def _decide(actor: Actor, scene: str, **values: object) -> Scan:
    decided = db.session.execute(
        update(ConsoleScan)
        .where(
            ConsoleScan.scene == scene,
            ConsoleScan.confirmed_at.is_(None),
            ConsoleScan.rejected_at.is_(None),
            ConsoleScan.expires_at > clock.now(),
        )
        .values(**values)
    )
    row = _row(ConsoleScan.scene == scene)
    repeated = "confirmed_at" in values and row.account_id == actor.account_id and row.expires_at > clock.now()
    if not decided.rowcount and not repeated:  # type: ignore[attr-defined]
        raise ScanEnded
    return _seen(row)


def _row(*conditions: object) -> ConsoleScan:
    query = select(ConsoleScan).where(*conditions).execution_options(populate_existing=True)  # type: ignore[arg-type]
    found = db.session.scalars(query).one_or_none()
    if found is None:
        raise NotFound
    return found


def _seen(row: ConsoleScan) -> Scan:
    if row.rejected_at is not None:
        state = ScanState.REJECTED
    elif row.used_at is not None or row.expires_at <= clock.now():
        state = ScanState.ENDED
    else:
        state = ScanState.CONFIRMED if row.confirmed_at is not None else ScanState.WAITING
    return Scan(row.scene, row.number, row.browser, state, row.expires_at)
