"""Delivery by building, so that whoever brings paper knows where to go."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import func, or_, select

from app.compounds.models import Building
from app.core.db import db
from app.identity.actor import Actor
from app.meetings import policy, reading
from app.meetings.delivery.models import REACHING
from app.meetings.models import Delivery, DeliveryItem, DeliveryWay, VotingPartyUnit
from app.meetings.scopes import in_order


@dataclass(frozen=True)
class BuildingStatus:
    """How far delivery is in a building. Parties with a unit there; one may be reached by several ways.

    `building_id` is None for units of no building; a party with units in several buildings counts in each.
    `posted`: how many of the unreached a notice was posted for.
    """

    building_id: UUID | None
    building: str
    parties: int
    opened: int
    message: int
    paper: int
    unreached: int
    posted: int


def by_building(actor: Actor, compound_id: UUID, meeting_id: UUID, item: DeliveryItem) -> Sequence[BuildingStatus]:
    """The buildings in their order, to a steward with a place the homes there. Raises Forbidden, MeetingNotFound."""
    reach = policy.require_see_deliveries(actor, compound_id)
    meeting = reading.announced(compound_id, meeting_id)
    there = (
        select(VotingPartyUnit.building_id, VotingPartyUnit.party_id)
        .where(
            VotingPartyUnit.compound_id == compound_id,
            VotingPartyUnit.meeting_id == meeting.id,
            reach.among(VotingPartyUnit.building_id, VotingPartyUnit.stairwell),
        )
        .distinct()
        .subquery()
    )
    ways = (
        select(
            Delivery.party_id,
            *(func.bool_or(Delivery.way == way).label(way.value) for way in DeliveryWay),
        )
        .where(Delivery.compound_id == compound_id, Delivery.meeting_id == meeting.id, Delivery.item == item)
        .group_by(Delivery.party_id)
        .subquery()
    )
    unreached = ~func.coalesce(or_(*(ways.c[way.value] for way in REACHING)), False)
    rows = db.session.execute(
        select(
            there.c.building_id,
            func.coalesce(Building.name, "其他"),
            func.count(),
            *(func.count().filter(ways.c[way.value]) for way in REACHING),
            func.count().filter(unreached),
            func.count().filter(unreached, ways.c[DeliveryWay.POSTED.value]),
        )
        .select_from(there)
        .outerjoin(ways, ways.c.party_id == there.c.party_id)
        .outerjoin(Building, (Building.compound_id == compound_id) & (Building.id == there.c.building_id))
        .group_by(there.c.building_id, Building.name)
    )
    return sorted((BuildingStatus(*row) for row in rows), key=lambda one: in_order(one.building))
