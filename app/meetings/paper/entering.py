"""Two people read a sheet independently (双人录入). Equal entries make the ballot; unequal ones are settled by the two.

Neither sees the other's entry before both are in. Once they differ both see both, and each may enter anew. A sheet
received in time may be entered until the count.
"""

from collections.abc import Collection, Mapping
from typing import Any
from uuid import UUID

from app.core import clock
from app.core.db import db
from app.identity.actor import Actor
from app.meetings import parties, policy, states, trail
from app.meetings.ballots import CODES, marks_lawful
from app.meetings.errors import MarksUnlawful, MotionOutOfScope, UnknownMotion
from app.meetings.models import Meeting, Motion, PaperEntry, PaperSheet
from app.meetings.paper import confirming, viewing
from app.meetings.paper.errors import (
    PlaceEntered,
    PlaceNotTaken,
    SamePersonAgain,
    SheetNotOpen,
    SheetTaken,
    SpoiledAndMarked,
)
from app.meetings.paper.models import UNREAD, SheetState
from app.meetings.paper.receiving import WHILE
from app.meetings.tally import Choice


def take_place(actor: Actor, compound_id: UUID, meeting_id: UUID, sheet_id: UUID) -> viewing.SheetView:
    """Take one of the two places of enterer at a sheet, to read its scan; again: no change.

    Raises Forbidden, MeetingNotFound, WrongMeetingState, SheetNotFound, OutsideOwnPlace, SheetNotOpen, SheetTaken.
    """
    meeting, sheet = _unread(actor, compound_id, meeting_id, sheet_id)
    _place(actor, meeting, sheet)
    return viewing.view_of(actor, sheet)


def enter_sheet(
    actor: Actor,
    compound_id: UUID,
    meeting_id: UUID,
    sheet_id: UUID,
    choices: Mapping[UUID, Choice] | None = None,
    marks: Mapping[UUID, Collection[UUID]] | None = None,
    spoiled: Collection[UUID] = (),
    joint: bool = False,
) -> viewing.SheetView:
    """Enter what stands on a sheet; what is not named is blank. `spoiled`: motions marked twice or unreadable.
    `joint`: the signatures of all co-owners stand there, which a sheet that ends their dispute must have.

    The second of two equal entries makes the ballot, and gives its receipt. After a mismatch each of the two may enter
    anew, nobody else. A sheet that is all blank is a ballot too: its owner handed it in, and its items count as blank.
    Raises Forbidden, MeetingNotFound, WrongMeetingState, SheetNotFound, OutsideOwnPlace, SheetNotOpen, SheetTaken,
    SamePersonAgain, UnknownMotion, MotionOutOfScope, MarksUnlawful, SpoiledAndMarked.
    """
    meeting, sheet = _unread(actor, compound_id, meeting_id, sheet_id)
    said = choices or {}
    named = {str(motion): sorted(str(one) for one in set(names)) for motion, names in (marks or {}).items() if names}
    _check(meeting, sheet, said, named, spoiled)
    entry = _place(actor, meeting, sheet)
    if entry.entered_at and sheet.state == SheetState.OPEN:
        raise SamePersonAgain
    entry.corrections += entry.entered_at is not None
    entry.entered_at = clock.now()
    entry.choices = [CODES[said.get(motion_id, Choice.BLANK)] for motion_id in meeting.motion_ids]
    entry.marks, entry.spoiled, entry.joint = named, sorted(set(spoiled)), joint and sheet.joint
    db.session.flush()
    trail.note(actor, meeting, "enter_paper_sheet", None, {"sheet_id": str(sheet_id), "place": entry.place})
    _compare(actor, meeting, sheet)
    return viewing.view_of(actor, sheet)


