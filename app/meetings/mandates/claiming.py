"""A mandate names its proxy by a phone number, and waits until somebody proves that number.

Whoever gives it is answered the same, whether or not the number has an account: nobody learns from it who uses this
program.
"""

from uuid import UUID

from sqlalchemy import select, update

from app.core import clock
from app.core.db import db
from app.identity.actor import Actor
from app.meetings import trail
from app.meetings.models import Mandate, Meeting


def claim(account_id: UUID, phone_hash: bytes) -> None:
    """Let the account that proved a number hold the mandates that wait for it, in meetings that are not over.

    Not one that it entered itself from paper: nobody makes a proxy of themselves.
    """
    running = select(Meeting.id).where(
        Meeting.compound_id == Mandate.compound_id,
        Meeting.id == Mandate.meeting_id,
        Meeting.cancelled_at.is_(None),
        Meeting.closes_at > clock.now(),
    )
    taken = db.session.scalars(
        update(Mandate)
        .where(
            Mandate.proxy_hash == phone_hash,
            Mandate.account_id.is_(None),
            Mandate.revoked_at.is_(None),
            ~(Mandate.on_paper & (Mandate.given_by == account_id)),
            running.exists(),
        )
        .values(account_id=account_id)
        .returning(Mandate)
        .execution_options(synchronize_session=False, populate_existing=True)
    ).all()
    for mandate in taken:
        meeting = db.session.get_one(Meeting, (mandate.compound_id, mandate.meeting_id))
        trail.note(Actor(account_id), meeting, "claim_mandate", None, {"mandate_id": str(mandate.id)})
