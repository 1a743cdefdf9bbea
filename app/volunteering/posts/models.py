"""Posts and who claimed them."""

from datetime import datetime
from enum import StrEnum
from typing import Final
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, Index, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Model, enum_check
from app.core.ids import new_id
from app.volunteering.texts.states import TextState


class ClaimState(StrEnum):
    """State of a claim. `declined`: the secretary said no, at once or later."""

    CLAIMED = "claimed"
    CONFIRMED = "confirmed"
    DECLINED = "declined"
    GIVEN_UP = "given_up"

    @property
    def chinese(self) -> str:
        """The state for people."""
        return {"claimed": "待书记确认", "confirmed": "已确认", "declined": "未通过", "given_up": "已放弃"}[self.value]


LIVE_CLAIMS: Final = (ClaimState.CLAIMED, ClaimState.CONFIRMED)
"""The states in which a claim holds a place."""


class VolunteerPost(Model):
    """A post (岗位): a standing role with a number of places. `taken` counts the live claims.

    Residents see it, and may claim it, once its words were checked (`text_state`).
    """

    __tablename__ = "volunteer_post"
    __table_args__ = (
        CheckConstraint("places > 0", name="has_places"),
        enum_check("text_state", TextState),
        CheckConstraint("taken >= 0 AND taken <= places", name="never_overbooked"),
    )

    compound_id: Mapped[UUID] = mapped_column(ForeignKey("org_unit.id"), primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    title: Mapped[str] = mapped_column(Text)
    duties: Mapped[str] = mapped_column(Text)
    text_state: Mapped[str] = mapped_column(Text, default=TextState.CHECKING, server_default="shown")
    places: Mapped[int]
    taken: Mapped[int] = mapped_column(default=0)
    created_by: Mapped[UUID]
    created_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]


class PostClaim(Model):
    """That a volunteer claimed a post (认领). At most one live claim a volunteer and post."""

    __tablename__ = "post_claim"
    __table_args__ = (
        ForeignKeyConstraint(["compound_id", "post_id"], ["volunteer_post.compound_id", "volunteer_post.id"]),
        ForeignKeyConstraint(["compound_id", "volunteer_id"], ["volunteer.compound_id", "volunteer.id"]),
        Index(
            "uq_post_claim_live",
            "compound_id",
            "post_id",
            "volunteer_id",
            unique=True,
            postgresql_where=text("state IN ('claimed', 'confirmed')"),
        ),
        Index(None, "compound_id", "volunteer_id"),
        CheckConstraint("state <> 'declined' OR reason IS NOT NULL", name="declined_with_reason"),
        enum_check("state", ClaimState),
    )

    compound_id: Mapped[UUID] = mapped_column(primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    post_id: Mapped[UUID]
    volunteer_id: Mapped[UUID]
    account_id: Mapped[UUID]
    state: Mapped[str] = mapped_column(Text)
    reason: Mapped[str | None] = mapped_column(Text)
    claimed_at: Mapped[datetime]
    decided_by: Mapped[UUID | None]
    decided_at: Mapped[datetime | None]
