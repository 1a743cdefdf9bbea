"""What an operator must put right (运维告警): told once, shown until it is over.

An alert is an observation, not part of an act: it is written at once, by a statement of its own, and does not roll back
with the transaction in which it was seen. While an alert of the same code and subject is open, seeing it again only
counts. It ends by the next success of what it is about, or by the operator; one that ended by a success and comes
back within the hour is the same alert, so that a fault that comes and goes does not tell of itself all day.
"""

import time
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final
from uuid import UUID

import structlog
from sqlalchemy import CheckConstraint, Index, Text, select, text
from sqlalchemy.orm import Mapped, mapped_column

from app.core import audit, clock
from app.core.db import HotStatement, Model, db, fetch_one_alone
from app.core.ids import new_id

log = structlog.get_logger(__name__)

SAME_WITHIN: Final = timedelta(hours=1)
BY_SUCCESS: Final = "success"
LONGEST_DETAIL: Final = 200
LOOK_EVERY_S: Final = 5
QUIET_FOR: Final = timedelta(minutes=10)


class AlertCode(StrEnum):
    """What is wrong. Each has its section in docs/runbook.md."""

    ADDRESS_NOT_ALLOWED = "address_not_allowed"
    CREDENTIALS_REFUSED = "credentials_refused"
    TEMPLATE_MISSING = "template_missing"
    TEMPLATE_UNKNOWN = "template_unknown"
    TEMPLATE_MISMATCH = "template_mismatch"
    PAGE_UNKNOWN = "page_unknown"
    SENDING_BANNED = "sending_banned"
    TEMPLATE_BANNED = "template_banned"
    CONTENT_REFUSED = "content_refused"
    QUOTA_USED_UP = "quota_used_up"


@dataclass(frozen=True)
class Meaning:
    """What one of WeChat's error codes asks the operator for. `of_template`: it is about one template alone."""

    code: AlertCode
    of_template: bool = False


WECHAT: Final = {
    40164: Meaning(AlertCode.ADDRESS_NOT_ALLOWED),
    **{errcode: Meaning(AlertCode.CREDENTIALS_REFUSED) for errcode in (40013, 40125, 41002, 41004)},
    40037: Meaning(AlertCode.TEMPLATE_UNKNOWN, of_template=True),
    47003: Meaning(AlertCode.TEMPLATE_MISMATCH, of_template=True),
    41030: Meaning(AlertCode.PAGE_UNKNOWN, of_template=True),
    43107: Meaning(AlertCode.SENDING_BANNED),
    43116: Meaning(AlertCode.TEMPLATE_BANNED, of_template=True),
    45168: Meaning(AlertCode.CONTENT_REFUSED, of_template=True),
    45009: Meaning(AlertCode.QUOTA_USED_UP),
}


OF_VALUES: Final = [AlertCode.TEMPLATE_MISMATCH.value, AlertCode.CONTENT_REFUSED.value]
"""They hang on a message's values: that another message went through is no proof. They end after QUIET_FOR besides."""


