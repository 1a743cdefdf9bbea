"""Who follows the linked official account, and as which user of the mini-program.

Events tell of following and unfollowing at once; the list of all followers, read once a day, finds who followed before
the account was linked, or whose event was lost. Both bring openids only: the unionid is asked for afterwards, by the
hundred. No database connection is held while WeChat is asked.
"""

from collections.abc import Collection, Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import or_, select, text, update
from sqlalchemy.dialects.postgresql import insert

from app.core import clock, wechat
from app.core.db import db
from app.core.unit_of_work import unit_of_work
from app.identity.models import Account, WeChatLogin
from app.notifications.models import OfficialFollower

ASKED_A_CALL = 100
ASK_AGAIN_AFTER = timedelta(days=1)

_LISTED = text("""
INSERT INTO official_follower AS follower (openid, changed_at, listed_at)
SELECT openid, :began, :began FROM unnest(CAST(:openids AS text[])) AS openid ORDER BY openid
ON CONFLICT (openid) DO UPDATE SET
    listed_at = :began,
    unfollowed_at = CASE WHEN follower.changed_at < :began THEN NULL ELSE follower.unfollowed_at END
""")


def change(openid: str, at: datetime, *, follows: bool) -> None:
    """Somebody began to follow, or stopped. What happened later counts, in whatever order it is told."""
    values = {"changed_at": at, "unfollowed_at": None if follows else at}
    told = insert(OfficialFollower).values(openid=openid, **values)
    db.session.execute(
        told.on_conflict_do_update(index_elements=["openid"], set_=values, where=OfficialFollower.changed_at <= at)
    )


def lost(account_ids: Collection[UUID]) -> None:
    """WeChat says that these accounts do not follow, or take no messages: not until they follow anew or are listed."""
    if account_ids:
        now = clock.now()
        theirs = (
            select(WeChatLogin.unionid)
            .join(Account, Account.openid == WeChatLogin.openid)
            .where(Account.id.in_(account_ids))
        )
        gone = update(OfficialFollower).where(OfficialFollower.unionid.in_(theirs))
        db.session.execute(gone.values(unfollowed_at=now, changed_at=now))


def account_of(openid: str) -> UUID | None:
    """The account of a follower, by the openid at the official account."""
    return db.session.scalar(
        select(Account.id)
        .join(WeChatLogin, WeChatLogin.openid == Account.openid)
        .join(OfficialFollower, OfficialFollower.unionid == WeChatLogin.unionid)
        .where(OfficialFollower.openid == openid)
    )


def match() -> int:
    """Ask for the unionids of some followers who have none yet; of how many. Opens its own transactions."""
    openids = _unmatched()
    if openids:
        body = {"user_list": [{"openid": openid, "lang": "zh_CN"} for openid in openids]}
        answer = wechat.official().call_with_token("post", "/cgi-bin/user/info/batchget", body)
        with unit_of_work():
            _write(answer["user_info_list"])
    return len(openids)


def read_list() -> int:
    """Read the list of all followers; how many there are. Opens its own transactions.

    Who is not on it any more is taken for gone.
    """
    began, number = clock.now(), 0
    for openids in _pages():
        with unit_of_work():
            db.session.execute(_LISTED, {"began": began, "openids": openids})
        number += len(openids)
    missing = or_(OfficialFollower.listed_at.is_(None), OfficialFollower.listed_at < began)
    gone = update(OfficialFollower).where(
        missing, OfficialFollower.changed_at < began, OfficialFollower.unfollowed_at.is_(None)
    )
    with unit_of_work():
        db.session.execute(gone.values(unfollowed_at=began, changed_at=began))
    return number


def _pages() -> Iterator[list[str]]:
    after = ""
    while True:
        answer = wechat.official().call_with_token("get", "/cgi-bin/user/get", {}, {"next_openid": after})
        openids = answer.get("data", {}).get("openid", [])
        if not openids:
            return
        yield openids
        after = answer["next_openid"]


def _unmatched() -> Sequence[str]:
    """Some followers without unionid. They count as asked for at once, so that one bad openid holds nobody else up."""
    now = clock.now()
    found = (
        select(OfficialFollower.openid)
        .where(
            OfficialFollower.unionid.is_(None),
            OfficialFollower.unfollowed_at.is_(None),
            or_(OfficialFollower.asked_at.is_(None), OfficialFollower.asked_at < now - ASK_AGAIN_AFTER),
        )
        .order_by(OfficialFollower.openid)
        .limit(ASKED_A_CALL)
        .with_for_update(skip_locked=True)
    )
    asked = update(OfficialFollower).where(OfficialFollower.openid.in_(found)).values(asked_at=now)
    with unit_of_work():
        return db.session.scalars(asked.returning(OfficialFollower.openid)).all()


def _write(users: Sequence[dict[str, Any]]) -> None:
    now = clock.now()
    for user in sorted(users, key=lambda user: str(user["openid"])):
        one = update(OfficialFollower).where(OfficialFollower.openid == user["openid"])
        if not user["subscribe"]:
            db.session.execute(one.values(unfollowed_at=now, changed_at=now))
        elif user.get("unionid"):
            db.session.execute(one.values(unionid=user["unionid"]))
