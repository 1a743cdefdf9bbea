"""The organisation: the tree from the city down to the compound, and who holds which role where.

Small and read everywhere: reference tables, copied to every node.
"""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import ForeignKey, Index, LargeBinary, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Model, enum_check
from app.core.ids import new_id


class OrgKind(StrEnum):
    """Level of a node (五级组织), from the top."""

    CITY = "city"
    COUNTY = "county"
    STREET = "street"
    COMMUNITY = "community"
    COMPOUND = "compound"


class Role(StrEnum):
    """Role that an appointment gives within its node and everything below it.

    PROPERTY_STAFF (物业服务企业人员) allows nothing: it bars from what the property company must keep out of.
    """

    STEWARD = "steward"
    SECRETARY = "secretary"
    SUPERVISOR = "supervisor"
    COMMUNITY_OFFICER = "community_officer"
    STREET_OFFICER = "street_officer"
    OPERATOR = "operator"
    PROPERTY_STAFF = "property_staff"


class OrgUnit(Model):
    """Node of the organisation tree. A compound (小区) is a node; its id is the `compound_id` of everything in it."""

    __tablename__ = "org_unit"
    __table_args__ = (enum_check("kind", OrgKind), Index(None, "parent_id"))

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    kind: Mapped[str] = mapped_column(Text)
    parent_id: Mapped[UUID | None] = mapped_column(ForeignKey("org_unit.id"))
    name: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime]


class Appointment(Model):
    """A role held at a node (任职). Made for a phone number; it becomes an account's when that number is proven."""

    __tablename__ = "appointment"
    __table_args__ = (
        enum_check("role", Role),
        Index(
            "uq_appointment_current",
            "phone_hash",
            "role",
            "org_unit_id",
            unique=True,
            postgresql_where=text("ended_at IS NULL"),
        ),
        Index(None, "account_id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    org_unit_id: Mapped[UUID] = mapped_column(ForeignKey("org_unit.id"))
    role: Mapped[str] = mapped_column(Text)
    phone_hash: Mapped[bytes] = mapped_column(LargeBinary)
    account_id: Mapped[UUID | None]
    appointed_at: Mapped[datetime]
    appointed_by: Mapped[UUID | None]
    ended_at: Mapped[datetime | None]
