"""Corrections of the frozen electorate (名册更正), which only a decided objection makes, before voting opens.

A correction sets one unit right: its area, its owners, that it is missing, or that it should not be listed. The unit
goes to the party of exactly its owners (SPC 9), which is made if there is none; a party without units is gone. Owners
are those of the roll as it is now, so that the roll is set right first: a ballot needs a binding on the roll.

The caller holds the meeting's row FOR UPDATE. Every correction raises the meeting's `electorate_version`, which a
ballot compares, so that one that waited for a correction is tried anew. Leaf 0 of the ballot log is made after the
opening only, and names the electorate as it then is.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import exists, func, select

from app.compounds import queries as compounds
from app.compounds.types import UnitOnRoll
from app.core.db import db
from app.meetings import reading, scopes
from app.meetings.announcing import NOT_COUNTED_BY_DEFAULT, place_of, share_of
from app.meetings.electorate import AreaSource
from app.meetings.errors import ElectorateEmpty, ScopeEmpty, WrongMeetingState
from app.meetings.models import Ballot, LogLeaf, Meeting, MeetingState, VotingParty, VotingPartyUnit
from app.meetings.objections import correcting_parties
from app.meetings.objections.errors import (
    AreaNeeded,
    NothingToCorrect,
    UnitAlreadyListed,
    UnitNotCounted,
    UnitNotInElectorate,
    UnitNotOnRoll,
)
from app.meetings.rules.rule_set import RuleSet
from app.meetings.states import STATE_TEXT


class CorrectionAct(StrEnum):
    """What is set right of a unit."""

    SET_AREA = "set_area"
    SET_OWNERS = "set_owners"
    ADD_UNIT = "add_unit"
    REMOVE_UNIT = "remove_unit"

    @property
    def chinese(self) -> str:
        """The act for people."""
        return {"set_area": "更正面积", "set_owners": "更正业主", "add_unit": "补列", "remove_unit": "删除"}[self.value]


@dataclass(frozen=True)
class Correction:
    """One correction. Area (0.01 m²) and source with SET_AREA only."""

    act: CorrectionAct
    unit_id: UUID
    area_centi: int | None = None
    area_source: AreaSource | None = None


@dataclass(frozen=True)
class Corrected:
    """What a correction did: the unit and the totals before and after (ids and areas), and whom it concerns."""

    act: CorrectionAct
    unit_id: UUID
    door: str
    owner_ids: frozenset[UUID]
    before: dict[str, Any]
    after: dict[str, Any]

    def as_json(self) -> dict[str, Any]:
        """For the objection's row and the audit trail."""
        return {"act": self.act.value, "unit_id": str(self.unit_id), "before": self.before, "after": self.after}


def correct(meeting: Meeting, correction: Correction) -> Corrected:
    """Set one unit right, and persons, area and scopes of the meeting with it.

    Raises AreaNeeded, UnitNotInElectorate, UnitNotOnRoll, UnitAlreadyListed, UnitNotCounted, NothingToCorrect,
    PartyInUse, ElectorateEmpty, ScopeEmpty, and WrongMeetingState where a ballot was already cast.
    """
    _refuse_once_begun(meeting)
    if (correction.act is CorrectionAct.SET_AREA) != (
        correction.area_centi is not None and bool(correction.area_source)
    ):
        raise AreaNeeded
    home = _home(meeting, correction.unit_id)
    before, owners_before, door = _facts(meeting, home), _owner_ids(home), home.door if home else ""
    _ACTS[correction.act](meeting, home, correction)
    _set_totals(meeting)
    home = _home(meeting, correction.unit_id)
    return Corrected(
        correction.act,
        correction.unit_id,
        home.door if home else door,
        owners_before | _owner_ids(home),
        before,
        _facts(meeting, home),
    )


def _refuse_once_begun(meeting: Meeting) -> None:
    """Where the clocks of two machines differ, a ballot or the log may be there before this clock says open."""
    begun = [
        exists().where(table.compound_id == meeting.compound_id, table.meeting_id == meeting.id)
        for table in (Ballot, LogLeaf)
    ]
    if db.session.scalar(select(begun[0] | begun[1])):
        state = MeetingState.VOTING
        raise WrongMeetingState(state=state.value, state_text=STATE_TEXT[state], allowed=[MeetingState.ANNOUNCED.value])


