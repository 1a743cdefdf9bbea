"""What an owner sees at an inspection, page by page: who took part, masked; and, apart from it, what ballots say.

The two lists share no key: parties come by number with name masked, ballots in an order and under pseudonyms of this
inspection alone, without area, time or way. Every page is on the audit log.
"""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import LargeBinary, func, literal, select

from app.core.db import db
from app.core.masking import mask_name
from app.identity.actor import Actor
from app.meetings import reading, trail
from app.meetings.ballots import CHOICES
from app.meetings.inspections import acts as inspections
from app.meetings.inspections.models import Inspection
from app.meetings.models import Ballot, BallotState, Meeting, VotingParty, VotingPartyOwner, VotingPartyUnit
from app.meetings.parties import STANDING


@dataclass(frozen=True)
class PartySeen:
    """A voting party: names masked, area in 0.01 m²; `ballot`: counted, disputed or none; `channel`: app, paper."""

    number: int
    owners_masked: Sequence[str]
    is_developer: bool
    doors: Sequence[str]
    area_centi: int
    ballot: str
    channel: str | None


@dataclass(frozen=True)
class BallotSeen:
    """A counted ballot under its pseudonym: choices by motion id, marked candidates by election."""

    pseudonym: str
    choices: dict[str, str]
    marks: dict[str, Any] | None


def parties(
    actor: Actor, compound_id: UUID, meeting_id: UUID, inspection_id: UUID, after: int, limit: int
) -> Sequence[PartySeen]:
    """The parties after the number `after`. Raises InspectionNotFound, InspectionOver."""
    inspections.usable(actor, compound_id, meeting_id, inspection_id)
    meeting = reading.existing(compound_id, meeting_id)
    rows = db.session.execute(
        select(VotingParty, Ballot.state, Ballot.channel)
        .outerjoin(
            Ballot,
            (Ballot.compound_id == VotingParty.compound_id)
            & (Ballot.meeting_id == VotingParty.meeting_id)
            & (Ballot.party_id == VotingParty.id)
            & Ballot.state.in_(STANDING),
        )
        .where(VotingParty.compound_id == compound_id, VotingParty.meeting_id == meeting_id, VotingParty.number > after)
        .order_by(VotingParty.number)
        .limit(limit)
    ).all()
    shown = [party.id for party, _, _ in rows]
    names, doors = _names(meeting, shown), _doors(meeting, shown)
    _note(actor, meeting, "inspect_parties", inspection_id, str(after), len(rows))
    return [
        PartySeen(
            number=party.number,
            owners_masked=names[party.id],
            is_developer=party.is_developer,
            doors=doors[party.id],
            area_centi=party.area_centi,
            ballot=_standing(state),
            channel=channel,
        )
        for party, state, channel in rows
    ]


def ballots(
    actor: Actor, compound_id: UUID, meeting_id: UUID, inspection_id: UUID, after: str, limit: int
) -> Sequence[BallotSeen]:
    """The counted ballots after the pseudonym `after` (hex; empty: from the first).

    Raises InspectionNotFound, InspectionOver.
    """
    inspection = inspections.usable(actor, compound_id, meeting_id, inspection_id)
    meeting = reading.existing(compound_id, meeting_id)
    pseudonym = _pseudonym(inspection)
    rows = db.session.execute(
        select(pseudonym.label("pseudonym"), Ballot.choices, Ballot.marks)
        .where(
            Ballot.compound_id == compound_id,
            Ballot.meeting_id == meeting_id,
            Ballot.state == BallotState.EFFECTIVE,
            pseudonym > bytes.fromhex(after),
        )
        .order_by(pseudonym)
        .limit(limit)
    ).all()
    _note(actor, meeting, "inspect_ballots", inspection_id, after, len(rows))
    return [BallotSeen(row.pseudonym.hex(), _choices(meeting, row.choices), row.marks) for row in rows]


def _pseudonym(inspection: Inspection) -> Any:
    """SHA-256 over the inspection's salt and the ballot's id: without the salt it leads back to no ballot."""
    salted = literal(inspection.salt, LargeBinary).op("||")(func.uuid_send(Ballot.id, type_=LargeBinary))
    return func.sha256(salted, type_=LargeBinary)


def _choices(meeting: Meeting, codes: Sequence[int]) -> dict[str, str]:
    elections = set(meeting.elections or {})
    return {
        str(motion_id): CHOICES[code].value
        for motion_id, code in zip(meeting.motion_ids, codes, strict=True)
        if str(motion_id) not in elections
    }


def _standing(state: str | None) -> str:
    if state is None:
        return "none"
    return "counted" if state == BallotState.EFFECTIVE else "disputed"


def _names(meeting: Meeting, party_ids: Collection[UUID]) -> dict[UUID, list[str]]:
    found: dict[UUID, list[str]] = defaultdict(list)
    owners = select(VotingPartyOwner).where(
        VotingPartyOwner.compound_id == meeting.compound_id,
        VotingPartyOwner.meeting_id == meeting.id,
        VotingPartyOwner.party_id.in_(party_ids),
    )
    for owner in db.session.scalars(owners.order_by(VotingPartyOwner.owner_id)):
        found[owner.party_id].append(mask_name(owner.name))
    return found


def _doors(meeting: Meeting, party_ids: Collection[UUID]) -> dict[UUID, list[str]]:
    found: dict[UUID, list[str]] = defaultdict(list)
    units = select(VotingPartyUnit.party_id, VotingPartyUnit.door).where(
        VotingPartyUnit.compound_id == meeting.compound_id,
        VotingPartyUnit.meeting_id == meeting.id,
        VotingPartyUnit.party_id.in_(party_ids),
    )
    for party_id, door in db.session.execute(units.order_by(VotingPartyUnit.door)):
        found[party_id].append(door)
    return found


def _note(actor: Actor, meeting: Meeting, act: str, inspection_id: UUID, after: str, rows: int) -> None:
    trail.note(actor, meeting, act, None, {"inspection_id": str(inspection_id), "after": after, "rows": rows})
