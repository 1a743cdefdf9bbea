"""The statements of a meeting's page, put together from their parts."""

from pathlib import Path
from typing import Final

from app.compounds.queries import REPRESENTED
from app.core.db import HotStatement, sql_text
from app.meetings.voices import HOLDS, SPEAKS
from app.org.permissions import PERMISSIONS, Act

_SEES_MORE: Final = ", ".join(f"'{role}'" for role in sorted(PERMISSIONS[Act.SEE_MEETING_DRAFTS]))
"""The roles to which a meeting's page shows more than to an owner, wherever they are held."""


def _part(name: str, **parts: str) -> str:
    return sql_text(Path(__file__).parent / f"{name}.sql", **parts, sees_more=_SEES_MORE)


def _reading(shared: str) -> HotStatement:
    represented = REPRESENTED.replace("%(account_id)s", "(SELECT account_id FROM me)")
    own = _part("own", speaks=SPEAKS, holds=HOLDS).replace("%(account_id)s", "me.account_id")
    return HotStatement.of(_part("read", represented=represented, own=own, shared=shared))


GLANCE: Final = HotStatement.of(_part("glance"))
"""What the tag of a page is made of, as one text."""
OWN: Final = _reading("")
"""(account_id, version, the meeting's row as a number, ballots that stand, persons and area that took part, own part as
JSON): for whoever has kept what all see."""
WHOLE: Final = _reading(_part("shared"))
"""The same, and what all see as JSON."""
