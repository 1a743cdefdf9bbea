"""Sheets as staff see them. Until the count nobody reads choices here but a sheet's own two enterers.

An enterer sees the own entry, and both once they differ; nobody else sees any. A scan shows choices too: it is shown to
the two enterers only, from the moment that they took a place, and after the count to those who run or supervise the
meeting. Each view of a scan goes on record. A steward with a place is shown the sheets of parties with a home there,
and those that the steward registered without a party.
"""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, exists, select, true

from app.core.db import db
from app.core.paging import WHOLE, Page, paged
from app.identity.actor import Actor
from app.meetings import policy, reading, trail
from app.meetings.ballots import CHOICES, Receipt, receipt_of
from app.meetings.models import Ballot, Meeting, PaperEntry, PaperSheet, Scan, VotingParty, VotingPartyUnit
from app.meetings.paper.errors import ScanSecret, SheetNotFound
from app.meetings.paper.models import SheetState
from app.meetings.paper.slips import slip_of
from app.meetings.reach import outside, reached
from app.org import policy as org
from app.org.permissions import Act
from app.org.reach import Reach

STATE_TEXT = {
    SheetState.OPEN: "待录入",
    SheetState.MISMATCHED: "两人录入不一致",
    SheetState.CONFIRMED: "已生效",
    SheetState.LATE: "在截止后递交，不计入",
    SheetState.UNIDENTIFIED: "无法识别，不计入",
    SheetState.CONFLICT: "晚于线上投票，不计入",
    SheetState.DUPLICATE: "与已收到的纸质票重复，不计入",
    SheetState.SET_ASIDE: "已作废，不计入",
}


@dataclass(frozen=True)
class EntryView:
    """What one person read on a sheet: choices and marks by motion id, spoiled motions."""

    is_mine: bool
    choices: dict[str, str]
    marks: dict[str, list[str]]
    spoiled: Sequence[UUID]
    joint: bool


@dataclass(frozen=True)
class PlaceView:
    """One of the two places of enterer that is taken, without the name; `entered`: that person's entry is in."""

    place: int
    is_mine: bool
    taken_at: datetime
    entered: bool


@dataclass(frozen=True)
class SheetView:
    """A sheet without names and choices. `entries`: see the module.

    `receipt`, and `slip`, the same to print for the owner: to its enterers, once it counts.
    """

    id: UUID
    party_id: UUID | None
    party_number: int | None
    doors: Sequence[str]
    state: str
    state_text: str
    received_at: datetime
    registered_at: datetime
    reason: str | None
    settled_at: datetime | None
    app_refused_at: datetime | None
    joint: bool
    aside_asked_at: datetime | None
    aside_reason: str | None
    entered: int
    places: Sequence[PlaceView]
    am_enterer: bool
    entries: Sequence[EntryView]
    receipt: Receipt | None
    slip: str | None


def list_sheets(actor: Actor, compound_id: UUID, meeting_id: UUID, page: Page = WHOLE) -> Sequence[SheetView]:
    """The sheets of a meeting as they came, without choices. Raises Forbidden, MeetingNotFound."""
    reach = org.reach(actor, Act.ENTER_PAPER, compound_id)
    reading.announced(compound_id, meeting_id)
    rows = (PaperSheet.compound_id == compound_id) & (PaperSheet.meeting_id == meeting_id)
    found = select(PaperSheet).where(rows, _shown_to(actor, reach))
    sheets = db.session.scalars(paged(found, page, (PaperSheet.registered_at, PaperSheet.id), rows)).all()
    numbers, doors = _parties(compound_id, meeting_id, {one.party_id for one in sheets if one.party_id})
    entries = _entries(compound_id, [sheet.id for sheet in sheets])
    return [_view(actor, sheet, numbers, doors, entries[sheet.id], None) for sheet in sheets]


def get_sheet(actor: Actor, compound_id: UUID, meeting_id: UUID, sheet_id: UUID) -> SheetView:
    """One sheet, to an enterer with what was entered. Raises Forbidden, SheetNotFound, OutsideOwnPlace."""
    return view_of(actor, readable(actor, compound_id, meeting_id, sheet_id))


def get_scan(actor: Actor, compound_id: UUID, meeting_id: UUID, sheet_id: UUID) -> Scan:
    """The scan of a sheet; that the actor looked at it goes on record.

    Raises Forbidden, SheetNotFound, OutsideOwnPlace, ScanSecret: before the count to anybody but the two enterers.
    """
    sheet = readable(actor, compound_id, meeting_id, sheet_id)
    meeting = reading.existing(compound_id, meeting_id)
    if meeting.counted_at:
        policy.require_see_drafts(actor, compound_id)
    elif db.session.get(PaperEntry, (compound_id, sheet_id, actor.account_id)) is None:
        raise ScanSecret
    trail.note(actor, meeting, "view_paper_scan", None, {"sheet_id": str(sheet_id)})
    return db.session.get_one(Scan, (compound_id, sheet.scan_id))


def readable(actor: Actor, compound_id: UUID, meeting_id: UUID, sheet_id: UUID) -> PaperSheet:
    """A sheet that the actor may work with. Raises Forbidden, SheetNotFound, OutsideOwnPlace."""
    policy.require_enter_paper(actor, compound_id)
    sheet = existing(compound_id, meeting_id, sheet_id)
    require_reach(actor, sheet)
    return sheet


def require_reach(actor: Actor, sheet: PaperSheet) -> None:
    """One without a party is its registrar's, to whom a place is all there is. Raises Forbidden, OutsideOwnPlace."""
    reach = org.reach(actor, Act.ENTER_PAPER, sheet.compound_id)
    if sheet.party_id:
        beyond = outside(reach, sheet.compound_id, sheet.meeting_id, [sheet.party_id])
    else:
        beyond = reach.places is not None and sheet.registered_by != actor.account_id
    if beyond:
        raise reach.refusal()


