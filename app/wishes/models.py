"""Small wishes (微心愿), their claims and their backings."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, Index, Text, func, text
from sqlalchemy.orm import Mapped, mapped_column, validates

from app.core import clock
from app.core.crypto import EncryptedText
from app.core.db import Model, enum_check
from app.core.ids import new_id

LONGEST_TEXT = 500


class WishState(StrEnum):
    """Where a wish stands. What time alone changes (a claim that lapses, a wish that expires) is in `states`."""

    DRAFT = "draft"
    CHECKING = "checking"
    RETURNED = "returned"
    PUBLISHED = "published"
    CLAIMED = "claimed"
    FULFILLED = "fulfilled"
    RATED = "rated"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"
    MERGED = "merged"

    @property
    def chinese(self) -> str:
        """The state for people."""
        return _STATE_TEXT[self]


_STATE_TEXT = {
    WishState.DRAFT: "草稿",
    WishState.CHECKING: "审核中",
    WishState.RETURNED: "已退回",
    WishState.PUBLISHED: "待认领",
    WishState.CLAIMED: "已认领",
    WishState.FULFILLED: "已完成",
    WishState.RATED: "已评价",
    WishState.WITHDRAWN: "已撤回",
    WishState.EXPIRED: "已过期",
    WishState.MERGED: "已合并",
}


class WishCategory(StrEnum):
    """What a wish is about."""

    REPAIR = "repair"
    ERRAND = "errand"
    ESCORT = "escort"
    GOODS = "goods"
    LEARNING = "learning"
    COMPANY = "company"
    OTHER = "other"

    @property
    def chinese(self) -> str:
        """The category for people."""
        return {
            "repair": "家政维修",
            "errand": "代办跑腿",
            "escort": "陪同就医",
            "goods": "物品需求",
            "learning": "学习辅导",
            "company": "陪伴关怀",
            "other": "其他",
        }[self.value]


class ConsentForm(StrEnum):
    """How a neighbour consented to the wish that a steward posts."""

    WRITTEN = "written"
    SPOKEN = "spoken"


class ClaimEnding(StrEnum):
    """How a claim ended. `lapsed`: it was not begun in time."""

    FULFILLED = "fulfilled"
    GIVEN_UP = "given_up"
    RELEASED = "released"
    LAPSED = "lapsed"
    WITHDRAWN = "withdrawn"


class Wish(Model):
    """A small wish (微心愿), posted for the own home, or by a steward for a neighbour who consented.

    Whom it is for is encrypted and shown to reviewers and to the claimant only; `building_id` is what everybody may
    know, empty where a building has so few homes that it would give the door away. `listed_at` is its place in lists.
    `state_since` is when it came into its state, as it was written down.
    `claim_lapses_at` stands while a claim is not begun: from then on the wish is free again, job or no job.
    """

    __tablename__ = "wish"
    __table_args__ = (
        ForeignKeyConstraint(["compound_id", "unit_id"], ["unit.compound_id", "unit.id"]),
        ForeignKeyConstraint(["compound_id", "building_id"], ["building.compound_id", "building.id"]),
        ForeignKeyConstraint(["compound_id", "merged_into"], ["wish.compound_id", "wish.id"]),
        Index(
            "uq_wish_form",
            "compound_id",
            "posted_by",
            "form_key",
            unique=True,
            postgresql_where=text("form_key IS NOT NULL"),
        ),
        Index("ix_wish_feed", "compound_id", "listed_at", "id"),
        Index("ix_wish_open", "compound_id", "listed_at", postgresql_where=text("state IN ('published', 'claimed')")),
        Index("ix_wish_posted_by", "compound_id", "posted_by", "listed_at", "id"),
        Index(
            "ix_wish_ended",
            "state_since",
            postgresql_where=text("state IN ('returned', 'fulfilled', 'rated', 'withdrawn', 'expired', 'merged')"),
        ),
        Index("ix_wish_lapses", "claim_lapses_at", postgresql_where=text("state = 'claimed'")),
        Index("ix_wish_expires", "expires_at", postgresql_where=text("state = 'published'")),
        enum_check("state", WishState),
        enum_check("category", WishCategory),
        enum_check("consent", ConsentForm),
        CheckConstraint(f"char_length(text) BETWEEN 1 AND {LONGEST_TEXT}", name="text_length"),
        CheckConstraint("(consent IS NULL) = (consent_at IS NULL)", name="consent_has_time"),
        CheckConstraint("state NOT IN ('published', 'claimed') OR expires_at IS NOT NULL", name="published_expires"),
        CheckConstraint("(state = 'merged') = (merged_into IS NOT NULL)", name="merged_into_one"),
        CheckConstraint("claim_lapses_at IS NULL OR state = 'claimed'", name="lapse_of_claim"),
    )

    compound_id: Mapped[UUID] = mapped_column(ForeignKey("org_unit.id"), primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    posted_by: Mapped[UUID]
    form_key: Mapped[UUID | None]
    text: Mapped[str] = mapped_column(Text)
    category: Mapped[str] = mapped_column(Text)
    state: Mapped[str] = mapped_column(Text, default=WishState.DRAFT)
    state_since: Mapped[datetime] = mapped_column(default=clock.now, server_default=func.now())
    unit_id: Mapped[UUID]
    building_id: Mapped[UUID | None]
    beneficiary_name: Mapped[str] = mapped_column(EncryptedText)
    beneficiary_phone: Mapped[str | None] = mapped_column(EncryptedText)
    consent: Mapped[str | None] = mapped_column(Text)
    consent_note: Mapped[str | None] = mapped_column(EncryptedText)
    consent_at: Mapped[datetime | None]
    created_at: Mapped[datetime]
    listed_at: Mapped[datetime]
    published_at: Mapped[datetime | None]
    expires_at: Mapped[datetime | None]
    claim_lapses_at: Mapped[datetime | None]
    merged_into: Mapped[UUID | None]

    @validates("state")
    def _since(self, _: str, state: WishState) -> WishState:
        if state != self.state:
            self.state_since = clock.now()
        return state

    @property
    def on_behalf(self) -> bool:
        """Whether a steward posted it for a neighbour."""
        return self.consent is not None


class WishClaim(Model):
    """That somebody undertook a wish (认领), for themselves or in the name of a group. One live claim a wish.

    It ends once. What came of it, the note and the rating, stands with the claim that brought it. Neighbours see the
    note and its pictures from `report_shown_at`, when the review was passed.
    """

    __tablename__ = "wish_claim"
    __table_args__ = (
        ForeignKeyConstraint(["compound_id", "wish_id"], ["wish.compound_id", "wish.id"]),
        ForeignKeyConstraint(["compound_id", "group_id"], ["helping_group.compound_id", "helping_group.id"]),
        Index(
            "uq_wish_claim_live",
            "compound_id",
            "wish_id",
            unique=True,
            postgresql_where=text("ended_at IS NULL"),
        ),
        Index(
            "uq_wish_claim_fulfilled",
            "compound_id",
            "wish_id",
            unique=True,
            postgresql_where=text("ending = 'fulfilled'"),
        ),
        Index("ix_wish_claim_account", "compound_id", "account_id", "claimed_at"),
        enum_check("ending", ClaimEnding),
        CheckConstraint("(ended_at IS NULL) = (ending IS NULL)", name="ended_somehow"),
        CheckConstraint("rating BETWEEN 1 AND 5", name="rating_of_five"),
        CheckConstraint("(rating IS NULL) = (rated_at IS NULL)", name="rating_has_time"),
        CheckConstraint("rating IS NULL OR ending = 'fulfilled'", name="rating_of_fulfilled"),
    )

    compound_id: Mapped[UUID] = mapped_column(primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    wish_id: Mapped[UUID]
    account_id: Mapped[UUID]
    group_id: Mapped[UUID | None]
    claimed_at: Mapped[datetime]
    lapses_at: Mapped[datetime]
    started_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    ending: Mapped[str | None] = mapped_column(Text)
    reason: Mapped[str | None] = mapped_column(EncryptedText)
    note: Mapped[str | None] = mapped_column(EncryptedText)
    report_shown_at: Mapped[datetime | None]
    rating: Mapped[int | None]
    rating_text: Mapped[str | None] = mapped_column(EncryptedText)
    rated_at: Mapped[datetime | None]


class WishBacking(Model):
    """That a neighbour backs a wish (支持), once."""

    __tablename__ = "wish_backing"
    __table_args__ = (ForeignKeyConstraint(["compound_id", "wish_id"], ["wish.compound_id", "wish.id"]),)

    compound_id: Mapped[UUID] = mapped_column(primary_key=True)
    wish_id: Mapped[UUID] = mapped_column(primary_key=True)
    account_id: Mapped[UUID] = mapped_column(primary_key=True)
    backed_at: Mapped[datetime]
