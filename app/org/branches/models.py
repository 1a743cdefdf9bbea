"""Party branches, the compounds that they serve, and their members.

Affiliation is treated as sensitive (PIPL 28: a specific identity, 特定身份): names and phones are encrypted, that a
separate consent was given (PIPL 29) is on record, and who leaves is erased at once. What is left says that there was a
member.
"""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from app.core.crypto import EncryptedText, LookupHash
from app.core.db import Model, enum_check
from app.core.ids import new_id


class BranchKind(StrEnum):
    """How a branch is formed: of one compound, of neighbouring ones, or of members registered elsewhere."""

    OWN = "own"
    JOINT = "joint"
    FUNCTIONAL = "functional"

    @property
    def chinese(self) -> str:
        """The kind for people."""
        return {"own": "单独支部", "joint": "联合支部", "functional": "功能型支部"}[self.value]


class PartyBranch(Model):
    """A branch (党支部). One that was dissolved stays on record."""

    __tablename__ = "party_branch"
    __table_args__ = (enum_check("kind", BranchKind),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    kind: Mapped[str] = mapped_column(Text)
    name: Mapped[str] = mapped_column(Text)
    founded_at: Mapped[datetime]
    founded_by: Mapped[UUID]
    ended_at: Mapped[datetime | None]
    ended_by: Mapped[UUID | None]


class BranchCompound(Model):
    """That a branch serves a compound, and from when to when.

    `territorial`: as its own or joint branch, of which a compound has one at a time.
    """

    __tablename__ = "branch_compound"
    __table_args__ = (
        Index(
            "uq_branch_compound_territorial",
            "compound_id",
            unique=True,
            postgresql_where=text("until IS NULL AND territorial"),
        ),
        Index(
            "uq_branch_compound_current",
            "compound_id",
            "branch_id",
            unique=True,
            postgresql_where=text("until IS NULL"),
        ),
        Index(None, "branch_id"),
    )

    compound_id: Mapped[UUID] = mapped_column(ForeignKey("org_unit.id"), primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    branch_id: Mapped[UUID] = mapped_column(ForeignKey("party_branch.id"))
    territorial: Mapped[bool]
    since: Mapped[datetime]
    until: Mapped[datetime | None]


class PartyMember(Model):
    """A party member of a compound (党员).

    `registered_here`: whether the membership is registered (组织关系) in the compound: then the member belongs to the
    branch that serves it. Whoever is registered elsewhere may belong to a functional branch, `branch_id`.
    """

    __tablename__ = "party_member"
    __table_args__ = (
        CheckConstraint("NOT registered_here OR branch_id IS NULL", name="registered_elsewhere_in_functional"),
        CheckConstraint(
            "(left_at IS NULL) = (name IS NOT NULL) AND (left_at IS NULL) = (phone IS NOT NULL)"
            " AND (left_at IS NULL) = (phone_hash IS NOT NULL)",
            name="left_is_erased",
        ),
        Index(
            "uq_party_member_current",
            "compound_id",
            "phone_hash",
            unique=True,
            postgresql_where=text("left_at IS NULL"),
        ),
        Index(None, "branch_id"),
        Index(None, "phone_hash"),
        Index(None, "account_id"),
    )

    compound_id: Mapped[UUID] = mapped_column(ForeignKey("org_unit.id"), primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    name: Mapped[str | None] = mapped_column(EncryptedText)
    phone: Mapped[str | None] = mapped_column(EncryptedText)
    phone_hash: Mapped[bytes | None] = mapped_column(LookupHash)
    account_id: Mapped[UUID | None]
    formal: Mapped[bool]
    registered_here: Mapped[bool]
    branch_id: Mapped[UUID | None] = mapped_column(ForeignKey("party_branch.id"))
    consent_note: Mapped[str] = mapped_column(Text)
    added_by: Mapped[UUID]
    added_at: Mapped[datetime]
    left_at: Mapped[datetime | None]
