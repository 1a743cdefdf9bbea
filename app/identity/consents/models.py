"""Consents and children. Found by the account; no keys into compounds."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, LargeBinary, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Model, enum_check
from app.core.ids import new_id
from app.identity.consents.notices import Purpose


class Consent(Model):
    """That an account agreed to a notice in a version (同意记录). Taken back it stays on record.

    `given_by`: the guardian's account, for a child; empty: the person.
    """

    __tablename__ = "consent"
    __table_args__ = (
        Index(None, "account_id", "purpose", "id"),
        Index("uq_consent_live", "account_id", "purpose", unique=True, postgresql_where=text("withdrawn_at IS NULL")),
        enum_check("purpose", Purpose),
        CheckConstraint("given_by <> account_id", name="given_by_another"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    account_id: Mapped[UUID]
    purpose: Mapped[str] = mapped_column(Text)
    version: Mapped[str] = mapped_column(Text)
    given_by: Mapped[UUID | None]
    given_at: Mapped[datetime]
    withdrawn_at: Mapped[datetime | None]


class ChildAccount(Model):
    """An account whose person is under 14, as that person says (儿童账号), and the guardian who agreed. PIPL 31.

    `code_hash`: of a code that the child shows to the guardian, good until `code_until`.
    """

    __tablename__ = "child_account"
    __table_args__ = (
        Index("ix_child_account_guardian", "guardian_id"),
        Index("ix_child_account_code", "code_hash"),
        CheckConstraint("guardian_id <> account_id", name="guarded_by_another"),
        CheckConstraint("(guardian_id IS NULL) = (guarded_at IS NULL)", name="guarded_whole"),
        CheckConstraint("(code_hash IS NULL) = (code_until IS NULL)", name="code_whole"),
    )

    account_id: Mapped[UUID] = mapped_column(primary_key=True)
    declared_at: Mapped[datetime]
    code_hash: Mapped[bytes | None] = mapped_column(LargeBinary)
    code_until: Mapped[datetime | None]
    guardian_id: Mapped[UUID | None]
    guarded_at: Mapped[datetime | None]
