"""The review queue: what a person must look at before others see it."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import ARRAY, CheckConstraint, ForeignKey, Index, Text, Uuid, text
from sqlalchemy.orm import Mapped, mapped_column

from app.core.crypto import EncryptedText
from app.core.db import Model, enum_check
from app.core.ids import new_id
from app.moderation.check_models import ContentCheck as ContentCheck
from app.moderation.check_models import Picture as Picture


class CaseState(StrEnum):
    """Where a review stands.

    checking   the program has not heard yet what WeChat says of it
    waiting    a person is to decide
    appealed   refused once, and another person is to decide for good
    """

    CHECKING = "checking"
    WAITING = "waiting"
    ACCEPTED = "accepted"
    REFUSED = "refused"
    APPEALED = "appealed"
    CLOSED = "closed"

    @property
    def chinese(self) -> str:
        """The state for people."""
        return {
            "checking": "内容检查中",
            "waiting": "等待审核",
            "accepted": "审核通过",
            "refused": "已退回",
            "appealed": "申诉复核中",
            "closed": "已撤回",
        }[self.value]


OPEN = (CaseState.WAITING, CaseState.APPEALED)
"""The states in which a person is to decide."""


class Ground(StrEnum):
    """Why something was refused; the reason says it in words."""

    PERSONAL_DATA = "personal_data"
    UNCLEAR = "unclear"
    OUT_OF_SCOPE = "out_of_scope"
    DUPLICATE = "duplicate"
    UNLAWFUL = "unlawful"
    OTHER = "other"

    @property
    def chinese(self) -> str:
        """The ground for people."""
        return {
            "personal_data": "含有个人信息",
            "unclear": "内容不清楚",
            "out_of_scope": "不属于这里受理的事项",
            "duplicate": "内容重复",
            "unlawful": "内容违规",
            "other": "其他",
        }[self.value]


class ReviewCase(Model):
    """One review of one subject (审核). `kind` and `subject_id` name what is reviewed; a new version is a new case.

    What WeChat has not said by `check_until` is left to a person, job or no job. `involved` are the accounts that must
    not decide it: whoever wrote or entered the subject. `decided_by` empty: the program decided. An appeal is decided
    by somebody else than the refusal was.
    """

    __tablename__ = "review_case"
    __table_args__ = (
        Index(
            "uq_review_case_open",
            "compound_id",
            "kind",
            "subject_id",
            unique=True,
            postgresql_where=text("state IN ('checking', 'waiting', 'appealed')"),
        ),
        Index("ix_review_case_subject", "compound_id", "subject_id"),
        enum_check("state", CaseState),
        CheckConstraint("state <> 'refused' OR reason IS NOT NULL", name="refusal_has_reason"),
        CheckConstraint("state <> 'appealed' OR appealed_at IS NOT NULL", name="appeal_has_time"),
    )

    compound_id: Mapped[UUID] = mapped_column(ForeignKey("org_unit.id"), primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    kind: Mapped[str] = mapped_column(Text)
    subject_id: Mapped[UUID]
    state: Mapped[str] = mapped_column(Text, default=CaseState.WAITING)
    opened_by: Mapped[UUID]
    involved: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid()))
    opened_at: Mapped[datetime]
    check_until: Mapped[datetime | None]
    decided_by: Mapped[UUID | None]
    decided_at: Mapped[datetime | None]
    ground: Mapped[str | None] = mapped_column(Text)
    reason: Mapped[str | None] = mapped_column(EncryptedText)
    appeal: Mapped[str | None] = mapped_column(EncryptedText)
    appealed_at: Mapped[datetime | None]
    appeal_decided_by: Mapped[UUID | None]
    appeal_decided_at: Mapped[datetime | None]