def _shown_to(actor: Actor, reach: Reach) -> ColumnElement[bool]:
    """Condition on a PaperSheet: what `require_reach` does not refuse."""
    if reach.places is None:
        return true()
    of_party = exists().where(
        VotingParty.compound_id == PaperSheet.compound_id,
        VotingParty.meeting_id == PaperSheet.meeting_id,
        VotingParty.id == PaperSheet.party_id,
        reached(reach),
    )
    return of_party | (PaperSheet.party_id.is_(None) & (PaperSheet.registered_by == actor.account_id))


def existing(compound_id: UUID, meeting_id: UUID, sheet_id: UUID, locked: bool = False) -> PaperSheet:
    """A sheet of the meeting. Raises SheetNotFound."""
    sheet = db.session.get(PaperSheet, (compound_id, sheet_id), with_for_update=locked or None, populate_existing=True)
    if sheet is None or sheet.meeting_id != meeting_id:
        raise SheetNotFound
    return sheet


def entries_of(sheet: PaperSheet) -> list[PaperEntry]:
    """The places that were taken at the sheet, in their order."""
    return _entries(sheet.compound_id, [sheet.id])[sheet.id]


def view_of(actor: Actor, sheet: PaperSheet) -> SheetView:
    """The sheet as this person may see it."""
    numbers, doors = _parties(sheet.compound_id, sheet.meeting_id, {sheet.party_id} - {None})
    ballot = db.session.get(Ballot, (sheet.compound_id, sheet.ballot_id)) if sheet.ballot_id else None
    return _view(actor, sheet, numbers, doors, entries_of(sheet), receipt_of(ballot) if ballot else None)


def _view(
    actor: Actor,
    sheet: PaperSheet,
    numbers: dict[UUID, int],
    doors: dict[UUID, list[str]],
    entries: Sequence[PaperEntry],
    receipt: Receipt | None,
) -> SheetView:
    state = SheetState(sheet.state)
    am_enterer = any(entry.account_id == actor.account_id for entry in entries)
    number = numbers[sheet.party_id] if sheet.party_id else None
    shown_receipt = receipt if am_enterer else None
    return SheetView(
        id=sheet.id,
        party_id=sheet.party_id,
        party_number=number,
        doors=doors[sheet.party_id] if sheet.party_id else [],
        state=state.value,
        state_text=STATE_TEXT[state],
        received_at=sheet.received_at,
        registered_at=sheet.registered_at,
        reason=sheet.reason,
        settled_at=sheet.settled_at,
        app_refused_at=sheet.app_refused_at,
        joint=sheet.joint,
        aside_asked_at=sheet.aside_at,
        aside_reason=sheet.aside_reason,
        entered=sum(entry.entered_at is not None for entry in entries),
        places=[
            PlaceView(one.place, one.account_id == actor.account_id, one.taken_at, one.entered_at is not None)
            for one in entries
        ],
        am_enterer=am_enterer,
        entries=_shown(actor, sheet, state, entries) if am_enterer else [],
        receipt=shown_receipt,
        slip=slip_of(sheet, number, shown_receipt) if shown_receipt and number else None,
    )


def _shown(actor: Actor, sheet: PaperSheet, state: SheetState, entries: Sequence[PaperEntry]) -> list[EntryView]:
    """To one of the enterers: the own entry while the other's is missing, both while they differ, none afterwards."""
    if state not in (SheetState.OPEN, SheetState.MISMATCHED):
        return []
    meeting = reading.existing(sheet.compound_id, sheet.meeting_id)
    return [
        _entry_view(meeting, entry, is_mine)
        for entry in entries
        if (is_mine := entry.account_id == actor.account_id) or state is SheetState.MISMATCHED
        if entry.entered_at
    ]


def _entry_view(meeting: Meeting, entry: PaperEntry, is_mine: bool) -> EntryView:
    choices = zip(meeting.motion_ids, entry.choices or (), strict=True)
    return EntryView(
        is_mine=is_mine,
        choices={str(motion_id): CHOICES[code].value for motion_id, code in choices},
        marks=entry.marks or {},
        spoiled=entry.spoiled or [],
        joint=entry.joint,
    )


def _entries(compound_id: UUID, sheet_ids: Sequence[UUID]) -> dict[UUID, list[PaperEntry]]:
    found: dict[UUID, list[PaperEntry]] = defaultdict(list)
    for entry in db.session.scalars(
        select(PaperEntry)
        .where(PaperEntry.compound_id == compound_id, PaperEntry.sheet_id.in_(sheet_ids))
        .order_by(PaperEntry.place)
    ):
        found[entry.sheet_id].append(entry)
    return found


def _parties(
    compound_id: UUID, meeting_id: UUID, wanted: Collection[UUID | None]
) -> tuple[dict[UUID, int], dict[UUID, list[str]]]:
    """Number and doors of these parties."""
    numbers = dict(
        db.session.execute(
            select(VotingParty.id, VotingParty.number).where(
                VotingParty.compound_id == compound_id,
                VotingParty.meeting_id == meeting_id,
                VotingParty.id.in_(wanted),
            )
        ).all()
    )
    doors: dict[UUID, list[str]] = defaultdict(list)
    for of_party, door in db.session.execute(
        select(VotingPartyUnit.party_id, VotingPartyUnit.door)
        .where(
            VotingPartyUnit.compound_id == compound_id,
            VotingPartyUnit.meeting_id == meeting_id,
            VotingPartyUnit.party_id.in_(wanted),
        )
        .order_by(VotingPartyUnit.door)
    ):
        doors[of_party].append(door)
    return numbers, doors
