"""The organisation: the tree from the city down to the compound, and who holds which role where.

Small and read everywhere: reference tables, copied to every node.
"""

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, Index, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from app.core.crypto import EncryptedText, LookupHash
from app.core.db import Model, enum_check
from app.core.ids import new_id
from app.org.area_models import Area as Area
from app.org.area_models import AreaBuilding as AreaBuilding
from app.org.area_models import AreaKind as AreaKind
from app.org.area_models import AreaLeader as AreaLeader
from app.org.branches.models import BranchCompound as BranchCompound
from app.org.branches.models import BranchKind as BranchKind
from app.org.branches.models import PartyBranch as PartyBranch
from app.org.branches.models import PartyMember as PartyMember
from app.org.nomination_models import ChoiceWay as ChoiceWay
from app.org.nomination_models import NominatedRole as NominatedRole
from app.org.nomination_models import NominationBacking as NominationBacking
from app.org.nomination_models import NominationState as NominationState
from app.org.nomination_models import NominationWay as NominationWay
from app.org.nomination_models import RoleNomination as RoleNomination
from app.org.places import Placed


class OrgKind(StrEnum):
    """Level of a node (五级组织), from the top."""

    CITY = "city"
    COUNTY = "county"
    STREET = "street"
    COMMUNITY = "community"
    COMPOUND = "compound"

    @property
    def chinese(self) -> str:
        """The level for people."""
        return {"city": "市", "county": "区县", "street": "街道", "community": "社区", "compound": "小区"}[self.value]


class Role(StrEnum):
    """Role that an appointment gives within its node and everything below it.

    PROPERTY_STAFF (物业服务企业人员) allows nothing: it bars from what the property company must keep out of.
    """

    STEWARD = "steward"
    SECRETARY = "secretary"
    SUPERVISOR = "supervisor"
    COMMUNITY_OFFICER = "community_officer"
    STREET_OFFICER = "street_officer"
    COUNTY_OFFICER = "county_officer"
    OPERATOR = "operator"
    PROPERTY_STAFF = "property_staff"

    @property
    def chinese(self) -> str:
        """The role for people."""
        return {
            "steward": "楼栋长",
            "secretary": "小区党支部书记",
            "supervisor": "监督员",
            "community_officer": "社区工作人员",
            "street_officer": "街道工作人员",
            "county_officer": "区县工作人员",
            "operator": "平台运维人员",
            "property_staff": "物业服务企业人员",
        }[self.value]


