"""Service brands."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, ForeignKeyConstraint, Index, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Model
from app.core.ids import new_id


class ServiceBrand(Model):
    """A name under which services and activities are known (服务品牌); `group_id`, the group that stands for it."""

    __tablename__ = "service_brand"
    __table_args__ = (
        ForeignKeyConstraint(["compound_id", "group_id"], ["helping_group.compound_id", "helping_group.id"]),
        Index("uq_service_brand_name", "compound_id", "name", unique=True, postgresql_where=text("ended_at IS NULL")),
    )

    compound_id: Mapped[UUID] = mapped_column(ForeignKey("org_unit.id"), primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    name: Mapped[str] = mapped_column(Text)
    about: Mapped[str] = mapped_column(Text)
    group_id: Mapped[UUID | None]
    created_by: Mapped[UUID]
    created_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
