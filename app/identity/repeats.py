"""Requests that a phone sends again because it heard no answer: the act is done once, the answer is the same.

The key, what was asked and the answer are written in the act's own transaction: there is an answer if and only if the
act was done. Of two that come at the same time the second waits for the first, some seconds at most. A refused act
leaves nothing: sent again, it is tried again. So is one that commits on its way and ends there, since it has no answer.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, LargeBinary, Text, delete, select, text, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Mapped, mapped_column

from app.core import clock
from app.core.crypto import EncryptedText
from app.core.db import Model, db
from app.core.errors import Conflict, Invalid
from app.identity.actor import Actor

KEPT: Final = timedelta(days=1)
"""How long a repeat is known at the least."""
LONGEST_KEY: Final = 64
PATIENCE_S: Final = 5
LOCK_NOT_AVAILABLE: Final = "55P03"


class RepeatKeyInvalid(Invalid):
    code = "idempotency_key_invalid"
    message = "提交的编号有误，请更新小程序后重试。"


class RepeatKeyReused(Invalid):
    code = "idempotency_key_reused"
    message = "这个编号已用于另一次提交，内容不同。请返回刷新后重新提交。"


class RequestUnderWay(Conflict):
    code = "request_under_way"
    retry_after_s = 5
    message = "上一次提交还在处理，请等几秒再看结果，不必重复点击。"


class AnsweredRequest(Model):
    """A request that brought a key, and its answer. `answer` is empty while the act is under way, or once it failed.

    `asked`: hash over method, address and body. The answer may name people, so it is encrypted.
    """

    __tablename__ = "answered_request"
    __table_args__ = (
        Index(None, "asked_at"),
        CheckConstraint("(status IS NULL) = (answer IS NULL)", name="answered_whole"),
    )

    account_id: Mapped[UUID] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(Text, primary_key=True)
    asked: Mapped[bytes] = mapped_column(LargeBinary)
    asked_at: Mapped[datetime]
    status: Mapped[int | None]
    answer: Mapped[str | None] = mapped_column(EncryptedText)


@dataclass(frozen=True)
class Answer:
    """What was answered: HTTP status, and JSON or nothing. `repeated`: the act was done before."""

    status: int
    body: str
    repeated: bool = False


def once(actor: Actor, key: str, asked: bytes, act: Callable[[], Answer]) -> Answer:
    """Do an act unless it was done under this key, in the caller's unit of work; the answer of the time it was done.

    Raises RepeatKeyInvalid, RepeatKeyReused (another request had this key), RequestUnderWay, and what `act` raises.
    """
    if not (0 < len(key) <= LONGEST_KEY and key.isascii() and key.replace("-", "").replace("_", "").isalnum()):
        raise RepeatKeyInvalid
    mine = (AnsweredRequest.account_id == actor.account_id, AnsweredRequest.key == key)
    if not _first(actor, key, asked):
        known = db.session.execute(
            select(AnsweredRequest.asked, AnsweredRequest.status, AnsweredRequest.answer).where(*mine).with_for_update()
        ).one()
        if bytes(known.asked) != asked:
            raise RepeatKeyReused
        if known.status is not None:
            return Answer(known.status, known.answer or "", repeated=True)
    answer = act()
    db.session.execute(update(AnsweredRequest).where(*mine).values(status=answer.status, answer=answer.body))
    return answer


def _first(actor: Actor, key: str, asked: bytes) -> bool:
    """Write the key down; whether it is new. Waits for another that has just written it. Raises RequestUnderWay."""
    written = (
        insert(AnsweredRequest)
        .values(account_id=actor.account_id, key=key, asked=asked, asked_at=clock.now())
        .on_conflict_do_nothing()
        .returning(AnsweredRequest.key)
    )
    db.session.execute(text(f"SET LOCAL lock_timeout = '{PATIENCE_S}s'"))
    try:
        first = db.session.scalar(written) is not None
    except OperationalError as error:
        if getattr(error.orig, "sqlstate", None) == LOCK_NOT_AVAILABLE:
            raise RequestUnderWay from None
        raise
    db.session.execute(text("SET LOCAL lock_timeout TO DEFAULT"))
    return first


def forget_answered() -> int:
    """Delete what no phone sends again; how many."""
    old = db.session.execute(delete(AnsweredRequest).where(AnsweredRequest.asked_at < clock.now() - KEPT))
    return int(old.rowcount)  # type: ignore[attr-defined]
