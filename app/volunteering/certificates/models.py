"""Certificates, and who issues them."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, Index, Text
from sqlalchemy.orm import Mapped, mapped_column

from app.core.crypto import EncryptedText
from app.core.db import Model


class CertificateIssuer(Model):
    """Who stands on a compound's certificates: the issuer (出具单位), who answers for it (负责人), and how to ask."""

    __tablename__ = "certificate_issuer"

    compound_id: Mapped[UUID] = mapped_column(ForeignKey("org_unit.id"), primary_key=True)
    issuer: Mapped[str] = mapped_column(Text)
    responsible: Mapped[str] = mapped_column(Text)
    contact: Mapped[str] = mapped_column(Text)
    set_by: Mapped[UUID]
    set_at: Mapped[datetime]


class Certificate(Model):
    """A certificate of volunteer service (志愿服务记录证明), frozen when it is issued; MCA order 67.

    `services` are what was served: content, day and minutes of each. The serial is random: whoever does not hold the
    paper does not guess it.
    """

    __tablename__ = "certificate"
    __table_args__ = (
        ForeignKeyConstraint(["compound_id", "volunteer_id"], ["volunteer.compound_id", "volunteer.id"]),
        Index(None, "serial"),
        Index(None, "compound_id", "account_id"),
        CheckConstraint("minutes > 0", name="certifies_something"),
        CheckConstraint("first_day <= last_day", name="days_in_order"),
        CheckConstraint("(revoked_at IS NULL) = (revoke_reason IS NULL)", name="revoked_with_reason"),
    )

    compound_id: Mapped[UUID] = mapped_column(primary_key=True)
    serial: Mapped[str] = mapped_column(Text, primary_key=True)
    volunteer_id: Mapped[UUID]
    account_id: Mapped[UUID]
    name: Mapped[str] = mapped_column(EncryptedText)
    id_type: Mapped[str] = mapped_column(Text)
    id_number_masked: Mapped[str] = mapped_column(EncryptedText)
    volunteer_number: Mapped[str] = mapped_column(Text)
    first_day: Mapped[date]
    last_day: Mapped[date]
    minutes: Mapped[int]
    services: Mapped[list[Any]]
    issuer: Mapped[str] = mapped_column(Text)
    responsible: Mapped[str] = mapped_column(Text)
    contact: Mapped[str] = mapped_column(Text)
    issued_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]
    revoked_by: Mapped[UUID | None]
    revoke_reason: Mapped[str | None] = mapped_column(Text)
