"""Grids and building groups, the buildings that they cover, and who answers for them."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, Index, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from app.core.crypto import EncryptedText, LookupHash
from app.core.db import Model, enum_check
from app.core.ids import new_id


class AreaKind(StrEnum):
    """What an area is: a grid of a community, or a group of a branch."""

    GRID = "grid"
    BUILDING_GROUP = "building_group"

    @property
    def chinese(self) -> str:
        """The kind for people."""
        return {"grid": "网格", "building_group": "楼栋党小组"}[self.value]

    @property
    def leader(self) -> str:
        """What whoever answers for one is called."""
        return {"grid": "网格员", "building_group": "组长"}[self.value]


class Area(Model):
    """A grid, of one community, or a building group, of one branch. One that has ended stays on record."""

    __tablename__ = "area"
    __table_args__ = (
        enum_check("kind", AreaKind),
        CheckConstraint("(kind = 'grid') = (community_id IS NOT NULL)", name="grid_of_a_community"),
        CheckConstraint("(kind = 'building_group') = (branch_id IS NOT NULL)", name="group_of_a_branch"),
        Index(
            "uq_area_name",
            "community_id",
            "branch_id",
            "name",
            unique=True,
            postgresql_where=text("ended_at IS NULL"),
            postgresql_nulls_not_distinct=True,
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    kind: Mapped[str] = mapped_column(Text)
    name: Mapped[str] = mapped_column(Text)
    community_id: Mapped[UUID | None] = mapped_column(ForeignKey("org_unit.id"))
    branch_id: Mapped[UUID | None] = mapped_column(ForeignKey("party_branch.id"))
    made_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


class AreaBuilding(Model):
    """That an area covers a building, and from when to when. A building is in one area of a kind at a time."""

    __tablename__ = "area_building"
    __table_args__ = (
        ForeignKeyConstraint(["compound_id", "building_id"], ["building.compound_id", "building.id"]),
        Index(
            "uq_area_building_current",
            "compound_id",
            "building_id",
            "kind",
            unique=True,
            postgresql_where=text("until IS NULL"),
        ),
        Index(None, "area_id"),
        enum_check("kind", AreaKind),
    )

    compound_id: Mapped[UUID] = mapped_column(ForeignKey("org_unit.id"), primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    area_id: Mapped[UUID] = mapped_column(ForeignKey("area.id"))
    kind: Mapped[str] = mapped_column(Text)
    building_id: Mapped[UUID]
    since: Mapped[datetime]
    until: Mapped[datetime | None]


class AreaLeader(Model):
    """Who answers for an area (网格员、组长), and from when to when; one at a time. It gives no right."""

    __tablename__ = "area_leader"
    __table_args__ = (
        Index("uq_area_leader_current", "area_id", unique=True, postgresql_where=text("until IS NULL")),
        Index(None, "phone_hash"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    area_id: Mapped[UUID] = mapped_column(ForeignKey("area.id"))
    name: Mapped[str] = mapped_column(EncryptedText)
    phone: Mapped[str] = mapped_column(EncryptedText)
    phone_hash: Mapped[bytes] = mapped_column(LookupHash)
    since: Mapped[datetime]
    until: Mapped[datetime | None]
