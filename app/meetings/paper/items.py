"""What can stand on a sheet: the motions that its party votes on, with the candidates of elections."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from app.core.db import db
from app.identity.actor import Actor
from app.meetings import policy, reading
from app.meetings.elections import candidates
from app.meetings.models import PaperSheet, Scan, VotingParty
from app.meetings.paper import viewing


@dataclass(frozen=True)
class SheetItem:
    """A motion on a sheet: its place on the agenda; `seats` 0 and no candidates where it is no election."""

    motion_id: UUID
    number: int
    title: str
    seats: int
    candidates: Sequence[tuple[UUID, str]]


@dataclass(frozen=True)
class SheetForm:
    """What there is to enter of a sheet, and how its scan is to be shown: a picture, or else a PDF."""

    items: Sequence[SheetItem]
    is_picture: bool


def form_of_sheet(actor: Actor, compound_id: UUID, meeting_id: UUID, sheet_id: UUID) -> SheetForm:
    """The items in the order of the agenda; none for a sheet that names no party. Raises Forbidden, SheetNotFound,
    OutsideOwnPlace.
    """
    sheet = viewing.readable(actor, compound_id, meeting_id, sheet_id)
    scan = db.session.get_one(Scan, (compound_id, sheet.scan_id))
    return SheetForm(_items(sheet), scan.media_type.startswith("image/"))


def items_to_fix(actor: Actor, compound_id: UUID, meeting_id: UUID, party_id: UUID) -> Sequence[SheetItem]:
    """What a paper mandate of the party may fix, in the order of the agenda; none where there is no such party.

    Raises Forbidden, MeetingNotFound.
    """
    policy.require_enter_mandate(actor, compound_id)
    reading.announced(compound_id, meeting_id)
    party = db.session.get(VotingParty, (compound_id, meeting_id, party_id))
    return _of_party(party) if party else []


def _items(sheet: PaperSheet) -> list[SheetItem]:
    if sheet.party_id is None:
        return []
    return _of_party(db.session.get_one(VotingParty, (sheet.compound_id, sheet.meeting_id, sheet.party_id)))


def _of_party(party: VotingParty) -> list[SheetItem]:
    motions = reading.motions_of(reading.existing(party.compound_id, party.meeting_id))
    standing = candidates.of_motions(party.compound_id, [motion.id for motion in motions if motion.seats])
    return [
        SheetItem(
            motion_id=motion.id,
            number=number,
            title=motion.title,
            seats=motion.seats or 0,
            candidates=[(one.id, one.name) for one in standing.get(motion.id, ())],
        )
        for number, motion in enumerate(motions, start=1)
        if motion.id not in party.out_of_scope
    ]
