"""Forms that are sent twice, by a double tap or after a lost answer: the act is done once.

A page gives each of its forms a token of its own. What the form asks for and the token are written together: of two
that are sent at the same time the second waits for the first, and where the first is refused it is tried itself. An act
that commits on its way and ends there is tried again too: it has written no address.
"""

from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

from sqlalchemy import delete, select, update
from sqlalchemy.dialects.postgresql import insert

from app.core import clock
from app.core.db import db
from app.identity.actor import Actor
from app.identity.console.models import ConsoleSubmission

KEPT = timedelta(days=1)


def once(actor: Actor, token: UUID, act: Callable[[], str]) -> str:
    """Do an act unless this form has done it already, in the caller's unit of work.

    `act` answers the address that the form leads to; so does this, for the first time and every other.
    """
    own = {"account_id": actor.account_id, "token": token}
    first = db.session.scalar(
        insert(ConsoleSubmission)
        .values(**own, address="", sent_at=clock.now())
        .on_conflict_do_nothing()
        .returning(ConsoleSubmission.token)
    )
    mine = (ConsoleSubmission.account_id == actor.account_id, ConsoleSubmission.token == token)
    done = "" if first else db.session.scalars(select(ConsoleSubmission.address).where(*mine)).one()
    if done:
        return done
    address = act()
    db.session.execute(update(ConsoleSubmission).where(*mine).values(address=address))
    return address


def forget_old_submissions() -> int:
    """Delete what no open page can send again; how many."""
    old = db.session.execute(delete(ConsoleSubmission).where(ConsoleSubmission.sent_at < clock.now() - KEPT))
    return int(old.rowcount)  # type: ignore[attr-defined]
