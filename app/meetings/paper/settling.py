"""Before the count: no sheet waits, every clash was seen. At the count: the figures of the paper for its record."""

from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, func, or_, select

from app.core import clock
from app.core.db import db
from app.identity.actor import Actor
from app.meetings import parties, policy, states, trail
from app.meetings.models import Ballot, Meeting, PaperSheet, VotingParty
from app.meetings.paper import holding, viewing
from app.meetings.paper.errors import AsideAsked, SheetSettled, SheetsUnsettled
from app.meetings.paper.models import CLASHING, UNREAD, SheetState
from app.meetings.paper.receiving import WHILE

SHOWN = 100


def settle_sheet(actor: Actor, compound_id: UUID, meeting_id: UUID, sheet_id: UUID, reason: str) -> viewing.SheetView:
    """Take a sheet that waits out of the vote, by two people, or mark a clash as seen: the secretary's, with a reason.

    To set a sheet aside secretary or supervisor asks with the reason, and another one of them does it. It gives its
    party's vote free again; its scan stays. One that counts cannot be taken out.
    Raises Forbidden, MeetingNotFound, WrongMeetingState, SheetNotFound, SheetSettled, AsideAsked.
    """
    policy.require_see_drafts(actor, compound_id)
    meeting = states.locked(compound_id, meeting_id, clock.now(), *WHILE)
    sheet = viewing.existing(compound_id, meeting_id, sheet_id, locked=True)
    before = SheetState(sheet.state)
    if before not in (*UNREAD, *CLASHING) or sheet.settled_at:
        raise SheetSettled(state=before.value, state_text=viewing.STATE_TEXT[before])
    if before in UNREAD and sheet.aside_by is None:
        _ask_aside(actor, meeting, sheet, reason)
        return viewing.view_of(actor, sheet)
    if before in UNREAD:
        _set_aside(actor, sheet)
    else:
        policy.require_manage(actor, compound_id)
        sheet.reason = reason
    sheet.settled_by, sheet.settled_at = actor.account_id, clock.now()
    db.session.flush()
    told = {"sheet_id": str(sheet_id), "state": sheet.state, "reason": reason}
    trail.note(actor, meeting, "settle_paper_sheet", {"state": before}, told)
    return viewing.view_of(actor, sheet)


def _ask_aside(actor: Actor, meeting: Meeting, sheet: PaperSheet, reason: str) -> None:
    sheet.aside_by, sheet.aside_at, sheet.aside_reason = actor.account_id, clock.now(), reason
    db.session.flush()
    trail.note(actor, meeting, "ask_to_set_sheet_aside", None, {"sheet_id": str(sheet.id), "reason": reason})


def _set_aside(actor: Actor, sheet: PaperSheet) -> None:
    if sheet.aside_by == actor.account_id:
        raise AsideAsked(asked_at=sheet.aside_at.isoformat() if sheet.aside_at else None)
    assert sheet.party_id
    sheet.state, sheet.reason = SheetState.SET_ASIDE, sheet.aside_reason
    holding.hold(parties.locked(sheet.compound_id, sheet.meeting_id, sheet.party_id), False)


def require_settled(meeting: Meeting) -> None:
    """Refuse the count while a sheet waits for entries, for agreement or for the secretary. Raises SheetsUnsettled."""
    number = unsettled(meeting)
    if not number:
        return
    rows = db.session.execute(
        select(PaperSheet.id, PaperSheet.state, VotingParty.number)
        .join(
            VotingParty,
            and_(
                VotingParty.compound_id == PaperSheet.compound_id,
                VotingParty.meeting_id == PaperSheet.meeting_id,
                VotingParty.id == PaperSheet.party_id,
            ),
        )
        .where(*_of(meeting), _waiting())
        .order_by(VotingParty.number)
        .limit(SHOWN)
    )
    raise SheetsUnsettled(
        number=number,
        sheets=[
            {"sheet_id": str(sheet_id), "state": state, "party_number": party_number}
            for sheet_id, state, party_number in rows
        ],
    )


def unsettled(meeting: Meeting) -> int:
    """How many sheets wait for entries, for agreement or for the secretary."""
    return db.session.scalar(select(func.count()).where(*_of(meeting), _waiting())) or 0


def _waiting() -> ColumnElement[bool]:
    return or_(PaperSheet.state.in_(UNREAD), and_(PaperSheet.state.in_(CLASHING), PaperSheet.settled_at.is_(None)))


def record(meeting: Meeting) -> dict[str, Any]:
    """For the count record: how many sheets counted, how many items were spoiled, and what did not count.

    Empty where no sheet was handed in.
    """
    states_found = db.session.execute(select(PaperSheet.state, func.count()).where(*_of(meeting)).group_by("state"))
    numbers = {SheetState(state): number for state, number in states_found}
    if not numbers:
        return {}
    refused = select(func.count()).where(*_of(meeting), PaperSheet.app_refused_at.is_not(None))
    spoiled = select(func.coalesce(func.sum(func.cardinality(Ballot.spoiled)), 0)).where(
        Ballot.compound_id == meeting.compound_id, Ballot.meeting_id == meeting.id
    )
    return {
        "paper": {
            "ballots": numbers.get(SheetState.CONFIRMED, 0),
            "spoiled_items": int(db.session.scalar(spoiled) or 0),
            "late": numbers.get(SheetState.LATE, 0),
            "unidentified": numbers.get(SheetState.UNIDENTIFIED, 0),
            "after_app": numbers.get(SheetState.CONFLICT, 0),
            "before_app": db.session.scalar(refused) or 0,
            "duplicate": numbers.get(SheetState.DUPLICATE, 0),
            "set_aside": numbers.get(SheetState.SET_ASIDE, 0),
        }
    }


def _of(meeting: Meeting) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return PaperSheet.compound_id == meeting.compound_id, PaperSheet.meeting_id == meeting.id
