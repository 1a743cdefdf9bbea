"""Registering a sheet that was handed in (收件登记): whose it is, when it came, its scan. Choices are read later."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import delete

from app.core import clock
from app.core.db import db
from app.core.ids import new_id
from app.identity.actor import Actor
from app.meetings import parties, policy, scans, states, trail
from app.meetings.co_owners import disputes
from app.meetings.errors import NotYourVote
from app.meetings.models import CountApproval, Meeting, MeetingState, PaperSheet, VotingParty
from app.meetings.paper import holding, viewing
from app.meetings.paper.errors import ReceivedAtWrong, SheetNotFound, SheetOfOtherMeeting, SheetUnexplained
from app.meetings.paper.models import SheetState
from app.meetings.reach import require_parties
from app.meetings.sheets import parse_sheet_id
from app.org.permissions import Act

WHILE = (MeetingState.VOTING, MeetingState.CLOSED)


def receive_sheet(
    actor: Actor,
    compound_id: UUID,
    meeting_id: UUID,
    received_at: datetime,
    file_name: str,
    content: bytes,
    sheet: str | None = None,
    reason: str | None = None,
    joint: bool = False,
    key: UUID | None = None,
) -> viewing.SheetView:
    """Register a sheet by its QR text, or, with a reason, as one that names no party. It is always put on record.

    `key`: the id that the sheet is to have; a second sending with it is answered with the first one's sheet.

    In time and the first of its party, it holds the party's vote: see `holding`. One handed in at the close or later
    (`received_at`) is late; after a ballot in the app, or after another sheet, it is a clash for the secretary. But one
    that all co-owners signed (`joint`) ends their dispute in the app, once two people have read it so.
    An approval of the count that is waiting for the other falls: it was given without this sheet.
    Raises Forbidden, MeetingNotFound, WrongMeetingState, SheetUnreadable, SheetUnexplained, SheetOfOtherMeeting,
    OutsideOwnPlace, ReceivedAtWrong, SheetNotFound (another's key) and what `core.files.check_file` raises.
    """
    policy.require_enter_paper(actor, compound_id)
    if bool(sheet) == bool(reason):
        raise SheetUnexplained
    party_id = _party_of(meeting_id, sheet) if sheet else None
    if party_id:
        require_parties(actor, Act.ENTER_PAPER, compound_id, meeting_id, [party_id])
    file = scans.store_scan(compound_id, file_name, content)
    now = clock.now()
    meeting = states.locked(compound_id, meeting_id, now, *WHILE)
    if repeated := _registered(actor, meeting, key):
        return viewing.view_of(actor, repeated)
    if not meeting.opens_at <= received_at <= now:
        raise ReceivedAtWrong(opens_at=meeting.opens_at.isoformat())
    state = _state_of(meeting, party_id, received_at, joint)
    row = PaperSheet(
        compound_id=compound_id,
        id=key or new_id(),
        meeting_id=meeting_id,
        party_id=party_id,
        scan_id=scans.note_scan(actor, compound_id, meeting_id, file).id,
        state=state,
        received_at=received_at,
        registered_by=actor.account_id,
        registered_at=now,
        reason=reason,
        joint=joint,
    )
    db.session.add(row)
    _withdraw_approvals(meeting)
    db.session.flush()
    told = {"sheet_id": str(row.id), "state": state.value, "received_at": received_at.isoformat(), "joint": joint}
    trail.note(actor, meeting, "receive_paper_sheet", None, told)
    return viewing.view_of(actor, row)


def _registered(actor: Actor, meeting: Meeting, key: UUID | None) -> PaperSheet | None:
    """The sheet that the actor has registered under this key; the key of somebody else's is nobody's business."""
    sheet = db.session.get(PaperSheet, (meeting.compound_id, key)) if key else None
    if sheet and (sheet.registered_by != actor.account_id or sheet.meeting_id != meeting.id):
        raise SheetNotFound
    return sheet


def _withdraw_approvals(meeting: Meeting) -> None:
    """Whoever has approved the count approved it without this sheet, and is asked anew."""
    db.session.execute(
        delete(CountApproval).where(
            CountApproval.compound_id == meeting.compound_id, CountApproval.meeting_id == meeting.id
        )
    )


def _party_of(meeting_id: UUID, sheet: str) -> UUID:
    of_meeting, party_id = parse_sheet_id(sheet)
    if of_meeting != meeting_id:
        raise SheetOfOtherMeeting
    return party_id


def _state_of(meeting: Meeting, party_id: UUID | None, received_at: datetime, joint: bool) -> SheetState:
    """What a sheet is from the start; the first in time holds its party's vote from here on."""
    if party_id is None:
        return SheetState.UNIDENTIFIED
    party = _locked(meeting, party_id)
    if received_at >= meeting.closes_at:
        return SheetState.LATE
    if holding.is_held(party):
        return SheetState.DUPLICATE
    live = disputes.live_ballots(party)
    if live and not (joint and disputes.undecided(live)):
        return SheetState.CONFLICT
    holding.hold(party, True)
    return SheetState.OPEN


def _locked(meeting: Meeting, party_id: UUID) -> VotingParty:
    try:
        return parties.locked(meeting.compound_id, meeting.id, party_id)
    except NotYourVote:
        raise SheetOfOtherMeeting from None
