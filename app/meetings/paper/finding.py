"""Finding the voting party that a paper names: by the QR text of its sheet, its number on the list, or a door."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import ColumnElement, func, select

from app.compounds.doors import tidy
from app.core.db import db
from app.core.masking import mask_name
from app.identity.actor import Actor
from app.meetings import reading
from app.meetings.models import Meeting, VotingParty, VotingPartyOwner, VotingPartyUnit
from app.meetings.reach import reached, require_parties
from app.meetings.sheets import SCHEME, SheetUnreadable, parse_sheet_id, sheet_id
from app.org import policy as org
from app.org.permissions import Act

SHOWN = 20


@dataclass(frozen=True)
class PartyFound:
    """A voting party on the electorate's list. `sheet`: what its sheet's QR code says; owners' names are masked."""

    id: UUID
    number: int
    doors: Sequence[str]
    owners: Sequence[tuple[UUID, str]]
    is_developer: bool
    sheet: str


def find_parties(actor: Actor, compound_id: UUID, meeting_id: UUID, text: str) -> Sequence[PartyFound]:
    """At most 20 parties, in the order of the list; none where the text is empty or a sheet is another meeting's.

    To a steward with a place those with a home there. Raises Forbidden, MeetingNotFound, and OutsideOwnPlace where all
    that are meant are of other places.
    """
    reach = org.reach(actor, Act.ENTER_PAPER, compound_id)
    meeting = reading.announced(compound_id, meeting_id)
    wanted = _wanted(meeting, tidy(text))
    if wanted is None:
        return []
    found = _found(meeting, wanted & reached(reach))
    if not found and reach.places is not None and _found(meeting, wanted):
        raise reach.refusal()
    return found


def get_party(actor: Actor, compound_id: UUID, meeting_id: UUID, party_id: UUID) -> PartyFound | None:
    """One party of the list; None: there is none such. Raises Forbidden, MeetingNotFound, OutsideOwnPlace."""
    require_parties(actor, Act.ENTER_PAPER, compound_id, meeting_id, [party_id])
    meeting = reading.announced(compound_id, meeting_id)
    return next(iter(_found(meeting, VotingParty.id == party_id)), None)


def _wanted(meeting: Meeting, text: str) -> ColumnElement[bool] | None:
    if text.startswith(SCHEME):
        try:
            of_meeting, party_id = parse_sheet_id(text)
        except SheetUnreadable:
            return None
        return VotingParty.id == party_id if of_meeting == meeting.id else None
    number = text.removeprefix("第").removesuffix("号")
    if number.isdecimal() and len(number) <= 6:
        return (VotingParty.number == int(number)) | _door_holds(meeting, text)
    return _door_holds(meeting, text) if text else None


def _door_holds(meeting: Meeting, text: str) -> ColumnElement[bool]:
    of_meeting = (VotingPartyUnit.compound_id == meeting.compound_id, VotingPartyUnit.meeting_id == meeting.id)
    holding = select(VotingPartyUnit.party_id).where(
        *of_meeting, func.strpos(func.upper(VotingPartyUnit.door), text) > 0
    )
    return VotingParty.id.in_(holding)


def _found(meeting: Meeting, wanted: ColumnElement[bool]) -> list[PartyFound]:
    parties = db.session.scalars(
        select(VotingParty)
        .where(VotingParty.compound_id == meeting.compound_id, VotingParty.meeting_id == meeting.id, wanted)
        .order_by(VotingParty.number)
        .limit(SHOWN)
    ).all()
    doors, owners = _doors(meeting, parties), _owners(meeting, parties)
    return [
        PartyFound(one.id, one.number, doors[one.id], owners[one.id], one.is_developer, sheet_id(meeting.id, one.id))
        for one in parties
    ]


def _doors(meeting: Meeting, parties: Sequence[VotingParty]) -> dict[UUID, list[str]]:
    found: dict[UUID, list[str]] = defaultdict(list)
    for party_id, door in db.session.execute(
        select(VotingPartyUnit.party_id, VotingPartyUnit.door)
        .where(
            VotingPartyUnit.compound_id == meeting.compound_id,
            VotingPartyUnit.meeting_id == meeting.id,
            VotingPartyUnit.party_id.in_([one.id for one in parties]),
        )
        .order_by(VotingPartyUnit.door)
    ):
        found[party_id].append(door)
    return found


def _owners(meeting: Meeting, parties: Sequence[VotingParty]) -> dict[UUID, list[tuple[UUID, str]]]:
    found: dict[UUID, list[tuple[UUID, str]]] = defaultdict(list)
    for party_id, owner_id, name in db.session.execute(
        select(VotingPartyOwner.party_id, VotingPartyOwner.owner_id, VotingPartyOwner.name)
        .where(
            VotingPartyOwner.compound_id == meeting.compound_id,
            VotingPartyOwner.meeting_id == meeting.id,
            VotingPartyOwner.party_id.in_([one.id for one in parties]),
        )
        .order_by(VotingPartyOwner.owner_id)
    ):
        found[party_id].append((owner_id, mask_name(name)))
    return found
