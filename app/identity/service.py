"""Signing in and out, and proving control of a phone number."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy import delete, select, update
from sqlalchemy.dialects.postgresql import insert

from app.core import clock
from app.core.crypto import lookup_hash, token_hash
from app.core.db import HotStatement, db, fetch_one_alone, sql_text
from app.core.errors import Unauthenticated, Unavailable
from app.core.ids import new_id
from app.core.metrics import counting
from app.core.unit_of_work import release_connection
from app.core.work import SIGN_INS
from app.identity import wechat
from app.identity.actor import Actor
from app.identity.consents import acts as consents
from app.identity.console.sessions import close_all
from app.identity.models import Account, AccountPhone, LoginSession

SESSION_LIFE = timedelta(days=30)
SESSION_RENEWED_AFTER = timedelta(days=1)
_KEPT_ALIVE = SESSION_LIFE - SESSION_RENEWED_AFTER


@dataclass(frozen=True)
class SignIn:
    """A new sign-in: the bearer token, shown this once, and when it ends unless it is used."""

    token: str
    expires_at: datetime
    account_id: UUID
    phone_verified: bool


@counting(SIGN_INS, "miniprogram")
def sign_in(code: str) -> SignIn:
    """Sign in with a code from wx.login; the first time makes the account.

    Raises the errors of `wechat`, and Unavailable.
    """
    user = wechat.code_to_session(code)
    token, now = secrets.token_urlsafe(32), clock.now()
    until = now + SESSION_LIFE
    who = {"openid": user.openid, "unionid": user.unionid}
    asked = {**who, "new_id": new_id(), "token_hash": token_hash(token), "now": now, "until": until}
    found = fetch_one_alone(_SIGN_IN, asked)
    if found is None:
        if user.unionid:
            fetch_one_alone(_NOTE_UNION_ID, who)
        found = fetch_one_alone(_SIGN_IN, asked)
    if found is None:
        raise Unavailable
    account_id, phone_verified = found
    return SignIn(token, until, account_id, phone_verified)


_SIGN_IN = HotStatement.of(sql_text(Path(__file__).parent / "sign_in.sql"))

_NOTE_UNION_ID = HotStatement.of(
    "UPDATE wechat_login SET unionid = %(unionid)s WHERE openid = %(openid)s AND unionid IS DISTINCT FROM %(unionid)s"
)
"""The mini-program may have been bound to an open-platform account since."""


_SESSION = HotStatement.of(
    "SELECT account_id, expires_at FROM login_session WHERE token_hash = %(token_hash)s AND expires_at > %(now)s"
)

_KEEP_ALIVE = HotStatement.of(
    "UPDATE login_session SET expires_at = %(until)s WHERE token_hash = %(token_hash)s AND expires_at < %(until)s"
)
"""By itself: what becomes of the act whose sign-in it is does not matter."""


def authenticate(token: str) -> Actor:
    """The actor of a bearer token; use keeps it alive. Raises Unauthenticated."""
    hashed, now = token_hash(token), clock.now()
    return resumed(hashed, fetch_one_alone(_SESSION, {"token_hash": hashed, "now": now}), now)


def resumed(hashed: bytes, found: tuple[Any, ...] | None, now: datetime) -> Actor:
    """The actor of a sign-in that a statement found as (account_id, expires_at, …). Raises Unauthenticated for None."""
    if found is None:
        raise Unauthenticated
    account_id, expires_at = found[0], found[1]
    if expires_at < kept_alive(now):
        fetch_one_alone(_KEEP_ALIVE, {"token_hash": hashed, "until": now + SESSION_LIFE})
    return Actor(account_id, hashed)


def kept_alive(now: datetime) -> datetime:
    """A sign-in that ends before then was last kept alive so long ago that its use must do it again."""
    return now + _KEPT_ALIVE


def sign_out(actor: Actor) -> None:
    """End the sign-in that the actor is using."""
    db.session.execute(delete(LoginSession).where(LoginSession.token_hash == actor.session))


def sign_out_everywhere(actor: Actor) -> None:
    """End all sign-ins of the account: phones and browsers."""
    db.session.execute(delete(LoginSession).where(LoginSession.account_id == actor.account_id))
    close_all(actor.account_id)


def verify_phone(actor: Actor, code: str) -> bytes:
    """Record the number that the code proves, and return its keyed hash.

    A number has one holder: whoever proved it before loses it, since numbers are sold and handed on.
    Raises ConsentWithdrawn, GuardianNeeded.
    """
    consents.require(actor.account_id)
    release_connection()
    phone = wechat.phone_number(code)
    hashed, now = lookup_hash("phone", phone), clock.now()
    former = db.session.scalar(
        select(AccountPhone.account_id).where(AccountPhone.phone_hash == hashed).with_for_update()
    )
    if former not in (None, actor.account_id):
        db.session.execute(update(Account).where(Account.id == former).values(phone=None, phone_verified_at=None))
    db.session.execute(
        delete(AccountPhone).where(AccountPhone.account_id == actor.account_id, AccountPhone.phone_hash != hashed)
    )
    db.session.execute(
        insert(AccountPhone)
        .values(phone_hash=hashed, account_id=actor.account_id, verified_at=now)
        .on_conflict_do_update(index_elements=["phone_hash"], set_={"account_id": actor.account_id, "verified_at": now})
    )
    db.session.execute(update(Account).where(Account.id == actor.account_id).values(phone=phone, phone_verified_at=now))
    return hashed


def forget_ended_sessions() -> int:
    """Delete the sign-ins that have ended; how many."""
    ended = db.session.execute(delete(LoginSession).where(LoginSession.expires_at <= clock.now()))
    return int(ended.rowcount)  # type: ignore[attr-defined]
