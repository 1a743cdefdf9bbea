"""The statements of a meeting's page, put together from their parts."""

from functools import cache
from pathlib import Path
from typing import Final, NamedTuple

from app.compounds.queries import BOUND_OWNERS, GUARDIANSHIPS, REPRESENTED
from app.core.db import HotStatement, sql_text
from app.meetings.voices import HOLDS, SPEAKS, SPEAKS_BOUND
from app.org.permissions import PERMISSIONS, Act

_SEES_MORE: Final = ", ".join(f"'{role}'" for role in sorted(PERMISSIONS[Act.SEE_MEETING_DRAFTS]))
"""The roles to which a meeting's page may show more than to an owner, wherever they are held."""


class Left(NamedTuple):
    """What there may be for a reader's own part of a page, and what is therefore asked for.

    `guardians`: of whoever lives in the compound, by its version. By the meeting's state: whether looking at it is
    delivery, which it is as long as somebody may vote, whether ballots may still come, and whether those who run or
    supervise meetings are shown more of it than owners are.
    """

    guardians: bool
    delivers: bool
    counts: bool
    staff: bool


def _part(name: str, **parts: str) -> str:
    return sql_text(Path(__file__).parent / f"{name}.sql", **parts)


_TURNOUT: Final = _part("parts/turnout")
_STAFF: Final = _part("parts/staff", sees_more=_SEES_MORE)

GLANCE: Final = HotStatement.of(_part("glance", staff=_STAFF, standing=_part("parts/standing")))
"""What the tag of a page is made of, as one text; nothing for who may be shown more than an owner."""
GLANCE_ONCE_COUNTED: Final = HotStatement.of(_part("glance", staff=_STAFF, standing=""))
"""The same but for the number of ballots, which is known."""
ROW: Final = HotStatement.of(_part("row", guardianships=GUARDIANSHIPS, more=""))
"""(the compound's version, the meeting's row as a number that any change of the row changes, whether there are
guardians): for whoever has kept what all see."""
SHARED: Final = HotStatement.of(_part("row", guardianships=GUARDIANSHIPS, more=_part("shared", turnout=_TURNOUT)))
"""The same, and what all see as JSON."""


@cache
def of(left: Left) -> HotStatement:
    """What a reader is shown besides what all see: (account_id, version, ballots that stand, persons and area that took
    part, own part as JSON); these three are NULL where ballots are not counted.

    To start a part that finds nothing costs more than to read one that finds something.
    """
    own = _part(
        "own",
        speaks=SPEAKS if left.guardians else SPEAKS_BOUND,
        holds=HOLDS,
        opened=_part("parts/opened") if left.delivers else "NULL",
        homes=_part("parts/homes") if left.delivers else "NULL",
        turn=_part("parts/turn") if left.guardians else "NULL",
    )
    text = _part(
        "read",
        taken="taken.standing, taken.persons, taken.area_centi" if left.counts else "NULL, NULL, NULL",
        turnout=f"CROSS JOIN LATERAL ({_TURNOUT}) AS taken" if left.counts else "",
        staff=_STAFF if left.staff else "false",
        own=own,
        represented=REPRESENTED if left.guardians else BOUND_OWNERS,
    )
    return HotStatement.of(text.replace("%(account_id)s", "me.account_id"))
