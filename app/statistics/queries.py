"""Reads of the monthly figures, without those that are hidden."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from dateutil.relativedelta import relativedelta
from sqlalchemy import select

from app.core.db import db
from app.core.errors import NotFound
from app.identity.actor import Actor
from app.org import policy as org
from app.org.models import OrgUnit
from app.org.permissions import Act
from app.statistics import replica
from app.statistics.measures import Measure
from app.statistics.models import MonthlyFigure, RefreshedMonth


@dataclass(frozen=True)
class Figure:
    """A measure's total; None where it is hidden."""

    measure: str
    text: str
    total: int | None


@dataclass(frozen=True)
class Month:
    """The figures of one month at one node. `refreshed_at`: None before its first computation."""

    month: date
    refreshed_at: datetime | None
    figures: Sequence[Figure]


@dataclass(frozen=True)
class Part:
    """The figures of one node below."""

    org_unit_id: UUID
    name: str
    kind: str
    figures: Sequence[Figure]


@dataclass(frozen=True)
class Months:
    """A node's figures by month."""

    org_unit_id: UUID
    name: str
    kind: str
    months: Sequence[Month]


@dataclass(frozen=True)
class Parts:
    """A node's figures by the nodes below it."""

    org_unit_id: UUID
    name: str
    kind: str
    parts: Sequence[Part]


def by_month(actor: Actor, org_unit_id: UUID, until: date, months: int) -> Months:
    """The node's figures of so many months up to the month `until`, the newest first. Raises NotFound, Forbidden."""
    node = _readable(actor, org_unit_id)
    firsts = [until.replace(day=1) - relativedelta(months=back) for back in range(months)]
    figures = select(MonthlyFigure.month, *_SHOWN).where(
        MonthlyFigure.org_unit_id == node.id, MonthlyFigure.month.in_(firsts)
    )
    refreshes = select(RefreshedMonth.month, RefreshedMonth.refreshed_at).where(RefreshedMonth.month.in_(firsts))
    rows, refreshed = replica.read(
        lambda session: (session.execute(figures).all(), dict(session.execute(refreshes).all()))
    )
    found = {(row.month, row.measure): row for row in rows}
    shown = [
        Month(first, refreshed.get(first), [_figure(one, found.get((first, one))) for one in Measure])
        for first in firsts
    ]
    return Months(node.id, node.name, node.kind, shown)


def by_part(actor: Actor, org_unit_id: UUID, month: date) -> Parts:
    """The figures of the nodes below in one month, by name. Raises NotFound, Forbidden."""
    node, first = _readable(actor, org_unit_id), month.replace(day=1)
    children = db.session.scalars(select(OrgUnit).where(OrgUnit.parent_id == node.id).order_by(OrgUnit.name)).all()
    figures = (
        select(MonthlyFigure.org_unit_id, *_SHOWN)
        .join(OrgUnit, OrgUnit.id == MonthlyFigure.org_unit_id)
        .where(OrgUnit.parent_id == node.id, MonthlyFigure.month == first)
    )
    found = replica.read(lambda session: session.execute(figures).all())
    rows = {(row.org_unit_id, row.measure): row for row in found}
    parts = [
        Part(
            child.id,
            child.name,
            child.kind,
            [_figure(one, rows.get((child.id, one))) for one in Measure],
        )
        for child in children
        if child.ended_at is None or any((child.id, one) in rows for one in Measure)
    ]
    return Parts(node.id, node.name, node.kind, parts)


def _readable(actor: Actor, org_unit_id: UUID) -> OrgUnit:
    """The node, for those who serve there or above, and a compound for its residents."""
    node = db.session.get(OrgUnit, org_unit_id)
    if node is None:
        raise NotFound
    org.require(actor, Act.SEE_STATISTICS, node.id)
    return node


def _figure(measure: Measure, row: Any) -> Figure:
    total = row.total if row else 0
    return Figure(measure.value, measure.chinese, None if row and row.hidden else total)


_SHOWN = (MonthlyFigure.measure, MonthlyFigure.total, MonthlyFigure.hidden)
