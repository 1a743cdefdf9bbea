"""After a soak: wait until all is done that was promised, also what the night holds back, and look at every receipt."""

import time
from collections import Counter
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any, Final, LiteralString

from app.core.settings import Settings
from benchmarks.town import Town
from commands.backup import checking

LONGEST_S: Final = 180
_LOGGED: LiteralString = "SELECT count(*) FROM log_leaf WHERE ballot_id IS NOT NULL"
_STATES: LiteralString = "SELECT state, count(*) FROM outbox GROUP BY state"
_UNSETTLED: LiteralString = """
SELECT kind || ' ' || state || coalesce(' ' || outcome, ''), count(*) FROM outbox
WHERE state IN ('created', 'sending') GROUP BY 1
"""
_RECEIPTS: LiteralString = """
SELECT account.openid, outbox.state FROM outbox JOIN account ON account.id = outbox.account_id
WHERE outbox.kind = 'ballot_received'
"""


@dataclass(frozen=True)
class Settled:
    """What became of the messages.

    seconds      until nothing was due any more, and every ballot was in the log
    held         messages that the quiet hours held back (21:00 to 8:00 in China)
    unsettled    what was still not sent when the morning had come (where the clock can be moved), or is in doubt, by
                 kind, state and outcome
    arrived, missing   receipts in doubt, by whether they are on the phone
    receipts_wrong     receipts that the outbox and the phone do not agree on, or that were not sent at all
    not_in_the_log     ballots that no leaf of the ballot log names
    """

    seconds: float
    held: int
    messages: dict[str, int]
    unsettled: dict[str, int]
    arrived: int
    missing: int
    receipts_wrong: int
    messages_twice: int
    not_in_the_log: int

    @property
    def never_sent(self) -> int:
        """Messages that nobody sends any more, though nothing says so."""
        return sum(count for what, count in self.unsettled.items() if " created" in what)

    def figures(self) -> dict[str, Any]:
        """For the JSON line."""
        told = asdict(self)
        names = ("held", "messages", "unsettled", "arrived", "missing")
        return {"settled_after_s": self.seconds, **{name: told[name] for name in names}}


def settle(town: Town, ballots: int) -> Settled:
    """Wait, at most LONGEST_S each for what is left of the load and for what the morning brings, and look."""
    began = time.monotonic()
    _wait(lambda: town.settled() and town.rows(_LOGGED)[0][0] >= ballots)
    seconds, held = round(time.monotonic() - began, 1), town.held()
    inbox = town.inbox_counts()
    verdicts = Counter(_verdict(state, inbox.get(openid, 0)) for openid, state in town.rows(_RECEIPTS))
    if town.settings.movable_clock:
        town.until_morning()
        _wait(town.settled)
    return Settled(
        seconds,
        held,
        dict(town.rows(_STATES)),
        dict(town.rows(_UNSETTLED)),
        verdicts["arrived"],
        verdicts["missing"],
        verdicts["wrong"],
        sum(count > 1 for count in inbox.values()),
        ballots - int(town.rows(_LOGGED)[0][0]),
    )


def wrong_in_the_logs(settings: Settings) -> list[str]:
    """What is not as it was written in the ballot logs and the audit logs, in sentences."""
    return checking.check(settings, None, lambda _: None).wrong


def _verdict(state: str, messages: int) -> str:
    known = {("sent", 1): "once", ("sending", 1): "arrived", ("sending", 0): "missing"}
    return known.get((state, messages), "wrong")


def _wait(reached: Callable[[], bool]) -> None:
    deadline = time.monotonic() + LONGEST_S
    while not reached() and time.monotonic() < deadline:
        time.sleep(0.5)
