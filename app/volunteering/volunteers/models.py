"""Volunteers of a compound."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from app.core.crypto import EncryptedText
from app.core.db import Model, enum_check
from app.core.ids import new_id


class IdType(StrEnum):
    """A kind of identity document, as a certificate names it (MCA order 67)."""

    CITIZEN = "citizen"
    PASSPORT = "passport"
    PERMIT = "permit"

    @property
    def chinese(self) -> str:
        """The document for people."""
        return {"citizen": "居民身份证", "passport": "护照", "permit": "港澳台居民证件"}[self.value]


class Volunteer(Model):
    """A registered volunteer (志愿者) of a compound. Name and ID number are encrypted.

    The ID number is optional until a certificate is wished for. `consent_version` is the notice that the person agreed
    to (PIPL 29). Whoever left and comes back gets a new number.
    """

    __tablename__ = "volunteer"
    __table_args__ = (
        UniqueConstraint("compound_id", "number"),
        Index(
            "uq_volunteer_current", "compound_id", "account_id", unique=True, postgresql_where=text("left_at IS NULL")
        ),
        CheckConstraint("(id_type IS NULL) = (id_number IS NULL)", name="id_is_whole"),
        enum_check("id_type", IdType),
    )

    compound_id: Mapped[UUID] = mapped_column(ForeignKey("org_unit.id"), primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    account_id: Mapped[UUID]
    number: Mapped[str] = mapped_column(Text)
    name: Mapped[str] = mapped_column(EncryptedText)
    id_type: Mapped[str | None] = mapped_column(Text)
    id_number: Mapped[str | None] = mapped_column(EncryptedText)
    consent_version: Mapped[str] = mapped_column(Text)
    registered_at: Mapped[datetime]
    left_at: Mapped[datetime | None]
