"""Who was put forward for a role in a compound, and what came of it."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, Index, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from app.core.crypto import EncryptedText, LookupHash
from app.core.db import Model, enum_check
from app.core.ids import new_id
from app.org.places import Placed


class NominatedRole(StrEnum):
    """The roles that somebody is put forward for."""

    SECRETARY = "secretary"
    STEWARD = "steward"

    @property
    def chinese(self) -> str:
        """The role for people."""
        return {"secretary": "小区党支部书记", "steward": "楼栋长"}[self.value]


class NominationWay(StrEnum):
    """Who put somebody forward."""

    SELF = "self"
    NEIGHBOUR = "neighbour"
    SECRETARY = "secretary"
    COMMUNITY = "community"
    STREET = "street"

    @property
    def chinese(self) -> str:
        """The way for people."""
        return {
            "self": "个人自荐",
            "neighbour": "邻居推荐",
            "secretary": "书记推荐",
            "community": "社区推荐",
            "street": "街道推荐",
        }[self.value]


class NominationState(StrEnum):
    """What became of a nomination."""

    OPEN = "open"
    APPOINTED = "appointed"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    TURNED_DOWN = "turned_down"

    @property
    def chinese(self) -> str:
        """The state for people."""
        return {
            "open": "等待决定",
            "appointed": "已任命",
            "declined": "没有采纳",
            "withdrawn": "已撤回",
            "turned_down": "本人谢绝",
        }[self.value]


class ChoiceWay(StrEnum):
    """How a steward was chosen (推选方式)."""

    BACKING = "backing"
    MEETING = "meeting"
    VISITS = "visits"
    NAMED = "named"

    @property
    def chinese(self) -> str:
        """The way for people."""
        return {
            "backing": "邻居在小程序里支持",
            "meeting": "居民会议推选",
            "visits": "入户征求意见",
            "named": "书记指定",
        }[self.value]


class RoleNomination(Placed, Model):
    """That somebody was put forward for secretary (书记) of a compound, or for steward of a building (楼栋长、单元长).

    `chosen_how` and `chosen_note`: how a steward who was appointed had been chosen, and by whom. Of who turned it down
    (谢绝) neither name nor number nor grounds are kept.
    """

    __tablename__ = "role_nomination"
    __table_args__ = (
        ForeignKeyConstraint(["compound_id", "building_id"], ["building.compound_id", "building.id"]),
        enum_check("role", NominatedRole),
        enum_check("way", NominationWay),
        enum_check("state", NominationState),
        enum_check("chosen_how", ChoiceWay),
        CheckConstraint("(role = 'steward') = (building_id IS NOT NULL)", name="steward_of_a_building"),
        CheckConstraint("(building_id IS NULL) = (place IS NULL)", name="place_named"),
        CheckConstraint("(state = 'open') = (decided_at IS NULL)", name="decided_once"),
        CheckConstraint("(state = 'declined') = (reason IS NOT NULL)", name="declined_with_a_reason"),
        CheckConstraint("(state = 'appointed') = (appointment_id IS NOT NULL)", name="appointed_by_an_appointment"),
        CheckConstraint("(role = 'steward' AND state = 'appointed') = (chosen_how IS NOT NULL)", name="steward_chosen"),
        Index(
            "uq_role_nomination_open",
            "compound_id",
            "role",
            "phone_hash",
            unique=True,
            postgresql_where=text("state = 'open'"),
        ),
        Index(None, "phone_hash", postgresql_where=text("state = 'open'")),
    )

    compound_id: Mapped[UUID] = mapped_column(ForeignKey("org_unit.id"), primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    role: Mapped[str] = mapped_column(Text)
    way: Mapped[str] = mapped_column(Text)
    name: Mapped[str] = mapped_column(EncryptedText)
    phone: Mapped[str] = mapped_column(EncryptedText)
    phone_hash: Mapped[bytes] = mapped_column(LookupHash)
    grounds: Mapped[str] = mapped_column(Text)
    nominated_by: Mapped[UUID]
    made_at: Mapped[datetime]
    state: Mapped[str] = mapped_column(Text)
    reason: Mapped[str | None] = mapped_column(Text)
    decided_by: Mapped[UUID | None]
    decided_at: Mapped[datetime | None]
    appointment_id: Mapped[UUID | None]
    chosen_how: Mapped[str | None] = mapped_column(Text)
    chosen_note: Mapped[str | None] = mapped_column(Text)

    @property
    def title(self) -> str:
        """What the role is called: 单元长 for one stairwell."""
        return "单元长" if self.stairwell else NominatedRole(self.role).chinese


class NominationBacking(Model):
    """That a household (户) backs who was put forward for steward of its building; one a household."""

    __tablename__ = "nomination_backing"
    __table_args__ = (
        ForeignKeyConstraint(["compound_id", "nomination_id"], ["role_nomination.compound_id", "role_nomination.id"]),
        ForeignKeyConstraint(["compound_id", "unit_id"], ["unit.compound_id", "unit.id"]),
        Index(None, "account_id"),
    )

    compound_id: Mapped[UUID] = mapped_column(primary_key=True)
    nomination_id: Mapped[UUID] = mapped_column(primary_key=True)
    unit_id: Mapped[UUID] = mapped_column(primary_key=True)
    account_id: Mapped[UUID]
    backed_at: Mapped[datetime]
