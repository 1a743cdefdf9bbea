"""The statements of the home, put together from the parts that stand with their domains."""

from itertools import product
from pathlib import Path
from typing import NamedTuple

from app.compounds.queries import BOUND_OWNERS, GUARDIANSHIPS, REPRESENTED
from app.core.db import HotStatement, sql_text
from app.meetings.voices import HOLDS, SPEAKS, SPEAKS_BOUND

_APP = Path(__file__).parent.parent


def _text(domain: str, file: str, **parts: str) -> str:
    return sql_text(_APP / domain / file, **parts)


_HELD = {"held": _text("org", "held.sql")}
_REPRESENTED = {"represented": REPRESENTED}
_OF_THE_READER = {
    "to_cast": _text("meetings", "to_cast.sql"),
    "speaks": SPEAKS,
    "holds": HOLDS,
    "any_activity": _text("volunteering", "any_own.sql"),
    "any_wish_to_do": _text("wishes", "any_to_do.sql"),
    "any_notice_to_do": _text("noticeboard", "any_to_do.sql"),
    **_REPRESENTED,  # the last: the parts before it have a place for it
}
_MORE_OF_THE_READER = _REPRESENTED | {
    "activities": _text("volunteering", "own.sql"),
    "wishes_to_do": _text("wishes", "to_dos.sql"),
    "notices_to_do": _text("noticeboard", "to_dos.sql"),
}
_OF_ALL = {
    "current_meetings": _text("meetings", "current.sql"),
    "meetings": _text("meetings", "home.sql"),
    "meeting_turn": _text("meetings", "turn.sql"),
    "votes_left": _text("meetings", "votes_left.sql"),
    "unfinished_wishes": _text("wishes", "unfinished.sql"),
    "wishes": _text("wishes", "home.sql"),
    "wish_turn": _text("wishes", "turn.sql"),
    "coming_slots": _text("volunteering", "coming.sql"),
    "activities": _text("volunteering", "home.sql"),
    "activity_turn": _text("volunteering", "turn.sql"),
    "current_entries": _text("noticeboard", "current.sql"),
    "notices": _text("noticeboard", "home.sql"),
    "notice_turn": _text("noticeboard", "turn.sql"),
    "entries_left": _text("noticeboard", "entries_left.sql"),
    "guardianships": GUARDIANSHIPS,
    "guardian_turn": _text("compounds", "turn.sql"),
}


class Left(NamedTuple):
    """What a compound may have for a reader's own part, and what is therefore asked for.

    `votes`: those that are open. `rare`: guardians, or entries that ask anybody anything: one for both, since each
    connection plans each statement anew, which takes as long as fifty readers.
    """

    votes: bool
    rare: bool


ALL_LEFT = Left(*(True for _ in Left._fields))


def _visit(left: Left) -> str:
    nothing = {} if left.votes else {"to_cast": "SELECT '{}'"}
    if not left.rare:
        nothing |= {"represented": BOUND_OWNERS, "speaks": SPEAKS_BOUND, "any_notice_to_do": "false"}
    text = _text("home", "visit.sql", **_OF_THE_READER | nothing)
    return text.replace("%(account_id)s", "me.account_id")


GLANCE = HotStatement.of(_text("home", "glance.sql"))
"""What a home's tag is made of, as one text, if there is nothing to do but to look."""
VISITS = {
    left: HotStatement.of(_visit(left)) for left in map(Left._make, product((True, False), repeat=len(Left._fields)))
}
"""(account_id, expires_at, version, whether the account holds a role, unread messages, whether it stands for an owner,
buildings and votes to cast as JSON, whether there is more) by what may be there: to start the rest of the statement,
which finds nothing, costs more than what it finds."""
MORE = HotStatement.of(_text("home", "own.sql", **_MORE_OF_THE_READER))
"""(activities and to-dos of an account as JSON,)."""
WHOLE = HotStatement.of(
    _text("home", "whole.sql", visit=_visit(ALL_LEFT), shared=_text("home", "shared.sql", **_OF_ALL))
)
"""As VISITS with all that may be there, then (what all readers see as JSON, until when the time leaves it, *Left)."""
DUTIES = HotStatement.of(_text("home", "duties.sql", **_HELD, notices=_text("noticeboard", "duties.sql")))
"""(roles and what waits for them as JSON,) of an account in a compound."""
DESK = HotStatement.of(_text("home", "desk.sql", **_HELD, **_REPRESENTED))
"""(all that waits on a compound's desk for an account as JSON,)."""