def _set_area(meeting: Meeting, home: VotingPartyUnit | None, correction: Correction) -> None:
    if home is None:
        raise UnitNotInElectorate
    if (home.area_centi, home.area_source) == (correction.area_centi, correction.area_source):
        raise NothingToCorrect
    home.area_centi, home.area_source = correction.area_centi or 0, correction.area_source
    correcting_parties.settle(meeting, home.party_id)


def _set_owners(meeting: Meeting, home: VotingPartyUnit | None, correction: Correction) -> None:
    if home is None:
        raise UnitNotInElectorate
    left, joined = home.party_id, correcting_parties.party_for(meeting, _on_roll(meeting, correction.unit_id), home)
    if joined == left:
        raise NothingToCorrect
    home.party_id = joined
    correcting_parties.settle(meeting, left, joined)


def _add_unit(meeting: Meeting, home: VotingPartyUnit | None, correction: Correction) -> None:
    if home is not None:
        raise UnitAlreadyListed
    unit = _on_roll(meeting, correction.unit_id)
    if unit.use in NOT_COUNTED_BY_DEFAULT and not RuleSet.from_dict(meeting.rule_set or {}).include_parking:
        raise UnitNotCounted
    area_centi, source = share_of(unit).area or (0, None)
    party_id = correcting_parties.party_for(meeting, unit)
    db.session.add(
        VotingPartyUnit(
            compound_id=meeting.compound_id,
            meeting_id=meeting.id,
            party_id=party_id,
            unit_id=unit.unit_id,
            area_centi=area_centi,
            area_source=source,
            **place_of(unit),
        )
    )
    correcting_parties.settle(meeting, party_id)


def _remove_unit(meeting: Meeting, home: VotingPartyUnit | None, correction: Correction) -> None:
    if home is None:
        raise UnitNotInElectorate
    db.session.delete(home)
    correcting_parties.settle(meeting, home.party_id)


_ACTS: Mapping[CorrectionAct, Callable[[Meeting, VotingPartyUnit | None, Correction], None]] = {
    CorrectionAct.SET_AREA: _set_area,
    CorrectionAct.SET_OWNERS: _set_owners,
    CorrectionAct.ADD_UNIT: _add_unit,
    CorrectionAct.REMOVE_UNIT: _remove_unit,
}


def _home(meeting: Meeting, unit_id: UUID) -> VotingPartyUnit | None:
    return db.session.get(VotingPartyUnit, (meeting.compound_id, meeting.id, unit_id))


def _on_roll(meeting: Meeting, unit_id: UUID) -> UnitOnRoll:
    found = compounds.units_with_owners(meeting.compound_id, unit_id)
    if not found:
        raise UnitNotOnRoll
    return found[0]


def _owner_ids(home: VotingPartyUnit | None) -> frozenset[UUID]:
    return frozenset(correcting_parties.owner_ids(home)) if home else frozenset()


def _facts(meeting: Meeting, home: VotingPartyUnit | None) -> dict[str, Any]:
    """The unit, None where it is not listed, and the meeting's totals."""
    totals = {"persons": meeting.electorate_persons, "area_centi": meeting.electorate_area_centi}
    if home is None:
        return {"unit": None, "electorate": totals}
    owners: Sequence[UUID] = correcting_parties.owner_ids(home)
    unit = {
        "party_id": str(home.party_id),
        "area_centi": home.area_centi,
        "area_source": str(home.area_source) if home.area_source else None,
        "owner_ids": [str(one) for one in owners],
    }
    return {"unit": unit, "electorate": totals}


def _set_totals(meeting: Meeting) -> None:
    """Count persons and area anew, and refuse what would leave nobody to vote on something."""
    persons, area_centi = db.session.execute(
        select(func.count(), func.coalesce(func.sum(VotingParty.area_centi), 0)).where(
            VotingParty.compound_id == meeting.compound_id, VotingParty.meeting_id == meeting.id
        )
    ).one()
    if not persons or not area_centi:
        raise ElectorateEmpty
    meeting.electorate_persons, meeting.electorate_area_centi = persons, int(area_centi)
    meeting.electorate_version += 1
    db.session.flush()
    for motion in reading.motions_of(meeting):
        scope = scopes.of(motion)
        if scope and not sum(scopes.areas(meeting, scope).values()):
            raise ScopeEmpty(title=motion.title, scope=scope.name, motion_id=str(motion.id))
