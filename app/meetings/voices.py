"""Who may speak for a voting party: one condition, for the statement that casts and for every page beside it."""

import re
from pathlib import Path
from uuid import UUID

from sqlalchemy import ColumnElement, text
from sqlalchemy.orm import aliased

from app.core import clock
from app.meetings.models import VotingPartyOwner

SPEAKS = "\n".join(
    line for line in (Path(__file__).parent / "speaks.sql").read_text().splitlines() if not line.startswith("--")
)
holder = aliased(VotingPartyOwner, name="holder")


def speaks(account_id: UUID, compound_id: UUID) -> ColumnElement[bool]:
    """Condition on `holder`: whether the account may speak for this owner of the party now."""
    condition = text("(" + re.sub(r"%\((\w+)\)s", r":\1", SPEAKS) + ")")
    found: ColumnElement[bool] = condition.bindparams(account_id=account_id, compound_id=compound_id, now=clock.now())  # type: ignore[assignment]
    return found
