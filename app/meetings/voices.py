"""Who may speak for a voting party: conditions for the statement that casts and for every page beside it."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, func, select
from sqlalchemy.orm import aliased

from app.compounds.models import Ownership, Unit
from app.core import clock
from app.core.db import db, sql_text, statement
from app.meetings.models import VotingParty, VotingPartyOwner, VotingPartyUnit

SPEAKS_BOUND, HOLDS, MAY_READ = (
    sql_text(Path(__file__).parent / name) for name in ("speaks_bound.sql", "holds.sql", "may_read.sql")
)
SPEAKS = sql_text(Path(__file__).parent / "speaks.sql", speaks_bound=SPEAKS_BOUND)
holder = aliased(VotingPartyOwner, name="holder")
_ON_ROLL = and_(
    Unit.compound_id == VotingPartyUnit.compound_id,
    Unit.id == VotingPartyUnit.unit_id,
    Ownership.compound_id == VotingPartyUnit.compound_id,
    Ownership.unit_id == VotingPartyUnit.unit_id,
    Ownership.valid_to.is_(None),
    ~Unit.held_by_developer,
)


def speaks(account_id: UUID, compound_id: UUID) -> ColumnElement[bool]:
    """Condition on `holder`: whether the account may speak for this owner of the party now."""
    return _bound(SPEAKS, account_id=account_id, compound_id=compound_id, now=clock.now())


def holds(compound_id: UUID) -> ColumnElement[bool]:
    """Condition on `holder`: whether every unit of the party is this owner's on today's roll."""
    return _bound(HOLDS, compound_id=compound_id)


def may_read(owner_ids: Sequence[UUID]) -> ColumnElement[bool]:
    """Condition on a Ballot: whether one of these owners cast it, or was in its party when it came."""
    return _bound(MAY_READ, owner_ids=list(owner_ids))


def owners_of_all(party: VotingParty) -> Sequence[UUID]:
    """Those to whom every unit of the party belongs on today's roll, each alone or with others, by id."""
    units = select(func.count()).select_from(VotingPartyUnit).where(*_units(party)).correlate(None).scalar_subquery()
    return db.session.scalars(
        select(Ownership.owner_id)
        .where(*_units(party), _ON_ROLL)
        .group_by(Ownership.owner_id)
        .having(func.count() == units)
        .order_by(Ownership.owner_id)
    ).all()


def owns_some(party: VotingParty, owner_ids: Sequence[UUID]) -> bool:
    """Whether a unit of the party belongs to one of these owners on today's roll."""
    found = select(Ownership.id).where(*_units(party), _ON_ROLL, Ownership.owner_id.in_(owner_ids))
    return db.session.scalar(found.limit(1)) is not None


def developer_holds(party: VotingParty) -> bool:
    """Whether all units of the developer's party are still unsold or undelivered."""
    same_unit = (VotingPartyUnit.compound_id == Unit.compound_id) & (VotingPartyUnit.unit_id == Unit.id)
    passed = select(Unit.id).where(*_units(party), same_unit, ~Unit.held_by_developer)
    return db.session.scalar(passed.limit(1)) is None


def _units(party: VotingParty) -> tuple[ColumnElement[bool], ...]:
    return (
        VotingPartyUnit.compound_id == party.compound_id,
        VotingPartyUnit.meeting_id == party.meeting_id,
        VotingPartyUnit.party_id == party.id,
    )


def _bound(condition: str, **values: Any) -> ColumnElement[bool]:
    bound: ColumnElement[bool] = statement(f"({condition})").bindparams(**values)  # type: ignore[assignment]
    return bound
