"""Monthly figures of every node of the organisation."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import Date, ForeignKey, Text, true
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Model


class MonthlyFigure(Model):
    """One measure of one month at one node: a compound's own, or the sum of all compounds below.

    `people` are those behind the total, and `hidden` says that they are too few to show it, or that it would tell
    another figure that is hidden (`hiding`). `month` is its first day in China.
    """

    __tablename__ = "monthly_figure"

    org_unit_id: Mapped[UUID] = mapped_column(ForeignKey("org_unit.id"), primary_key=True)
    month: Mapped[date] = mapped_column(Date, primary_key=True)
    measure: Mapped[str] = mapped_column(Text, primary_key=True)
    total: Mapped[int]
    people: Mapped[int]
    hidden: Mapped[bool] = mapped_column(default=True, server_default=true())


class RefreshedMonth(Model):
    """When the figures of a month were last computed."""

    __tablename__ = "refreshed_month"

    month: Mapped[date] = mapped_column(Date, primary_key=True)
    refreshed_at: Mapped[datetime]
