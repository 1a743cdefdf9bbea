"""Who reported in."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from app.core.crypto import EncryptedText
from app.core.db import Model
from app.core.ids import new_id


class ReportIn(Model):
    """That a party member reported in with the community where it lives (双报到).

    Affiliation is sensitive (PIPL 28): name and branch are encrypted, the separate consent (PIPL 29) is on record, and
    when it is withdrawn both are erased at once.
    """

    __tablename__ = "report_in"
    __table_args__ = (
        Index(
            "uq_report_in_current",
            "compound_id",
            "account_id",
            unique=True,
            postgresql_where=text("withdrawn_at IS NULL"),
        ),
        CheckConstraint(
            "(withdrawn_at IS NULL) = (name IS NOT NULL) AND (withdrawn_at IS NULL) = (branch IS NOT NULL)",
            name="withdrawn_is_erased",
        ),
    )

    compound_id: Mapped[UUID] = mapped_column(ForeignKey("org_unit.id"), primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    account_id: Mapped[UUID]
    name: Mapped[str | None] = mapped_column(EncryptedText)
    branch: Mapped[str | None] = mapped_column(EncryptedText)
    consent_version: Mapped[str] = mapped_column(Text)
    reported_at: Mapped[datetime]
    withdrawn_at: Mapped[datetime | None]
