"""The trail of a wish: every act on it, in the audit log."""

from typing import Any

from app.core import audit
from app.identity.actor import Actor
from app.wishes.models import Wish


def note(actor: Actor | None, wish: Wish, act: str, before: str | None = None, **after: Any) -> None:
    """Put an act on record: states and ids, never words, names or doors. No actor: the program by itself."""
    account_id = actor.account_id if actor else None
    states = {"state": before} if before else None
    audit.record(wish.compound_id, account_id, act, wish.id, before=states, after={"state": str(wish.state), **after})