def release_place(
    actor: Actor, compound_id: UUID, meeting_id: UUID, sheet_id: UUID, place: int, reason: str
) -> viewing.SheetView:
    """Free the place of an enterer who took it and entered nothing, for somebody else: the secretary's, with a reason.

    That the person could see the scan meanwhile stays on record.
    Raises Forbidden, MeetingNotFound, WrongMeetingState, SheetNotFound, SheetNotOpen, PlaceNotTaken, PlaceEntered.
    """
    policy.require_manage(actor, compound_id)
    meeting, sheet = _unread(actor, compound_id, meeting_id, sheet_id)
    entry = next((one for one in viewing.entries_of(sheet) if one.place == place), None)
    if entry is None:
        raise PlaceNotTaken
    if entry.entered_at:
        raise PlaceEntered
    before = {"account_id": str(entry.account_id), "taken_at": entry.taken_at.isoformat()}
    db.session.delete(entry)
    db.session.flush()
    about = {"sheet_id": str(sheet_id), "place": place, "reason": reason}
    trail.note(actor, meeting, "release_paper_place", before, about)
    return viewing.view_of(actor, sheet)


def _unread(actor: Actor, compound_id: UUID, meeting_id: UUID, sheet_id: UUID) -> tuple[Meeting, PaperSheet]:
    """A sheet that waits for entries or for agreement, locked after its meeting."""
    policy.require_enter_paper(actor, compound_id)
    meeting = states.locked(compound_id, meeting_id, clock.now(), *WHILE)
    sheet = viewing.existing(compound_id, meeting_id, sheet_id, locked=True)
    viewing.require_reach(actor, sheet)
    if sheet.state not in UNREAD:
        raise SheetNotOpen(state=sheet.state, state_text=viewing.STATE_TEXT[SheetState(sheet.state)])
    return meeting, sheet


def _place(actor: Actor, meeting: Meeting, sheet: PaperSheet) -> PaperEntry:
    """The actor's place at the sheet, taken now if there is one left. Raises SheetTaken."""
    taken = viewing.entries_of(sheet)
    for entry in taken:
        if entry.account_id == actor.account_id:
            return entry
    if len(taken) == 2:
        raise SheetTaken
    entry = PaperEntry(
        compound_id=sheet.compound_id,
        sheet_id=sheet.id,
        account_id=actor.account_id,
        place=min({1, 2} - {entry.place for entry in taken}),
        taken_at=clock.now(),
        corrections=0,
    )
    db.session.add(entry)
    db.session.flush()
    trail.note(actor, meeting, "take_paper_sheet", None, {"sheet_id": str(sheet.id), "place": entry.place})
    return entry


def _check(
    meeting: Meeting,
    sheet: PaperSheet,
    choices: Mapping[UUID, Choice],
    marks: Mapping[str, Collection[str]],
    spoiled: Collection[UUID],
) -> None:
    """What casting demands of a ballot in the app, and that nothing is both spoiled and marked."""
    marked = {motion for motion, choice in choices.items() if choice is not Choice.BLANK}
    elected = {UUID(motion) for motion in marks}
    if not {*choices, *spoiled} <= set(meeting.motion_ids):
        raise UnknownMotion
    if not marks_lawful(meeting.elections or {}, marks, marked):
        raise MarksUnlawful
    if (marked | elected) & set(spoiled):
        raise SpoiledAndMarked
    assert sheet.party_id
    party = parties.locked(sheet.compound_id, sheet.meeting_id, sheet.party_id)
    for motion_id in (marked | set(spoiled)) & set(party.out_of_scope):
        motion = db.session.get_one(Motion, (sheet.compound_id, motion_id))
        raise MotionOutOfScope(motion_id=str(motion_id), title=motion.title, scope=motion.scope_name)


def _compare(actor: Actor, meeting: Meeting, sheet: PaperSheet) -> None:
    """With both entries in: the ballot where they are equal, a mismatch where not."""
    entries = [entry for entry in viewing.entries_of(sheet) if entry.entered_at]
    if len(entries) < 2:
        return
    after: dict[str, Any]
    before: dict[str, Any] = {"sheet_id": str(sheet.id), "state": sheet.state}
    if entries[0].says() == entries[1].says():
        ballot = confirming.make_ballot(meeting, sheet, entries[0])
        after = {"ballot_id": str(ballot.id) if ballot else None, "joint": entries[0].joint}
    else:
        sheet.state, after = SheetState.MISMATCHED, {}
    db.session.flush()
    trail.note(
        actor, meeting, "compare_paper_entries", before, {"sheet_id": str(sheet.id), "state": sheet.state, **after}
    )
