"""Whether a party's vote is held by its signed sheet, so that nobody casts for it in the app.

A sheet holds from its registration, and not from the moment at which, so its registrar, it was handed in: that moment
has no witness but the registrar, and a ballot in the app has a signed receipt. So no word of staff can unseat a ballot
that was accepted, and an accepted ballot is always a counted one; whoever wants a sheet to be first registers it at
once, with its picture, where it is handed in. The moment of handing in decides only whether it was in time.

casting.sql reads the flag on the party's owners under a lock: a sheet and a ballot at the same moment take turns.
"""

from datetime import datetime
from uuid import UUID

from sqlalchemy import select, update

from app.core import clock
from app.core.db import HotStatement, db, fetch_one_alone
from app.core.errors import AppError
from app.meetings.models import PaperSheet, VotingParty, VotingPartyOwner
from app.meetings.paper.errors import PaperHandedIn
from app.meetings.paper.models import HOLDING

_NOTE_ATTEMPT = HotStatement.of(
    """
    UPDATE paper_sheet AS sheet
    SET app_refused_at = CASE WHEN %(now)s < meeting.closes_at THEN %(now)s ELSE app_refused_at END
    FROM meeting
    WHERE meeting.compound_id = sheet.compound_id AND meeting.id = sheet.meeting_id
      AND sheet.compound_id = %(compound_id)s AND sheet.meeting_id = %(meeting_id)s
      AND sheet.party_id = %(party_id)s AND sheet.state IN ('open', 'mismatched', 'confirmed')
    RETURNING sheet.id
    """
)


def hold(party: VotingParty, held: bool) -> None:
    """Let the party vote on paper only, or in the app again. The caller has locked the meeting."""
    db.session.execute(
        update(VotingPartyOwner)
        .where(
            VotingPartyOwner.compound_id == party.compound_id,
            VotingPartyOwner.meeting_id == party.meeting_id,
            VotingPartyOwner.party_id == party.id,
        )
        .values(paper_votes=held)
        .execution_options(synchronize_session=False)
    )


def received_at(party: VotingParty) -> datetime | None:
    """When the party's sheet that counts or may count was handed in; None where there is none."""
    held = select(PaperSheet.received_at).where(
        PaperSheet.compound_id == party.compound_id,
        PaperSheet.meeting_id == party.meeting_id,
        PaperSheet.party_id == party.id,
        PaperSheet.state.in_(HOLDING),
    )
    return db.session.scalar(held)


def is_held(party: VotingParty) -> bool:
    """Whether a sheet of the party is on record that counts or may count."""
    return received_at(party) is not None


def refusal(compound_id: UUID, meeting_id: UUID, party_id: UUID) -> AppError | None:
    """What to answer a party's member who casts in the app although the sheet was first; None where none holds.

    That somebody tried is noted for the secretary, in a transaction of its own, since the request is refused.
    """
    tried = {"compound_id": compound_id, "meeting_id": meeting_id, "party_id": party_id, "now": clock.now()}
    return PaperHandedIn() if fetch_one_alone(_NOTE_ATTEMPT, tried) else None
