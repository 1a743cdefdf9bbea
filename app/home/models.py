"""The version of a compound's home."""

from uuid import UUID

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Model


class HomeVersion(Model):
    """How often something that homes of a compound show has changed; raised by triggers, at the commit.

    `raised_in`: the transaction that raised it last, which does so once, however many rows it changes.
    """

    __tablename__ = "home_version"

    compound_id: Mapped[UUID] = mapped_column(ForeignKey("org_unit.id"), primary_key=True)
    version: Mapped[int]
    raised_in: Mapped[int | None]
