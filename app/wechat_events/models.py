"""Events that WeChat has pushed."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, Index, LargeBinary, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Model


class WeChatEvent(Model):
    """One event, kept until nobody can push it again. `key`: a hash of its content, so that a replay is the same row.

    `data` is what the event has beside its head, its list always a list under "List". It waits (to be handled from
    `due_at` on), was handled (`handled_at`), or failed too often and waits for an operator (`failed_at`). `outcome`:
    the handler's word, or the kind of error.
    """

    __tablename__ = "wechat_event"
    __table_args__ = (
        CheckConstraint("handled_at IS NULL OR failed_at IS NULL", name="one_end"),
        Index("ix_wechat_event_waiting", "due_at", postgresql_where=text("handled_at IS NULL")),
        Index("ix_wechat_event_received_at", "received_at"),
    )

    key: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    name: Mapped[str] = mapped_column(Text)
    openid: Mapped[str] = mapped_column(Text)
    data: Mapped[dict[str, Any]]
    pushed_at: Mapped[datetime]
    received_at: Mapped[datetime]
    due_at: Mapped[datetime]
    attempts: Mapped[int] = mapped_column(default=0, server_default="0")
    handled_at: Mapped[datetime | None]
    failed_at: Mapped[datetime | None]
    outcome: Mapped[str | None] = mapped_column(Text)
