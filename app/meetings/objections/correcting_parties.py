"""The voting parties under a correction: found by their owners, made, measured anew, and gone without units."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import delete, func, select, update
from sqlalchemy.exc import IntegrityError

from app.compounds import queries as compounds
from app.compounds.models import Owner
from app.compounds.types import UnitOnRoll
from app.core.db import db
from app.core.ids import new_random_id
from app.meetings import reading, scopes
from app.meetings.models import (
    Delegate,
    DelegateNaming,
    Delivery,
    ExcludedUnit,
    Meeting,
    VotingParty,
    VotingPartyOwner,
    VotingPartyUnit,
)
from app.meetings.objections.errors import PartyInUse


def owner_ids(home: VotingPartyUnit) -> Sequence[UUID]:
    """The owners of the party that a unit belongs to, by id; nobody for the developer's and for unknown owners."""
    return db.session.scalars(
        select(VotingPartyOwner.owner_id)
        .where(
            VotingPartyOwner.compound_id == home.compound_id,
            VotingPartyOwner.meeting_id == home.meeting_id,
            VotingPartyOwner.party_id == home.party_id,
        )
        .order_by(VotingPartyOwner.owner_id)
    ).all()


def party_for(meeting: Meeting, unit: UnitOnRoll, home: VotingPartyUnit | None = None) -> UUID:
    """The party that a unit of the roll belongs to (SPC 9), made if there is none.

    `home`: where the unit is listed now. A unit whose owner is unknown is a party of its own, and stays in it.
    """
    owners = frozenset[UUID]() if unit.held_by_developer else frozenset(unit.owner_ids)
    if home is not None and _is(home, owners, unit.held_by_developer):
        return home.party_id
    found = _found(meeting, owners, unit.held_by_developer)
    return found or _made(meeting, owners, unit.held_by_developer)


def settle(meeting: Meeting, *party_ids: UUID) -> None:
    """Measure the parties anew after their units changed; one without units is gone. Raises PartyInUse."""
    db.session.flush()
    for party_id in party_ids:
        party = db.session.get_one(VotingParty, (meeting.compound_id, meeting.id, party_id))
        units = _units(party)
        if not units:
            _remove(party)
            continue
        party.area_centi = sum(unit.area_centi for unit in units)
        scoped = [(motion.id, scope) for motion in reading.motions_of(meeting) if (scope := scopes.of(motion))]
        homes = [(unit.building_id, unit.stairwell or "") for unit in units if unit.building_id]
        party.out_of_scope = scopes.outside(scoped, homes)
    db.session.flush()


def _units(party: VotingParty) -> Sequence[VotingPartyUnit]:
    return db.session.scalars(
        select(VotingPartyUnit).where(
            VotingPartyUnit.compound_id == party.compound_id,
            VotingPartyUnit.meeting_id == party.meeting_id,
            VotingPartyUnit.party_id == party.id,
        )
    ).all()


def _is(home: VotingPartyUnit, owners: frozenset[UUID], is_developer: bool) -> bool:
    party = db.session.get_one(VotingParty, (home.compound_id, home.meeting_id, home.party_id))
    return party.is_developer == is_developer and frozenset(owner_ids(home)) == owners


def _found(meeting: Meeting, owners: frozenset[UUID], is_developer: bool) -> UUID | None:
    key = (VotingParty.compound_id == meeting.compound_id, VotingParty.meeting_id == meeting.id)
    if is_developer:
        return db.session.scalar(select(VotingParty.id).where(*key, VotingParty.is_developer))
    if not owners:
        return None
    held = (
        select(VotingPartyOwner.party_id)
        .where(VotingPartyOwner.compound_id == meeting.compound_id, VotingPartyOwner.meeting_id == meeting.id)
        .group_by(VotingPartyOwner.party_id)
        .having(func.count() == len(owners), func.count().filter(VotingPartyOwner.owner_id.in_(owners)) == len(owners))
    )
    return db.session.scalar(held)


def _made(meeting: Meeting, owners: frozenset[UUID], is_developer: bool) -> UUID:
    """A new party at the end of the list, still without units."""
    key = {"compound_id": meeting.compound_id, "meeting_id": meeting.id}
    last = db.session.scalar(
        select(func.max(VotingParty.number)).where(
            VotingParty.compound_id == meeting.compound_id, VotingParty.meeting_id == meeting.id
        )
    )
    party = VotingParty(
        **key, id=new_random_id(), number=(last or 0) + 1, area_centi=0, is_developer=is_developer, out_of_scope=[]
    )
    db.session.add(party)
    db.session.flush()
    names = select(Owner).where(Owner.compound_id == meeting.compound_id, Owner.id.in_(owners))
    for owner in db.session.scalars(names):
        db.session.add(VotingPartyOwner(**key, party_id=party.id, owner_id=owner.id, name=owner.name))
    db.session.flush()
    _take_excluded(party, owners)
    return party.id


def _take_excluded(party: VotingParty, owners: frozenset[UUID]) -> None:
    """The parking of these owners is theirs now, and no longer that of somebody who would join."""
    joining = db.session.scalars(
        select(ExcludedUnit).where(
            ExcludedUnit.compound_id == party.compound_id,
            ExcludedUnit.meeting_id == party.meeting_id,
            ExcludedUnit.joining.is_not(None),
        )
    ).all()
    if not owners or not joining:
        return
    on_roll = compounds.units_with_owners(party.compound_id, *(one.unit_id for one in joining))
    theirs = {unit.unit_id for unit in on_roll if frozenset(unit.owner_ids) == owners}
    for one in joining:
        if one.unit_id in theirs:
            one.party_id, one.joining = party.id, None


def _remove(party: VotingParty) -> None:
    """Take a party off the electorate; its parking becomes that of somebody who would join."""
    key = (ExcludedUnit.compound_id == party.compound_id, ExcludedUnit.meeting_id == party.meeting_id)
    last = db.session.scalar(select(func.max(ExcludedUnit.joining)).where(*key)) or 0
    db.session.execute(
        update(ExcludedUnit).where(*key, ExcludedUnit.party_id == party.id).values(party_id=None, joining=last + 1)
    )
    try:
        with db.session.begin_nested():
            for model in (Delivery, Delegate, DelegateNaming, VotingPartyOwner):
                db.session.execute(
                    delete(model).where(
                        model.compound_id == party.compound_id,
                        model.meeting_id == party.meeting_id,
                        model.party_id == party.id,
                    )
                )
            db.session.delete(party)
    except IntegrityError as error:
        raise PartyInUse(party_id=str(party.id)) from error
