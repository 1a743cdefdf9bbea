"""Entries of the red/black list, whom they are about, what those and others say to them, and nominations for red.

An entry's words hold no personal data (see `guard`): whom it is about stands beside it by id, and is never shown but to
those who handle it, and to the person. What persons say is encrypted.
"""

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, Index, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from app.core.crypto import EncryptedText
from app.core.db import Model, enum_check
from app.core.ids import new_id


class Colour(StrEnum):
    """Which of the two lists."""

    RED = "red"
    BLACK = "black"

    @property
    def chinese(self) -> str:
        """The list for people."""
        return {"red": "红榜", "black": "黑榜"}[self.value]


class Category(StrEnum):
    """What the conduct is about."""

    HYGIENE = "hygiene"
    PARKING = "parking"
    NOISE = "noise"
    FIRE_SAFETY = "fire_safety"
    ANIMALS = "animals"
    COMMON_PARTS = "common_parts"
    NEIGHBOURS = "neighbours"
    SERVICE = "service"
    OTHER = "other"


class EntryState(StrEnum):
    """Where an entry stands. `heard` and `expired` come by time alone and are never stored."""

    DRAFT = "draft"
    REVIEWING = "reviewing"
    RETURNED = "returned"
    HEARING = "hearing"
    HEARD = "heard"
    PUBLISHED = "published"
    EXPIRED = "expired"
    TAKEN_DOWN = "taken_down"
    WITHDRAWN = "withdrawn"

    @property
    def chinese(self) -> str:
        """The state for people."""
        return {
            "draft": "还在起草",
            "reviewing": "正在审核",
            "returned": "已退回修改",
            "hearing": "正在听取意见",
            "heard": "听取意见期满，等待公布",
            "published": "已公布",
            "expired": "已到期",
            "taken_down": "已撤下",
            "withdrawn": "已撤回",
        }[self.value]


class Consent(StrEnum):
    """Whether a person agrees to be named in a red entry (PIPL 25)."""

    ASKED = "asked"
    GIVEN = "given"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


class StatementKind(StrEnum):
    """What is said to an entry: an answer goes on file, an appeal must be decided."""

    ANSWER = "answer"
    APPEAL = "appeal"


class AppealState(StrEnum):
    """Where an appeal stands."""

    OPEN = "open"
    UPHELD = "upheld"
    DISMISSED = "dismissed"


class NominationState(StrEnum):
    """Where a nomination for red stands."""

    OPEN = "open"
    ADOPTED = "adopted"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"


