"""The version of a compound's home."""

from uuid import UUID

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Model


class HomeVersion(Model):
    """How often something that a compound's home shows to all has changed; raised by triggers, at the commit."""

    __tablename__ = "home_version"

    compound_id: Mapped[UUID] = mapped_column(ForeignKey("org_unit.id"), primary_key=True)
    version: Mapped[int]
