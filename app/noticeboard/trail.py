"""The trail of an entry: every act on it, in the audit log."""

from typing import Any

from app.core import audit
from app.identity.actor import Actor
from app.noticeboard.models import Entry


def note(actor: Actor | None, entry: Entry, act: str, before: str | None = None, **after: Any) -> None:
    """Put an act on record: states, ids and dates, never words or names. No actor: the program by itself."""
    account_id = actor.account_id if actor else None
    states = {"state": str(before)} if before else None
    audit.record(
        entry.compound_id, account_id, act, entry.id, before=states, after={"state": str(entry.state), **after}
    )
