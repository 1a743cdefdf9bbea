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
from app.core.errors import Unauthenticated
from app.core.ids import new_id
from app.core.metrics import counting
from app.core.unit_of_work import release_connection
from app.core.work import SIGN_INS
from app.identity import wechat
from app.identity.actor import Actor
from app.identity.consents import acts as consents
from app.identity.console.sessions import close_all
from app.identity.models import Account, AccountPhone, LoginSession, WeChatLogin

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
    """Sign in with a code from wx.login; the first time makes the account. Raises the errors of `wechat`."""
    user = wechat.code_to_session(code)
    token, now = secrets.token_urlsafe(32), clock.now()
    hashed, until = token_hash(token), now + SESSION_LIFE
    asked = {"openid": user.openid, "unionid": user.unionid, "token_hash": hashed, "now": now, "until": until}
    known = fetch_one_alone(_SIGN_IN, asked)
    account_id, phone_verified = known or _account_of(user)
    if known is None:
        db.session.add(LoginSession(token_hash=hashed, account_id=account_id, created_at=now, expires_at=until))
    return SignIn(token, until, account_id, phone_verified)


_SIGN_IN = HotStatement.of(sql_text(Path(__file__).parent / "sign_in.sql"))


def _account_of(user: wechat.WeChatUser) -> tuple[UUID, bool]:
    """The account, made where there is none, and whether its phone is proven; the new union id is noted."""
    now, account_id = clock.now(), new_id()
    made = db.session.scalar(
        insert(WeChatLogin)
        .values(openid=user.openid, unionid=user.unionid, account_id=account_id, created_at=now)
        .on_conflict_do_nothing()
        .returning(WeChatLogin.account_id)
    )
    if made is not None:
        db.session.add(Account(id=account_id, openid=user.openid, created_at=now))
        return account_id, False
    if user.unionid:  # the app may have been bound to an open-platform account since
        db.session.execute(
            update(WeChatLogin)
            .where(WeChatLogin.openid == user.openid, WeChatLogin.unionid.is_distinct_from(user.unionid))
            .values(unionid=user.unionid)
        )
    row = db.session.execute(
        select(Account.id, Account.phone_verified_at, Account.erased_at)
        .join(WeChatLogin, WeChatLogin.account_id == Account.id)
        .where(WeChatLogin.openid == user.openid)
        .with_for_update(read=True, of=Account)  # closing the account waits, and ends this sign-in too
    ).one_or_none()
    if row is None or row.erased_at:  # closed a moment ago: its login is gone, this one begins anew
        return _account_of(user)
    return row.id, row.phone_verified_at is not None


_SESSION = HotStatement.of(
    "SELECT account_id, expires_at FROM login_session WHERE token_hash = %(token_hash)s AND expires_at > %(now)s"
)

_KEEP_ALIVE = HotStatement.of(
    "UPDATE login_session SET expires_at = %(until)s WHERE token_hash = %(token_hash)s AND expires_at < %(until)s"
)
"""By itself: what becomes of the act whose sign-in it is does not matter."""


def authenticate(token: str) -> Actor:
    """The actor of a bearer token; use keeps it alive. Raises Unauthenticated."""
    hashed = token_hash(token)
    return resumed(hashed, fetch_one_alone(_SESSION, {"token_hash": hashed, "now": clock.now()}))


def resumed(hashed: bytes, found: tuple[Any, ...] | None) -> Actor:
    """The actor of a sign-in that a statement found as (account_id, expires_at, …). Raises Unauthenticated for None."""
    if found is None:
        raise Unauthenticated
    account_id, expires_at, now = found[0], found[1], clock.now()
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
