"""What is thrown away, and when (PIPL 19: no longer than needed). Every rule of the program in one list.

A dry run does what the rule does and takes it back, so it can never say another thing than the rule.
"""

import secrets
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

from sqlalchemy import Delete, Update, delete, or_, select, update

from app.compounds.models import Binding, BindingState
from app.compounds.retention import UNAPPLIED_KEPT, forget_unapplied_rolls
from app.core import clock
from app.core.db import db
from app.core.unit_of_work import unit_of_work
from app.identity import service as identity
from app.identity.console import scanning, sessions, submissions
from app.identity.repeats import forget_answered
from app.notifications.models import OutboxMessage, OutboxState
from app.org.models import GroupMember
from app.volunteering.slots.retention import KEPT as CONTACTS_KEPT
from app.volunteering.slots.retention import forget_contacts
from app.wechat_events.service import KEPT_FOR
from app.wechat_events.service import forget_old as forget_old_events
from app.wishes import terms as wish_terms
from app.wishes.service import forget_photos

APPLICATIONS_KEPT: Final = timedelta(days=365)
FORMER_MEMBERS_KEPT: Final = timedelta(days=365)
MESSAGES_KEPT: Final = timedelta(days=730)
AT_ONCE: Final = 5000


@dataclass(frozen=True)
class Rule:
    """What is forgotten and after how long. `forget` does some of it and answers of how many; 0: nothing is left."""

    name: str
    what: str
    after: Callable[[], str]
    forget: Callable[[], int]


class _Undone(Exception):
    """The dry run is over."""


def due(rule: Rule) -> int:
    """Of how many a rule would forget something now. Nothing is changed."""
    found = 0
    with suppress(_Undone), unit_of_work():
        found = _all_of(rule)
        raise _Undone
    return found


def carry_out(rule: Rule) -> int:
    """Forget what is due, some at a time; of how many."""
    done = 0
    while True:
        with unit_of_work():
            some = rule.forget()
        if not some:
            return done
        done += some


def _all_of(rule: Rule) -> int:
    found = 0
    while some := rule.forget():
        found += some
    return found


def forget_applications() -> int:
    """Erase name, note and lease of applications for a home that were refused or ended a year ago; of how many."""
    over = Binding.state.in_((BindingState.REJECTED, BindingState.REVOKED))
    told = or_(Binding.claimed_name.is_not(None), Binding.note.is_not(None), Binding.lease_ends.is_not(None))
    old = Binding.decided_at < clock.now() - APPLICATIONS_KEPT
    return _changed(update(Binding).where(over, told, old).values(claimed_name=None, note=None, lease_ends=None))


def forget_former_members() -> int:
    """Erase the numbers of those who left a group a year ago, and whose they were; of how many."""
    former = GroupMember.left_at < clock.now() - FORMER_MEMBERS_KEPT, GroupMember.account_id.is_not(None)
    nobody = {"phone": "", "phone_hash": secrets.token_bytes(32), "account_id": None}
    return _changed(update(GroupMember).where(*former).values(nobody))


def forget_messages() -> int:
    """Delete messages of two years ago, read or not; of how many. What was delivered stands with its meeting."""
    ended = OutboxMessage.state.not_in((OutboxState.CREATED, OutboxState.SENDING))
    old = select(OutboxMessage.compound_id, OutboxMessage.id).where(
        OutboxMessage.created_at < clock.now() - MESSAGES_KEPT, ended
    )
    some = old.limit(AT_ONCE).subquery()
    same = (OutboxMessage.compound_id == some.c.compound_id) & (OutboxMessage.id == some.c.id)
    return _changed(delete(OutboxMessage).where(same))


def _changed(statement: Update | Delete) -> int:
    done: Any = db.session.execute(statement, execution_options={"synchronize_session": False})
    return int(done.rowcount)


def _days(term: timedelta) -> Callable[[], str]:
    return lambda: f"{term.days} days"


RULES: Final = (
    Rule("sign-ins", "sign-ins of phones that have ended", lambda: "at once", identity.forget_ended_sessions),
    Rule("browsers", "sign-ins of browsers that have ended", lambda: "1 day", sessions.forget_ended_sessions),
    Rule("codes", "sign-in codes of the console", lambda: "1 day", scanning.forget_ended_scans),
    Rule("forms", "forms of the console that were taken", _days(submissions.KEPT), submissions.forget_old_submissions),
    Rule("requests", "answers to requests that brought a key", lambda: "1 day", forget_answered),
    Rule("rolls", "rolls that were checked and never applied", _days(UNAPPLIED_KEPT), forget_unapplied_rolls),
    Rule("pushes", "what WeChat pushed and was handled", _days(KEPT_FOR), forget_old_events),
    Rule(
        "photos", "photographs of wishes that are over", lambda: f"{wish_terms.photo_term().days} days", forget_photos
    ),
    Rule("contacts", "phone and note of bookings that are over", _days(CONTACTS_KEPT), forget_contacts),
    Rule("applications", "name and note of applications for a home", _days(APPLICATIONS_KEPT), forget_applications),
    Rule("members", "numbers of former members of groups", _days(FORMER_MEMBERS_KEPT), forget_former_members),
    Rule("messages", "messages in the inbox", _days(MESSAGES_KEPT), forget_messages),
)
"""Kept beyond: the audit log (6 months at least: Cybersecurity Law 23, once 21), meetings (5 years), service hours."""

OWN_RULES: Final = ("applications", "members", "messages")
"""Those that no other periodic job carries out."""
