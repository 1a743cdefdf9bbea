"""A sheet that two people read alike becomes its party's ballot, with leaf and receipt as one cast in the app.

Its moment is the one at which the sheet was handed in: before the close, also where it is entered afterwards. The
sequencer gives it its place in the log, at the latest the count.
"""

from secrets import token_bytes

from app.core.db import db
from app.core.ids import new_id
from app.core.work import BALLOTS
from app.meetings import parties, telling
from app.meetings.co_owners import disputes
from app.meetings.log import leaves, sequencing
from app.meetings.models import Ballot, BallotChannel, BallotState, Meeting, PaperEntry, PaperSheet
from app.meetings.paper import holding
from app.meetings.paper.models import SheetState


def make_ballot(meeting: Meeting, sheet: PaperSheet, entry: PaperEntry) -> Ballot | None:
    """Write the ballot, and tell the party's members who use the app. The caller has locked meeting and sheet.

    Disputed ballots of co-owners give way to it if all have signed it. Where not all have, or one of the ballots has
    come to count, as by a sale, the sheet is a clash, and there is no ballot.
    """
    assert sheet.party_id
    party = parties.locked(sheet.compound_id, sheet.meeting_id, sheet.party_id)
    live = disputes.live_ballots(party)
    if live and not (sheet.joint and entry.joint and disputes.undecided(live)):
        BALLOTS.add("paper", "conflict")
        sheet.state = SheetState.CONFLICT
        holding.hold(party, False)
        return None
    disputes.give_way(live)
    ballot = Ballot(
        compound_id=sheet.compound_id,
        id=new_id(),
        meeting_id=sheet.meeting_id,
        party_id=party.id,
        state=BallotState.EFFECTIVE,
        channel=BallotChannel.PAPER,
        choices=entry.choices,
        area_centi=party.area_centi,
        accepted_at=sheet.received_at,
        nonce=token_bytes(leaves.NONCE_BYTES),
    )
    if entry.marks:
        ballot.marks = entry.marks
    if entry.spoiled:
        ballot.spoiled = entry.spoiled
    sequencing.seal(meeting, ballot)
    BALLOTS.add("paper", "accepted")
    db.session.add(ballot)
    db.session.flush()
    sheet.state, sheet.ballot_id = SheetState.CONFIRMED, ballot.id
    db.session.flush()
    telling.tell_paper_ballot(meeting, ballot)
    return ballot
