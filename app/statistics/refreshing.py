"""Keeping the monthly figures up to date: jobs compute whole months anew, so that a missed or doubled run does no harm.

The last two months are computed often, older ones daily as far back as corrections of hours reach.
"""

from collections import defaultdict
from collections.abc import Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Final
from uuid import UUID

from dateutil.relativedelta import relativedelta
from sqlalchemy import bindparam, func, select, text, update

from app.core import clock
from app.core.clock import SHANGHAI
from app.core.db import db, sql_text
from app.org.models import OrgUnit
from app.statistics import replica
from app.statistics.hiding import People, hidden
from app.statistics.measures import Measure
from app.statistics.models import MonthlyFigure

CORRECTED_MONTHS: Final = 13
_APP = Path(__file__).parent.parent
_MANY_MONTHS: Final = 7_305_010_000
"""Added to a month's number: the advisory lock under which it is computed."""

_PARTS = "\nUNION ALL\n".join(sql_text(_APP / domain / "figures.sql") for domain in ("wishes", "volunteering"))
_SUMS = text(sql_text(_APP / "statistics" / "sums.sql", parts=_PARTS))
_REFRESH = text(sql_text(_APP / "statistics" / "refresh.sql"))


def months_back(number: int) -> list[date]:
    """The first days of the last `number` months in China, this one first."""
    this = clock.today().replace(day=1)
    return [this - relativedelta(months=back) for back in range(number)]


def refresh(month: date) -> None:
    """Compute a month's figures anew at every node, and which of them are hidden."""
    db.session.execute(select(func.pg_advisory_xact_lock(_MANY_MONTHS + month.toordinal())))
    now, since = clock.now(), datetime.combine(month, datetime.min.time(), SHANGHAI)
    span = {"since": since, "until": since + relativedelta(months=1), "now": now}
    sums = replica.read(lambda session: session.execute(_SUMS, span).scalar_one())
    db.session.execute(_REFRESH, {"month": month, "now": now, "sums": sums})
    _hide(month)


def _hide(month: date) -> None:
    figures = select(MonthlyFigure.org_unit_id, MonthlyFigure.measure, MonthlyFigure.people, MonthlyFigure.hidden)
    rows = db.session.execute(figures.where(MonthlyFigure.month == month)).all()
    parents: dict[UUID, UUID | None] = dict(db.session.execute(select(OrgUnit.id, OrgUnit.parent_id)).all())
    people: dict[str, dict[UUID, int]] = defaultdict(dict)
    for node, measure, number, _ in rows:
        people[measure][node] = number
    concealed = {measure: hidden(parents, _alone(people[measure])) for measure in Measure if measure.whole is None}
    for measure in Measure:
        if measure.whole:
            both = _split(people[measure.whole], people[measure])
            concealed[measure] = hidden(parents, both, concealed[measure.whole])
    changed = [
        {"node": node, "of": measure, "now": node in concealed[Measure(measure)]}
        for node, measure, _, before in rows
        if before != (node in concealed[Measure(measure)])
    ]
    if changed:
        db.session.connection().execute(_SHOW.where(MonthlyFigure.month == month), changed)


_SHOW = (
    update(MonthlyFigure.__table__)  # type: ignore[arg-type]
    .where(MonthlyFigure.org_unit_id == bindparam("node"), MonthlyFigure.measure == bindparam("of"))
    .values(hidden=bindparam("now"))
)


def _alone(people: Mapping[UUID, int]) -> dict[UUID, People]:
    return {node: (number,) for node, number in people.items()}


def _split(whole: Mapping[UUID, int], share: Mapping[UUID, int]) -> dict[UUID, People]:
    """Those of the share and the others: the whole is shown too, so that neither group may be told."""
    return {node: (share.get(node, 0), number - share.get(node, 0)) for node, number in whole.items()}
