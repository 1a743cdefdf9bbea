"""Keeping the monthly figures up to date: jobs compute whole months anew, so that a missed or doubled run does no harm.

The last two months are computed often, older ones daily as far back as corrections of hours reach.
"""

from datetime import date, datetime
from pathlib import Path
from typing import Final

from dateutil.relativedelta import relativedelta
from sqlalchemy import text

from app.core import clock
from app.core.clock import SHANGHAI
from app.core.db import db, sql_text

CORRECTED_MONTHS: Final = 13
_APP = Path(__file__).parent.parent
_PARTS = "\nUNION ALL\n".join(sql_text(_APP / domain / "figures.sql") for domain in ("wishes", "volunteering"))
_REFRESH = text(sql_text(_APP / "statistics" / "refresh.sql").replace("{parts}", _PARTS))


def months_back(number: int) -> list[date]:
    """The first days of the last `number` months in China, this one first."""
    this = clock.now().astimezone(SHANGHAI).date().replace(day=1)
    return [this - relativedelta(months=back) for back in range(number)]


def refresh(month: date) -> None:
    """Compute a month's figures anew at every node."""
    since = datetime.combine(month, datetime.min.time(), SHANGHAI)
    span = {"since": since, "until": since + relativedelta(months=1)}
    db.session.execute(_REFRESH, {"month": month, "now": clock.now(), **span})
