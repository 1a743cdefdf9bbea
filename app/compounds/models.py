"""The roll (业主名册): buildings, units, owners, ownership; and which account is bound to which unit.

Every key starts with `compound_id`, so the database itself refuses a reference into another compound.
"""

from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import (
    CheckConstraint,
    Computed,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from app.compounds.guardian_models import Guardianship as Guardianship
from app.compounds.roll_plan import RollPlan as RollPlan
from app.core.crypto import EncryptedText, LookupHash, Sealed
from app.core.db import Model, enum_check
from app.core.ids import new_id


class UnitUse(StrEnum):
    """What a unit is for; parking and storage count only where a rule set says so."""

    RESIDENCE = "residence"
    SHOP = "shop"
    PARKING = "parking"
    STORAGE = "storage"


class BindingState(StrEnum):
    """State of the tie between an account and a unit."""

    APPLIED = "applied"
    ACCEPTED = "accepted"
    REJECTED = "rejected"
    REVOKED = "revoked"


class Capacity(StrEnum):
    """As what somebody is bound to a unit. A tenant's household applies as tenants: 家人 are the owner's."""

    OWNER = "owner"
    TENANT = "tenant"
    FAMILY = "family"

    @property
    def chinese(self) -> str:
        """The word for people."""
        return {"owner": "业主", "tenant": "租客", "family": "家人"}[self.value]


class BindingMethod(StrEnum):
    """How a binding came about."""

    PHONE = "phone"
    APPLICATION = "application"


class RollImportState(StrEnum):
    """State of an uploaded roll."""

    CHECKED = "checked"
    APPLIED = "applied"


class Roll(Model):
    """One row a compound: the version of its roll, raised by every change."""

    __tablename__ = "roll"

    compound_id: Mapped[UUID] = mapped_column(ForeignKey("org_unit.id"), primary_key=True)
    version: Mapped[int]


class Building(Model):
    """A building (楼栋)."""

    __tablename__ = "building"
    __table_args__ = (UniqueConstraint("compound_id", "name"),)

    compound_id: Mapped[UUID] = mapped_column(ForeignKey("org_unit.id"), primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    name: Mapped[str] = mapped_column(Text)


class Unit(Model):
    """An exclusive part (专有部分): a flat, a shop, a parking space.

    Areas are integers of 0.01 m². Each figure keeps its source; the register's counts before the survey's, the
    survey's before the contract's (SPC 8).
    """

    __tablename__ = "unit"
    __table_args__ = (
        ForeignKeyConstraint(["compound_id", "building_id"], ["building.compound_id", "building.id"]),
        UniqueConstraint("compound_id", "building_id", "stairwell", "room"),
        CheckConstraint("area_centi > 0", name="area_positive"),
        enum_check("use", UnitUse),
    )

    compound_id: Mapped[UUID] = mapped_column(primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    building_id: Mapped[UUID]
    stairwell: Mapped[str] = mapped_column(Text, default="")
    room: Mapped[str] = mapped_column(Text)
    use: Mapped[str] = mapped_column(Text, default=UnitUse.RESIDENCE)
    area_register_centi: Mapped[int | None]
    area_survey_centi: Mapped[int | None]
    area_contract_centi: Mapped[int | None]
    area_centi: Mapped[int] = mapped_column(
        Computed("coalesce(area_register_centi, area_survey_centi, area_contract_centi)", persisted=True)
    )
    held_by_developer: Mapped[bool] = mapped_column(default=False)


class Owner(Model):
    """A person or body on the roll (业主). Name, ID number and phone are encrypted and found by keyed hash."""

    __tablename__ = "owner"
    __table_args__ = (
        Index(
            "uq_owner_id_number",
            "compound_id",
            "id_number_hash",
            unique=True,
            postgresql_where=text("id_number_hash IS NOT NULL"),
        ),
        Index("ix_owner_name", "compound_id", "name_hash"),
        Index("ix_owner_phone", "phone_hash"),
    )

    compound_id: Mapped[UUID] = mapped_column(ForeignKey("org_unit.id"), primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    name: Mapped[str] = mapped_column(EncryptedText)
    name_hash: Mapped[bytes] = mapped_column(LookupHash)
    id_number: Mapped[str | None] = mapped_column(EncryptedText)
    id_number_hash: Mapped[bytes | None] = mapped_column(LookupHash)
    phone: Mapped[str | None] = mapped_column(EncryptedText)
    phone_hash: Mapped[bytes | None] = mapped_column(LookupHash)


class Ownership(Model):
    """That an owner holds (a share of) a unit, and from when to when. `valid_to` empty: to this day."""

    __tablename__ = "ownership"
    __table_args__ = (
        ForeignKeyConstraint(["compound_id", "unit_id"], ["unit.compound_id", "unit.id"]),
        ForeignKeyConstraint(["compound_id", "owner_id"], ["owner.compound_id", "owner.id"]),
        Index(
            "uq_ownership_current",
            "compound_id",
            "unit_id",
            "owner_id",
            unique=True,
            postgresql_where=text("valid_to IS NULL"),
        ),
        Index(None, "compound_id", "owner_id"),
        CheckConstraint("share_numerator > 0 AND share_numerator <= share_denominator", name="share_within_one"),
    )

    compound_id: Mapped[UUID] = mapped_column(primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    unit_id: Mapped[UUID]
    owner_id: Mapped[UUID]
    share_numerator: Mapped[int] = mapped_column(default=1)
    share_denominator: Mapped[int] = mapped_column(default=1)
    valid_from: Mapped[datetime]
    valid_to: Mapped[datetime | None]


LIVE_BINDING = text("state IN ('applied', 'accepted')")
"""The predicate of uq_binding_live. ON CONFLICT finds a partial index by literals only, never by parameters."""


class Binding(Model):
    """That an account stands for an owner in respect of a unit, or lives there without owning it (房屋绑定).

    By phone match, or by an accepted application. At most one live binding (applied or accepted) an account and unit.
    Accepted, it names an owner exactly if its capacity is the owner's: whatever votes asks for that owner.
    `lease_ends`: a tenant's last day, after which the binding ends by itself.
    """

    __tablename__ = "binding"
    __table_args__ = (
        ForeignKeyConstraint(["compound_id", "unit_id"], ["unit.compound_id", "unit.id"]),
        ForeignKeyConstraint(["compound_id", "owner_id"], ["owner.compound_id", "owner.id"]),
        Index(
            "uq_binding_live",
            "compound_id",
            "account_id",
            "unit_id",
            unique=True,
            postgresql_where=LIVE_BINDING,
        ),
        Index("ix_binding_account", "account_id"),
        Index("ix_binding_owner", "compound_id", "owner_id"),
        Index("ix_binding_waiting", "compound_id", "created_at", postgresql_where=text("state = 'applied'")),
        Index(
            "ix_binding_lease_ends",
            "lease_ends",
            postgresql_where=text("state = 'accepted' AND lease_ends IS NOT NULL"),
        ),
        CheckConstraint(
            "state <> 'accepted' OR capacity <> 'owner' OR owner_id IS NOT NULL", name="accepted_names_owner"
        ),
        CheckConstraint("capacity = 'owner' OR owner_id IS NULL", name="resident_names_no_owner"),
        CheckConstraint("capacity = 'tenant' OR lease_ends IS NULL", name="lease_of_a_tenant"),
        enum_check("capacity", Capacity),
        enum_check("state", BindingState),
        enum_check("method", BindingMethod),
    )

    compound_id: Mapped[UUID] = mapped_column(primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    account_id: Mapped[UUID]
    unit_id: Mapped[UUID]
    owner_id: Mapped[UUID | None]
    capacity: Mapped[str] = mapped_column(Text, default=Capacity.OWNER, server_default=Capacity.OWNER)
    lease_ends: Mapped[date | None]
    state: Mapped[str] = mapped_column(Text)
    method: Mapped[str] = mapped_column(Text)
    claimed_name: Mapped[str | None] = mapped_column(EncryptedText)
    note: Mapped[str | None] = mapped_column(EncryptedText)
    reason: Mapped[str | None] = mapped_column(Text)
    created_at: Mapped[datetime]
    decided_by: Mapped[UUID | None]
    decided_at: Mapped[datetime | None]


class RollImport(Model):
    """An uploaded roll: what the dry run found and would change. The parsed rows wait encrypted until applied."""

    __tablename__ = "roll_import"
    __table_args__ = (enum_check("state", RollImportState),)

    compound_id: Mapped[UUID] = mapped_column(ForeignKey("org_unit.id"), primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    state: Mapped[str] = mapped_column(Text)
    file_name: Mapped[str] = mapped_column(Text)
    sha256: Mapped[str] = mapped_column(Text)
    roll_version: Mapped[int]
    payload: Mapped[bytes | None] = mapped_column(Sealed)
    findings: Mapped[list[Any]]
    difference: Mapped[dict[str, Any]]
    created_by: Mapped[UUID]
    created_at: Mapped[datetime]
    applied_by: Mapped[UUID | None]
    applied_at: Mapped[datetime | None]