class Entry(Model):
    """An entry (红黑榜条目). `words`: names on the roll that are everyday words and, as the drafter says, mean nobody.

    hearing_until   before it nothing is published; None while somebody whom it is about has not been told
    note            what stands in its place once it is taken down, for everybody
    """

    __tablename__ = "notice_entry"
    __table_args__ = (
        ForeignKeyConstraint(
            ["compound_id", "nomination_id"], ["notice_nomination.compound_id", "notice_nomination.id"]
        ),
        Index("ix_notice_entry_listed", "compound_id", "published_at", "id"),
        enum_check("colour", Colour),
        enum_check("category", Category),
        CheckConstraint(
            "state IN ('draft', 'reviewing', 'returned', 'hearing', 'published', 'taken_down', 'withdrawn')",
            name="state_known",
        ),
        CheckConstraint("reviewed_by <> drafted_by AND published_by <> drafted_by", name="second_person"),
        CheckConstraint("state <> 'hearing' OR reviewed_by IS NOT NULL", name="heard_after_review"),
        CheckConstraint(
            "published_at IS NULL OR (hearing_until IS NOT NULL AND published_at >= hearing_until"
            " AND expires_at > published_at AND published_by IS NOT NULL AND reviewed_by IS NOT NULL)",
            name="published_after_hearing",
        ),
        CheckConstraint("state <> 'published' OR published_at IS NOT NULL", name="published_has_time"),
        CheckConstraint("state <> 'taken_down' OR (ended_at IS NOT NULL AND note IS NOT NULL)", name="end_has_note"),
    )

    compound_id: Mapped[UUID] = mapped_column(ForeignKey("org_unit.id"), primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    colour: Mapped[str] = mapped_column(Text)
    category: Mapped[str] = mapped_column(Text)
    title: Mapped[str] = mapped_column(Text)
    text: Mapped[str] = mapped_column(Text)
    words: Mapped[list[Any]]
    state: Mapped[str] = mapped_column(Text)
    nomination_id: Mapped[UUID | None]
    drafted_by: Mapped[UUID]
    created_at: Mapped[datetime]
    reviewed_by: Mapped[UUID | None]
    hearing_until: Mapped[datetime | None]
    published_by: Mapped[UUID | None]
    published_at: Mapped[datetime | None]
    expires_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    note: Mapped[str | None] = mapped_column(Text)


class EntryPerson(Model):
    """That an entry is about an owner, when the owner was told, and whether the owner agrees to be named.

    told_by, paper_note   who handed the paper over, and where its copy is filed; empty: told in the app
    consent               for red entries; the version of the text that the person saw, the account that answered
    """

    __tablename__ = "notice_entry_person"
    __table_args__ = (
        ForeignKeyConstraint(["compound_id", "entry_id"], ["notice_entry.compound_id", "notice_entry.id"]),
        ForeignKeyConstraint(["compound_id", "owner_id"], ["owner.compound_id", "owner.id"]),
        Index("ix_notice_entry_person_owner", "compound_id", "owner_id"),
        CheckConstraint("consent IN ('asked', 'given', 'refused', 'withdrawn')", name="consent_known"),
        CheckConstraint(
            "consent IS NULL OR consent = 'asked'"
            " OR (consent_version IS NOT NULL AND consent_by IS NOT NULL AND consent_at IS NOT NULL)",
            name="consent_is_on_record",
        ),
        CheckConstraint("(told_by IS NULL) = (paper_note IS NULL)", name="paper_has_note"),
    )

    compound_id: Mapped[UUID] = mapped_column(primary_key=True)
    entry_id: Mapped[UUID] = mapped_column(primary_key=True)
    owner_id: Mapped[UUID] = mapped_column(primary_key=True)
    told_at: Mapped[datetime | None]
    told_by: Mapped[UUID | None]
    paper_note: Mapped[str | None] = mapped_column(EncryptedText)
    consent: Mapped[str | None] = mapped_column(Text)
    consent_version: Mapped[int | None]
    consent_by: Mapped[UUID | None]
    consent_at: Mapped[datetime | None]


class Statement(Model):
    """An answer or an appeal in the name of an owner. `concerned`: the entry is about that owner.

    paper_note   where the sheet is filed that `account_id` entered; empty: in the app
    """

    __tablename__ = "notice_statement"
    __table_args__ = (
        ForeignKeyConstraint(["compound_id", "entry_id"], ["notice_entry.compound_id", "notice_entry.id"]),
        ForeignKeyConstraint(["compound_id", "owner_id"], ["owner.compound_id", "owner.id"]),
        Index(
            "uq_notice_statement_appeal",
            "compound_id",
            "entry_id",
            "owner_id",
            unique=True,
            postgresql_where=text("kind = 'appeal'"),
        ),
        Index("ix_notice_statement_entry", "compound_id", "entry_id"),
        enum_check("kind", StatementKind),
        CheckConstraint("state IN ('open', 'upheld', 'dismissed')", name="state_known"),
        CheckConstraint("(kind = 'appeal') = (state IS NOT NULL)", name="appeals_have_states"),
        CheckConstraint(
            "state IS NULL OR state = 'open' OR (decided_by IS NOT NULL AND decided_at IS NOT NULL"
            " AND reason IS NOT NULL)",
            name="decision_has_reason",
        ),
        CheckConstraint("decided_by <> account_id", name="decided_by_another"),
    )

    compound_id: Mapped[UUID] = mapped_column(primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    entry_id: Mapped[UUID]
    kind: Mapped[str] = mapped_column(Text)
    owner_id: Mapped[UUID]
    concerned: Mapped[bool]
    account_id: Mapped[UUID]
    text: Mapped[str] = mapped_column(EncryptedText)
    paper_note: Mapped[str | None] = mapped_column(EncryptedText)
    made_at: Mapped[datetime]
    state: Mapped[str | None] = mapped_column(Text)
    decided_by: Mapped[UUID | None]
    decided_at: Mapped[datetime | None]
    reason: Mapped[str | None] = mapped_column(EncryptedText)


class Nomination(Model):
    """A resident's nomination for red (推荐上红榜). Its words, which may name somebody, are encrypted.

    account_id   whoever made it in the app, or entered it from a sheet
    owner_id     in whose name it was entered from a sheet, `paper_note` where that is filed; empty: in the app
    """

    __tablename__ = "notice_nomination"
    __table_args__ = (
        ForeignKeyConstraint(["compound_id", "owner_id"], ["owner.compound_id", "owner.id"]),
        Index("ix_notice_nomination_open", "compound_id", "id", postgresql_where=text("state = 'open'")),
        Index("ix_notice_nomination_account", "compound_id", "account_id"),
        enum_check("category", Category),
        enum_check("state", NominationState),
        CheckConstraint("state <> 'declined' OR reason IS NOT NULL", name="declined_has_reason"),
        CheckConstraint("(owner_id IS NULL) = (paper_note IS NULL)", name="paper_is_filed"),
        CheckConstraint("decided_by <> account_id", name="decided_by_another"),
    )

    compound_id: Mapped[UUID] = mapped_column(ForeignKey("org_unit.id"), primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    account_id: Mapped[UUID]
    owner_id: Mapped[UUID | None]
    paper_note: Mapped[str | None] = mapped_column(EncryptedText)
    category: Mapped[str] = mapped_column(Text)
    text: Mapped[str] = mapped_column(EncryptedText)
    state: Mapped[str] = mapped_column(Text)
    made_at: Mapped[datetime]
    decided_by: Mapped[UUID | None]
    decided_at: Mapped[datetime | None]
    reason: Mapped[str | None] = mapped_column(EncryptedText)
