"""Adopted rule sets."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Text
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Model


class AdoptedRuleSet(Model):
    """A compound's rules of procedure (议事规则) as data, from its adoption to the next: `data` is a `RuleSet`.

    Versions count from 1 and are only ever appended; a meeting keeps the one that it was announced with.
    """

    __tablename__ = "rule_set"
    __table_args__ = (CheckConstraint("version > 0", name="version_positive"),)

    compound_id: Mapped[UUID] = mapped_column(ForeignKey("org_unit.id"), primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True)
    data: Mapped[dict[str, Any]]
    preset: Mapped[str | None] = mapped_column(Text)
    note: Mapped[str] = mapped_column(Text)
    adopted_at: Mapped[datetime]
    adopted_by: Mapped[UUID]
