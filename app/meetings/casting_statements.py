"""The statement that casts a ballot, in its two forms, put together from its parts."""

from pathlib import Path
from typing import Final

from app.core.db import HotStatement, sql_text
from app.meetings.voices import HOLDS, SPEAKS

_SIGN_IN = """me AS MATERIALIZED (  -- one that is due to be kept alive has more to do than to cast
    SELECT account_id FROM login_session WHERE token_hash = %(token_hash)s AND expires_at >= %(kept_alive)s
), """


def _part(name: str, **parts: str) -> str:
    return sql_text(Path(__file__).parent / f"{name}.sql", **parts)


def _casting(**parts: str) -> str:
    return _part("casting", **parts, speaks=SPEAKS, holds=HOLDS)


CAST: Final = HotStatement.of(
    _casting(
        sign_in="",
        mandated="), mandated AS (\n" + _part("casting_mandated"),
        parties="SELECT * FROM own UNION ALL SELECT * FROM mandated LIMIT 1",
        outcome=_part("casting_outcome"),
    )
)
"""One row: the ballot's id, or why there is none, as JSON. Parameters and their meaning: app/meetings/casting.py."""

CAST_AT_ONCE: Final = HotStatement.of(
    _casting(sign_in=_SIGN_IN, mandated="", parties="SELECT * FROM own", outcome="SELECT id FROM accepted").replace(
        "%(account_id)s", "(SELECT account_id FROM me)"
    )
)
"""The ballot's id, or no row where nothing was written. It finds the sign-in as well, and asks for no mandate."""