class OrgUnit(Model):
    """Node of the organisation tree. A compound (小区) is a node; its id is the `compound_id` of everything in it.

    One that has ended was merged into another of its kind; nothing stands below it and nobody serves there.
    """

    __tablename__ = "org_unit"
    __table_args__ = (
        enum_check("kind", OrgKind),
        Index(None, "parent_id"),
        CheckConstraint("(ended_at IS NULL) = (merged_into IS NULL)", name="ended_by_merging"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    kind: Mapped[str] = mapped_column(Text)
    parent_id: Mapped[UUID | None] = mapped_column(ForeignKey("org_unit.id"))
    name: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    merged_into: Mapped[UUID | None] = mapped_column(ForeignKey("org_unit.id"))


class OrgChangeKind(StrEnum):
    """What became of a node."""

    MOVED = "moved"
    MERGED = "merged"


class OrgChange(Model):
    """That a node moved below another, or merged into one (区划调整). Append-only."""

    __tablename__ = "org_change"
    __table_args__ = (enum_check("kind", OrgChangeKind), Index(None, "org_unit_id", "at"))

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    org_unit_id: Mapped[UUID] = mapped_column(ForeignKey("org_unit.id"))
    kind: Mapped[str] = mapped_column(Text)
    before_id: Mapped[UUID | None] = mapped_column(ForeignKey("org_unit.id"))
    after_id: Mapped[UUID] = mapped_column(ForeignKey("org_unit.id"))
    at: Mapped[datetime]
    operator: Mapped[str] = mapped_column(Text)


class Appointment(Placed, Model):
    """A role held at a node (任职). Made for a phone number; it becomes an account's when that number is proven.

    `name`: whom it was given to, as written by who gave it. Number and name are for the desk alone. `term_ends`: the
    last day (Shanghai) of a term; the day after a job ends it. A steward may have a building or a stairwell to look
    after, which nobody else has at the same time; buildings belong to compounds, so no foreign key leads there.
    """

    __tablename__ = "appointment"
    __table_args__ = (
        enum_check("role", Role),
        Index(
            "uq_appointment_current",
            "phone_hash",
            "role",
            "org_unit_id",
            "building_id",
            "stairwell",
            unique=True,
            postgresql_where=text("ended_at IS NULL"),
            postgresql_nulls_not_distinct=True,
        ),
        Index(
            "uq_appointment_place",
            "org_unit_id",
            "building_id",
            "stairwell",
            unique=True,
            postgresql_where=text("ended_at IS NULL AND building_id IS NOT NULL"),
        ),
        CheckConstraint("building_id IS NULL OR role = 'steward'", name="place_of_a_steward"),
        CheckConstraint("(building_id IS NULL) = (place IS NULL)", name="place_named"),
        Index(None, "account_id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    org_unit_id: Mapped[UUID] = mapped_column(ForeignKey("org_unit.id"))
    role: Mapped[str] = mapped_column(Text)
    phone_hash: Mapped[bytes] = mapped_column(LookupHash)
    phone: Mapped[str | None] = mapped_column(EncryptedText)
    name: Mapped[str | None] = mapped_column(EncryptedText)
    account_id: Mapped[UUID | None]
    appointed_at: Mapped[datetime]
    appointed_by: Mapped[UUID | None]
    ended_at: Mapped[datetime | None]
    ended_by: Mapped[UUID | None]
    term_ends: Mapped[date | None]

    @property
    def title(self) -> str:
        """What the holder is called: 楼栋长 of a building, 单元长 of a stairwell."""
        return "单元长" if self.stairwell else Role(self.role).chinese


class GroupKind(StrEnum):
    """What a group is."""

    PARTNER_UNIT = "partner_unit"
    VETERANS = "veterans"
    COMPANY = "company"
    RESIDENTS = "residents"

    @property
    def chinese(self) -> str:
        """The kind for people."""
        return {
            "partner_unit": "共建单位",
            "veterans": "五老队伍",
            "company": "爱心企业",
            "residents": "居民志愿队",
        }[self.value]


class HelpingGroup(Model):
    """A group that helps in a compound (共建单位、五老、爱心企业). One that is dissolved keeps what it did."""

    __tablename__ = "helping_group"
    __table_args__ = (
        Index("uq_helping_group_name", "compound_id", "name", unique=True, postgresql_where=text("ended_at IS NULL")),
        enum_check("kind", GroupKind),
    )

    compound_id: Mapped[UUID] = mapped_column(ForeignKey("org_unit.id"), primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    kind: Mapped[str] = mapped_column(Text)
    name: Mapped[str] = mapped_column(Text)
    created_by: Mapped[UUID]
    created_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


class GroupMember(Model):
    """That whoever proves a phone number belongs to a group. It is somebody's account once the number is proven."""

    __tablename__ = "group_member"
    __table_args__ = (
        ForeignKeyConstraint(["compound_id", "group_id"], ["helping_group.compound_id", "helping_group.id"]),
        Index(
            "uq_group_member_current",
            "compound_id",
            "group_id",
            "phone_hash",
            unique=True,
            postgresql_where=text("left_at IS NULL"),
        ),
        Index(None, "account_id"),
        Index(None, "phone_hash"),
    )

    compound_id: Mapped[UUID] = mapped_column(primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    group_id: Mapped[UUID]
    phone: Mapped[str] = mapped_column(EncryptedText)
    phone_hash: Mapped[bytes] = mapped_column(LookupHash)
    account_id: Mapped[UUID | None]
    added_by: Mapped[UUID]
    added_at: Mapped[datetime]
    left_at: Mapped[datetime | None]
