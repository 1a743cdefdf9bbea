"""The outbox and the subscription ledger."""

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, Text, UniqueConstraint, Uuid, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Model, enum_check
from app.core.ids import new_id
from app.core.queueing import Urgency


class OutboxState(StrEnum):
    """State of a message. `sending` for long means that WeChat's answer was lost: it may have arrived."""

    CREATED = "created"
    SENDING = "sending"
    SENT = "sent"
    REFUSED = "refused"
    FAILED = "failed"
    EXPIRED = "expired"


class OutboxMessage(Model):
    """A message to one account, written in the transaction that is its cause (发件箱).

    `dedup_key` is made of ids and ISO dates: the same cause never makes a second message. The row is also what the
    account sees in the in-app inbox, whatever becomes of it on its way outside: `read_at` tells when it was read.

    `channel` took it last, `msgid` is that channel's. `trail`: each attempt, as {"channel", "outcome", "at"}.
    `undelivered_by`: channels that took it and then said that it did not arrive.
    """

    __tablename__ = "outbox"
    __table_args__ = (
        UniqueConstraint("compound_id", "dedup_key"),
        enum_check("state", OutboxState),
        enum_check("urgency", Urgency),
        Index("ix_outbox_waiting", "urgency", "due_at", postgresql_where=text("state = 'created'")),
        Index("ix_outbox_sending", "account_id", "claimed_at", postgresql_where=text("state = 'sending'")),
        Index("ix_outbox_unread", "compound_id", "account_id", "id", postgresql_where=text("read_at IS NULL")),
        Index("ix_outbox_account", "account_id", "created_at"),
        Index("ix_outbox_written", "created_at", postgresql_using="brin"),
    )

    compound_id: Mapped[UUID] = mapped_column(ForeignKey("org_unit.id"), primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id, server_default=text("uuid_v7()"))
    account_id: Mapped[UUID]
    kind: Mapped[str] = mapped_column(Text)
    data: Mapped[dict[str, Any]]
    page: Mapped[str] = mapped_column(Text)
    dedup_key: Mapped[str] = mapped_column(Text)
    urgency: Mapped[str] = mapped_column(Text)
    state: Mapped[str] = mapped_column(Text, default=OutboxState.CREATED, server_default="created")
    attempts: Mapped[int] = mapped_column(default=0, server_default="0")
    outcome: Mapped[str | None] = mapped_column(Text)
    created_at: Mapped[datetime]
    due_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    claimed_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]
    read_at: Mapped[datetime | None]
    channel: Mapped[str | None] = mapped_column(Text)
    msgid: Mapped[str | None] = mapped_column(Text)
    trail: Mapped[list[Any]] = mapped_column(default=list, server_default=text("'[]'"))
    undelivered_by: Mapped[list[str]] = mapped_column(ARRAY(Text), default=list, server_default=text("'{}'"))


class FanOut(Model):
    """Messages that are still to be written to many (app/notifications/fan_out.py); gone once all are.

    `recipients`: accounts in the order of their ids, the first `written` of which have their message. What is sent is
    in the columns named as the outbox's; `dedup_prefix` and an account's id make a dedup key.
    """

    __tablename__ = "fan_out"
    __table_args__ = (
        enum_check("urgency", Urgency),
        CheckConstraint("written >= 0 AND written < cardinality(recipients)", name="some_left"),
    )

    compound_id: Mapped[UUID] = mapped_column(ForeignKey("org_unit.id"), primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id, server_default=text("uuid_v7()"))
    kind: Mapped[str] = mapped_column(Text)
    data: Mapped[dict[str, Any]]
    page: Mapped[str] = mapped_column(Text)
    dedup_prefix: Mapped[str] = mapped_column(Text)
    urgency: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    recipients: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid))
    written: Mapped[int] = mapped_column(default=0, server_default="0")


class OfficialFollower(Model):
    """Somebody who follows the linked official account (公众号粉丝). `openid` is the one at that account.

    The unionid, by which a follower is the same person as a user of the mini-program, is asked for later: `asked_at`.
    `changed_at`: what is known of the following; `listed_at`: when the list of followers last had it.
    """

    __tablename__ = "official_follower"
    __table_args__ = (
        Index("ix_official_follower_unionid", "unionid"),
        Index(
            "ix_official_follower_unmatched",
            "asked_at",
            postgresql_where=text("unionid IS NULL AND unfollowed_at IS NULL"),
        ),
    )

    openid: Mapped[str] = mapped_column(Text, primary_key=True)
    unionid: Mapped[str | None] = mapped_column(Text)
    changed_at: Mapped[datetime]
    unfollowed_at: Mapped[datetime | None]
    listed_at: Mapped[datetime | None]
    asked_at: Mapped[datetime | None]


class MutedKind(Model):
    """A kind of message that an account wants in the inbox only (消息免打扰)."""

    __tablename__ = "muted_kind"

    account_id: Mapped[UUID] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(Text, primary_key=True)
    muted_at: Mapped[datetime]


class SubscriptionCredit(Model):
    """How many messages of a template an account will still take: one accept, one message (subscribeMessage.send).

    `reported` by the client and `pushed` by WeChat count the same taps (app/notifications/accepts.py).
    `cleared_at`: when WeChat last said that there is none.
    """

    __tablename__ = "subscription_credit"
    __table_args__ = (CheckConstraint("credits >= 0", name="credits_not_negative"),)

    account_id: Mapped[UUID] = mapped_column(primary_key=True)
    template_id: Mapped[str] = mapped_column(Text, primary_key=True)
    credits: Mapped[int]
    reported: Mapped[int] = mapped_column(default=0, server_default="0")
    pushed: Mapped[int] = mapped_column(default=0, server_default="0")
    cleared_at: Mapped[datetime | None]
    updated_at: Mapped[datetime]


class ChannelPause(Model):
    """A channel that rests: its quota is used up for today, or it waits for the operator. Over at `until`.

    `channel` is the channel, or a template at a channel (delivery.template_at).
    """

    __tablename__ = "channel_pause"

    channel: Mapped[str] = mapped_column(Text, primary_key=True)
    until: Mapped[datetime]
    code: Mapped[str] = mapped_column(Text)
    since: Mapped[datetime]
