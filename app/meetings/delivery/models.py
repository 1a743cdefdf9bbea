"""What was delivered to whom, by which way and when; and what was posted for those not reached."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.core.crypto import EncryptedText
from app.core.db import Model, enum_check
from app.core.ids import new_id


class DeliveryItem(StrEnum):
    """What is delivered: the notice of the meeting (会议通知), or ballot and warning (表决票及告知)."""

    NOTICE = "notice"
    BALLOT = "ballot"


class DeliveryWay(StrEnum):
    """How it reached a party: opened in the app, a message that WeChat accepted, or handed over on paper.

    `posted`: none of these had reached it when a notice was posted. That is nobody's receipt, and reaches nobody.
    """

    OPENED = "opened"
    MESSAGE = "message"
    PAPER = "paper"
    POSTED = "posted"

    @property
    def chinese(self) -> str:
        """The way for people."""
        return {
            "opened": "在小程序中打开",
            "message": "微信消息已送出",
            "paper": "书面送交",
            "posted": "张贴公告",
        }[self.value]


REACHING = (DeliveryWay.OPENED, DeliveryWay.MESSAGE, DeliveryWay.PAPER)
"""The ways that reach a party."""


class Delivery(Model):
    """That something reached a voting party by a way (送达), for the first time. The key lets it stand once.

    `account_id`: who opened it or got the message; on paper, who put it on record. `handed_by` and `received_by` are
    names, on paper only. `notice_id`: which notice was posted for the party, that nothing had reached until then.
    """

    __tablename__ = "delivery"
    __table_args__ = (
        ForeignKeyConstraint(
            ["compound_id", "meeting_id", "party_id"],
            ["voting_party.compound_id", "voting_party.meeting_id", "voting_party.id"],
        ),
        ForeignKeyConstraint(["compound_id", "notice_id"], ["posted_notice.compound_id", "posted_notice.id"]),
        enum_check("item", DeliveryItem),
        enum_check("way", DeliveryWay),
        CheckConstraint("(way = 'paper') = (handed_by IS NOT NULL)", name="paper_names_who_handed_it_over"),
        CheckConstraint("way = 'paper' OR received_by IS NULL", name="received_on_paper"),
        CheckConstraint("(way = 'posted') = (notice_id IS NOT NULL)", name="posted_names_its_notice"),
    )

    compound_id: Mapped[UUID] = mapped_column(primary_key=True)
    meeting_id: Mapped[UUID] = mapped_column(primary_key=True)
    party_id: Mapped[UUID] = mapped_column(primary_key=True)
    item: Mapped[str] = mapped_column(Text, primary_key=True)
    way: Mapped[str] = mapped_column(Text, primary_key=True)
    delivered_at: Mapped[datetime]
    recorded_at: Mapped[datetime]
    account_id: Mapped[UUID]
    handed_by: Mapped[str | None] = mapped_column(EncryptedText)
    received_by: Mapped[str | None] = mapped_column(EncryptedText)
    notice_id: Mapped[UUID | None]


class PostedNotice(Model):
    """A notice that was posted in the compound (张贴公告), with a photo of it."""

    __tablename__ = "posted_notice"
    __table_args__ = (
        ForeignKeyConstraint(["compound_id", "meeting_id"], ["meeting.compound_id", "meeting.id"]),
        ForeignKeyConstraint(["compound_id", "scan_id"], ["meeting_scan.compound_id", "meeting_scan.id"]),
        UniqueConstraint("compound_id", "meeting_id", "place", "posted_at"),
    )

    compound_id: Mapped[UUID] = mapped_column(primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    meeting_id: Mapped[UUID]
    place: Mapped[str] = mapped_column(Text)
    posted_at: Mapped[datetime]
    scan_id: Mapped[UUID]
    recorded_by: Mapped[UUID]
    recorded_at: Mapped[datetime]
