"""Monthly figures of every node of the organisation."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import Date, ForeignKey, Text
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Model


class MonthlyFigure(Model):
    """One measure of one month at one node: a compound's own, or the sum of all compounds below.

    `people` are those behind the total: a figure of fewer than five is not shown. `month` is its first day in China.
    """

    __tablename__ = "monthly_figure"

    org_unit_id: Mapped[UUID] = mapped_column(ForeignKey("org_unit.id"), primary_key=True)
    month: Mapped[date] = mapped_column(Date, primary_key=True)
    measure: Mapped[str] = mapped_column(Text, primary_key=True)
    total: Mapped[int]
    people: Mapped[int]


class RefreshedMonth(Model):
    """When the figures of a month were last computed."""

    __tablename__ = "refreshed_month"

    month: Mapped[date] = mapped_column(Date, primary_key=True)
    refreshed_at: Mapped[datetime]