class OperatorAlert(Model):
    """One thing that is or was wrong. `subject`: the channel, template, kind or act that it is about; never a person.

    `resolved_by`: "success", or the name of the operator who said that it is over.
    """

    __tablename__ = "operator_alert"
    __table_args__ = (
        CheckConstraint("times > 0", name="times_positive"),
        CheckConstraint("(resolved_at IS NULL) = (resolved_by IS NULL)", name="resolved_by_someone"),
        Index("uq_operator_alert_open", "code", "subject", unique=True, postgresql_where=text("resolved_at IS NULL")),
        Index("ix_operator_alert_last", "code", "subject", "last_at"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id, server_default=text("uuid_v7()"))
    code: Mapped[str] = mapped_column(Text)
    subject: Mapped[str] = mapped_column(Text)
    detail: Mapped[str] = mapped_column(Text)
    first_at: Mapped[datetime]
    last_at: Mapped[datetime]
    times: Mapped[int] = mapped_column(default=1, server_default="1")
    resolved_at: Mapped[datetime | None]
    resolved_by: Mapped[str | None] = mapped_column(Text)


_SEEN = HotStatement.of("""
WITH back AS (
    UPDATE operator_alert SET resolved_at = NULL, resolved_by = NULL, last_at = %(now)s, times = times + 1
    WHERE id = (SELECT id FROM operator_alert WHERE code = %(code)s AND subject = %(subject)s
                ORDER BY last_at DESC, id DESC LIMIT 1)
      AND resolved_by = 'success' AND resolved_at > %(since)s
    RETURNING id
), open AS (
    INSERT INTO operator_alert (code, subject, detail, first_at, last_at)
    SELECT %(code)s, %(subject)s, %(detail)s, %(now)s, %(now)s WHERE NOT EXISTS (SELECT FROM back)
    ON CONFLICT (code, subject) WHERE resolved_at IS NULL
    DO UPDATE SET last_at = excluded.last_at, detail = excluded.detail, times = operator_alert.times + 1
    RETURNING times
)
SELECT times = 1 FROM open
""")

_OVER = HotStatement.of("""
WITH over AS (
    UPDATE operator_alert SET resolved_at = %(now)s, resolved_by = %(by)s
    WHERE resolved_at IS NULL AND subject = ANY(%(subjects)s)
      AND (code <> ALL(%(of_values)s) OR last_at < %(quiet_since)s)
    RETURNING code, subject
)
SELECT array_agg(code || ' ' || subject ORDER BY code, subject) FROM over
""")

_looked: dict[str, float] = {}


def seen(code: AlertCode, subject: str, detail: str = "") -> bool:
    """Something is wrong; whether that is news. What is news is logged as an error, the rest counted.

    `detail` is shown to the operator: WeChat's own words, never anything about a person.
    """
    _looked.pop(subject, None)
    now = clock.now()
    shown = detail.partition(" rid: ")[0][:LONGEST_DETAIL]
    row = fetch_one_alone(
        _SEEN, {"code": str(code), "subject": subject, "detail": shown, "now": now, "since": now - SAME_WITHIN}
    )
    news = bool(row and row[0])
    if news:
        log.error("operator_alert", alert=str(code), subject=subject, detail=shown, hint=f"docs/runbook.md#{code}")
    return news


def over(subjects: Collection[str], by: str = BY_SUCCESS) -> int:
    """What these alerts are about works again; how many were open."""
    if not subjects:
        return 0
    now = clock.now()
    times = {"now": now, "quiet_since": now - QUIET_FOR}
    row = fetch_one_alone(_OVER, {"subjects": sorted(subjects), "by": by, "of_values": OF_VALUES, **times})
    ended: list[str] = (row and row[0]) or []
    for one in ended:
        code, _, subject = one.partition(" ")
        log.info("operator_alert_over", alert=code, subject=subject, by=by)
    return len(ended)


def work(subjects: Collection[str]) -> None:
    """As `over`, for acts that succeed all the time: each process looks every five seconds, and after a failure."""
    now = time.monotonic()
    due = [subject for subject in subjects if now - _looked.get(subject, -LOOK_EVERY_S) >= LOOK_EVERY_S]
    _looked.update(dict.fromkeys(due, now))
    over(due)


def resolve(alert_id: UUID, by: str) -> bool:
    """The operator says that an alert is over, in the caller's transaction; False if it is not open."""
    alert = db.session.scalar(
        select(OperatorAlert).where(OperatorAlert.id == alert_id, OperatorAlert.resolved_at.is_(None)).with_for_update()
    )
    if alert is None:
        return False
    alert.resolved_at, alert.resolved_by = clock.now(), by
    about = {"operator": by, "alert": alert.code, "subject": alert.subject}
    audit.record(audit.PLATFORM, None, "resolve_alert", alert.id, after=about)
    return True


def open_alerts() -> Sequence[OperatorAlert]:
    """What is wrong now, the newest first."""
    found = select(OperatorAlert).where(OperatorAlert.resolved_at.is_(None))
    return db.session.scalars(found.order_by(OperatorAlert.first_at.desc())).all()
