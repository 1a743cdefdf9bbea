"""The operator's look into the outbox of an embedded database: how far a meeting's messages are.

The only thing that the demonstration reads past the public HTTP: nothing there tells what is in doubt.
"""

import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, LiteralString

import psycopg

from app.core.settings import Settings
from launcher.errors import LauncherError

IN_FLIGHT = timedelta(seconds=15)
"""A message takes at most as long to be sent; what is `sending` for longer is in doubt."""

_STATES = """
SELECT state, state = 'sending' AND claimed_at < %(before)s AS in_doubt, count(*)
FROM outbox WHERE dedup_key LIKE %(key)s GROUP BY 1, 2
UNION ALL SELECT 'created', false, (cardinality(recipients) - written)::bigint
FROM fan_out WHERE dedup_prefix LIKE %(key)s
"""


@dataclass(frozen=True)
class Messages:
    """Messages of one kind about one subject, by what became of them."""

    by_state: dict[str, int]
    in_doubt: int

    @property
    def total(self) -> int:
        """All of them."""
        return sum(self.by_state.values())

    @property
    def settled(self) -> bool:
        """Whether nothing more will happen to any of them by itself."""
        return not self.by_state.get("created") and self.by_state.get("sending", 0) == self.in_doubt


def messages(settings: Settings, kind: str, subject_id: str, now: datetime) -> Messages:
    """The messages of a kind about a subject, at a moment of the product's clock."""
    rows = rows_of(settings, _STATES, {"before": now - IN_FLIGHT, "key": f"{kind}:{subject_id}:%"})
    by_state: dict[str, int] = {}
    for state, _, count in rows:
        by_state[state] = by_state.get(state, 0) + count
    return Messages(by_state, sum(count for _, in_doubt, count in rows if in_doubt))


class Looks:
    """Looks into an embedded database, again and again, over one connection; one that broke is made anew."""

    def __init__(self, settings: Settings) -> None:
        self._address = settings.libpq_url
        self._session: psycopg.Connection[Any] | None = None

    def __enter__(self) -> "Looks":
        return self

    def __exit__(self, *_: object) -> None:
        if self._session is not None:
            self._session.close()
            self._session = None

    def rows(self, query: LiteralString, parameters: Mapping[str, Any], patience_s: float = 60) -> list[Any]:
        """The rows of a query; a server that is coming up again is waited for. Raises LauncherError."""
        deadline = time.monotonic() + patience_s
        while True:
            try:
                if self._session is None:
                    self._session = psycopg.connect(self._address, autocommit=True, connect_timeout=5)
                return self._session.execute(query, parameters).fetchall()
            except psycopg.OperationalError:
                self.__exit__()
                if time.monotonic() > deadline:
                    raise LauncherError("PostgreSQL did not come back.") from None
                time.sleep(0.1)


def rows_of(settings: Settings, query: LiteralString, parameters: Mapping[str, Any]) -> list[Any]:
    """The rows of one look."""
    with Looks(settings) as looks:
        return looks.rows(query, parameters)
