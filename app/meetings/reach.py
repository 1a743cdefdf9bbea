"""Whether an act on paper reaches a voting party: what a steward with a place does is for parties with a home there."""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import ColumnElement, exists, func, select, true

from app.core.db import db
from app.identity.actor import Actor
from app.meetings.models import VotingParty, VotingPartyUnit
from app.org import policy
from app.org.permissions import Act
from app.org.reach import Reach


def has_home(there: ColumnElement[bool]) -> ColumnElement[bool]:
    """Condition on a VotingParty: one of its units fulfils this condition on a VotingPartyUnit."""
    return (
        exists()
        .where(
            VotingPartyUnit.compound_id == VotingParty.compound_id,
            VotingPartyUnit.meeting_id == VotingParty.meeting_id,
            VotingPartyUnit.party_id == VotingParty.id,
            there,
        )
        .correlate(VotingParty)
    )


def reached(reach: Reach) -> ColumnElement[bool]:
    """Condition on a VotingParty: one of its units is among the homes that are reached."""
    if reach.places is None:
        return true()
    return has_home(reach.among(VotingPartyUnit.building_id, VotingPartyUnit.stairwell))


def outside(reach: Reach, compound_id: UUID, meeting_id: UUID, party_ids: Collection[UUID]) -> bool:
    """Whether one of these parties of the meeting has no home that is reached. Ids of nothing are no parties."""
    if reach.places is None:
        return False
    there = func.bool_or(func.coalesce(reach.among(VotingPartyUnit.building_id, VotingPartyUnit.stairwell), False))
    found = (
        select(VotingPartyUnit.party_id)
        .where(
            VotingPartyUnit.compound_id == compound_id,
            VotingPartyUnit.meeting_id == meeting_id,
            VotingPartyUnit.party_id.in_(party_ids),
        )
        .group_by(VotingPartyUnit.party_id)
        .having(~there)
    )
    return db.session.scalar(found.limit(1)) is not None


def require_parties(actor: Actor, act: Act, compound_id: UUID, meeting_id: UUID, party_ids: Collection[UUID]) -> None:
    """Raises Forbidden, and OutsideOwnPlace unless the act reaches each of the parties."""
    reach = policy.reach(actor, act, compound_id)
    if outside(reach, compound_id, meeting_id, party_ids):
        raise reach.refusal()
