"""Pictures, and what WeChat says of texts and pictures."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, Index, LargeBinary, Text, UniqueConstraint
from sqlalchemy import text as words
from sqlalchemy.orm import Mapped, mapped_column

from app.core.crypto import Sealed
from app.core.db import Model, enum_check
from app.core.ids import new_id

MOST_PICTURES = 6


class CheckState(StrEnum):
    """Where a check stands. `asked`: WeChat took a picture, and is to push its verdict."""

    DUE = "due"
    ASKED = "asked"
    DONE = "done"


class Suggest(StrEnum):
    """What WeChat suggests; `unchecked`: it could not be had, so a person looks."""

    PASS = "pass"  # noqa: S105
    REVIEW = "review"
    RISKY = "risky"
    UNCHECKED = "unchecked"

    @property
    def chinese(self) -> str:
        """The suggestion for reviewers."""
        return {
            "pass": "未发现问题",
            "review": "建议人工审核",
            "risky": "可能违规",
            "unchecked": "未能自动检查",
        }[self.value]


LABEL_TEXT = {
    "10001": "像是广告",
    "20001": "可能涉及时政",
    "20002": "可能涉及色情",
    "20003": "可能有辱骂",
    "20006": "可能涉及违法犯罪",
    "20008": "可能是欺诈",
    "20012": "内容低俗",
    "20013": "可能涉及版权",
    "21000": "其他问题",
    "timeout": "微信没有按时答复",
    "no_public_url": "照片没有公网地址，微信看不到",
    "no_trace_id": "微信的答复不完整",
    "unreadable": "微信的答复看不懂",
    "wechat_61010": "提交人近两小时没有打开小程序，微信不检查",
}
"""WeChat's labels, and the program's words for why there is no verdict, for reviewers; 100 says that all is well."""


class Picture(Model):
    """A picture of a subject (图片), encoded anew, without what the camera wrote into it; and its thumbnail.

    `source_sha256` is that of the file as it came: the same file twice is one picture.
    """

    __tablename__ = "picture"
    __table_args__ = (
        UniqueConstraint("compound_id", "kind", "subject_id", "position"),
        UniqueConstraint("compound_id", "kind", "subject_id", "source_sha256"),
        CheckConstraint(f"position BETWEEN 1 AND {MOST_PICTURES}", name="position_of_six"),
    )

    compound_id: Mapped[UUID] = mapped_column(ForeignKey("org_unit.id"), primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    kind: Mapped[str] = mapped_column(Text)
    subject_id: Mapped[UUID]
    position: Mapped[int]
    width: Mapped[int]
    height: Mapped[int]
    size: Mapped[int]
    source_sha256: Mapped[bytes] = mapped_column(LargeBinary)
    storage_key: Mapped[str] = mapped_column(Text)
    thumbnail_key: Mapped[str] = mapped_column(Text)
    file_key: Mapped[bytes | None] = mapped_column(Sealed)
    created_by: Mapped[UUID]
    created_at: Mapped[datetime]


class ContentCheck(Model):
    """One question to WeChat within a review: of its text, or of the picture in `position`. Nothing of either is here.

    `next_at` is when it is asked (again); `trace_id` is by which WeChat names the verdict on a picture.
    """

    __tablename__ = "content_check"
    __table_args__ = (
        ForeignKeyConstraint(["compound_id", "case_id"], ["review_case.compound_id", "review_case.id"]),
        Index("ix_content_check_case", "compound_id", "case_id"),
        Index("ix_content_check_due", "next_at", postgresql_where=words("state = 'due'")),
        Index("ix_content_check_trace", "trace_id", postgresql_where=words("trace_id IS NOT NULL")),
        enum_check("state", CheckState),
        enum_check("suggest", Suggest),
        CheckConstraint("(state = 'done') = (suggest IS NOT NULL)", name="done_says_something"),
        CheckConstraint("state <> 'asked' OR trace_id IS NOT NULL", name="asked_has_trace"),
    )

    compound_id: Mapped[UUID] = mapped_column(primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    case_id: Mapped[UUID]
    picture_id: Mapped[UUID | None]
    position: Mapped[int]
    state: Mapped[str] = mapped_column(Text, default=CheckState.DUE)
    next_at: Mapped[datetime]
    attempts: Mapped[int] = mapped_column(default=0)
    trace_id: Mapped[str | None] = mapped_column(Text)
    suggest: Mapped[str | None] = mapped_column(Text)
    label: Mapped[str | None] = mapped_column(Text)
    done_at: Mapped[datetime | None]
