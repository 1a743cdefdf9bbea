"""The sender of one process: claims what is due, has it sent on threads, and records what became of it.

The main thread alone talks to the database, in short transactions that record what has finished and claim what comes
next; the threads know only HTTP. Critical messages are claimed and sent before the others, and some threads serve them
alone. When the database goes away, outcomes wait in memory until it is back. A killed process leaves what it held
`sending`: what was on the wire may have arrived, so it is shown and not repeated; the rest is given back (`journal`).
"""

import threading
import time
from collections.abc import Iterable
from datetime import datetime
from functools import partial
from itertools import chain

import psycopg
import structlog
from sqlalchemy.exc import DBAPIError

from app.core import clock
from app.core.db import dispose_of_engines
from app.core.queueing import Urgency
from app.core.settings import Settings
from app.core.unit_of_work import unit_of_work
from app.notifications import channels
from app.notifications.channels import Prepared
from app.notifications.delivery import Claimed, Delivery, Outcome
from app.notifications.outbox import parking
from app.notifications.outbox.claiming import claim, hold_until_morning, take_turn
from app.notifications.outbox.journal import Journal, LeftBehind, left_behind
from app.notifications.outbox.lanes import Lanes
from app.notifications.outbox.recording import record

log = structlog.get_logger(__name__)

LOOK_EVERY_S = 1.0
"""How often the outbox is looked at unasked: for what became due, and for what Redis lost."""
TURN_S = 0.02
RETRY_DATABASE_S = 0.5
PARKED_BATCH = 500
DATABASE_ERRORS = (DBAPIError, psycopg.Error)  # also those of statements that go past SQLAlchemy


class Engine:
    """Sends from the outbox until it is stopped. `wake` may be called by any thread, all else by one."""

    def __init__(
        self, settings: Settings, urgencies: Iterable[Urgency] = tuple(Urgency), journal: Journal | None = None
    ) -> None:
        self._settings = settings
        self._urgencies = tuple(urgencies)
        self._something = threading.Event()
        self._journal = journal
        begin = journal.begin if journal else _unnoticed
        self._lanes = Lanes(settings.send_threads, begin, partial(channels.deliver, settings), self._something.set)
        self._rung: set[Urgency] = set()
        self._expected: set[Urgency] = set(self._urgencies)
        self._unrecorded: list[Outcome] = []
        self._left_behind: list[LeftBehind] = []
        self._parked: dict[str, datetime] = {}
        self._look_at = 0.0
        self.attempted = 0

    def wake(self, urgency: Urgency) -> None:
        """Something of this urgency has been written."""
        self._rung.add(urgency)
        self._something.set()

    def run(self, stop: threading.Event) -> None:
        """Send until told to stop; then finish what is under way and give the rest back."""
        try:
            while not stop.is_set():
                if not self._turn():
                    stop.wait(RETRY_DATABASE_S)
                busy = self._lanes.busy or self._expected or self._unrecorded
                self._something.wait(TURN_S if busy else max(0, self._look_at - time.monotonic()))
                self._something.clear()
        finally:
            self.close()

    def drain(self) -> int:
        """Send what is due now; how many messages were attempted."""
        try:
            self._expected = set(self._urgencies)
            while self._expected or self._lanes.busy or self._unrecorded:
                self._turn()
                self._something.wait(TURN_S)
                self._something.clear()
        finally:
            self.close()
        return self.attempted

    def close(self) -> None:
        """Give back what no thread has begun, wait for the rest, and record all of it."""
        self._give_back(self._lanes.withdraw())
        self._lanes.close()
        self._take_finished()
        self._expected.clear()
        while not self._recorded_and_claimed():
            time.sleep(RETRY_DATABASE_S)
        if self._journal:
            self._journal.close()

    def _turn(self) -> bool:
        """Record what has finished and claim what comes next; whether the database did its part."""
        self._take_finished()
        self._expected |= {self._rung.pop() for _ in range(len(self._rung))}
        if look := time.monotonic() >= self._look_at:
            self._expected |= set(self._urgencies)
            self._look_at = time.monotonic() + LOOK_EVERY_S
            if self._journal:
                self._left_behind += (found := left_behind(self._journal.folder))
                self._give_back(chain.from_iterable(one.prepared for one in found))
        return self._recorded_and_claimed(look)

    def _take_finished(self) -> None:
        finished = self._lanes.finished()
        self._unrecorded += finished
        self._expected |= {outcome.message.urgency for outcome in finished}
        self.attempted += len(finished)
        if any(outcome.parks for outcome in finished):
            self._give_back(self._lanes.withdraw())
            self._look_at = 0.0

    def _recorded_and_claimed(self, look: bool = False) -> bool:
        """Both in one transaction, since each waits for the disk; whether the database did its part."""
        if not self._unrecorded and not self._expected:
            return True
        batches: dict[Urgency, list[Prepared]] = {}
        try:
            with unit_of_work():
                if self._expected:
                    take_turn()
                record(self._unrecorded)
                if self._expected:
                    self._claim(look, batches)
        except DATABASE_ERRORS as error:
            for prepared in batches.values():  # the answer to the commit may have been lost: they may be claimed
                self._give_back(prepared)
            return _only_away(error)
        self._unrecorded = []
        while self._left_behind:
            self._left_behind.pop().forget()
        for urgency, prepared in batches.items():
            self._lanes.put(urgency, prepared)
        return True

    def _claim(self, look: bool, batches: dict[Urgency, list[Prepared]]) -> None:
        if look:
            hold_until_morning()
            self._parked = parking.parked()
        for urgency in self._urgencies:
            if urgency in self._expected:
                batches[urgency] = self._batch(urgency)
        if self._journal:
            self._journal.waiting(chain(self._lanes.waiting(), *batches.values()))

    def _batch(self, urgency: Urgency) -> list[Prepared]:
        """Claim some messages; those that are to be sent. What cannot be sent is recorded at once."""
        most = self._lanes.room(urgency)
        if most <= 0:
            return []
        claimed = claim(urgency, PARKED_BATCH if self._parked else most)
        if not claimed:
            self._expected.discard(urgency)
            return []
        now = clock.now()
        late = [Outcome(message, Delivery.EXPIRED, "expired") for message in claimed if message.expires_at <= now]
        prepared, hopeless = channels.prepare(
            self._settings, [message for message in claimed if message.expires_at > now], self._parked
        )
        waiting = [
            one.outcome(Delivery.RELEASED, "parked", until)
            for one in prepared
            if (until := one.rests_until(self._parked))
        ]
        record([*late, *hopeless, *waiting])
        return [one for one in prepared if not one.rests_until(self._parked)]

    def _give_back(self, prepared: Iterable[Prepared]) -> None:
        self._unrecorded += [one.outcome(Delivery.RELEASED, "released") for one in prepared]


def _unnoticed(message: Claimed) -> None:
    """Where nobody keeps a journal."""


def _only_away(error: Exception) -> bool:
    """False where the database is away and will be back; raises what is a mistake of ours."""
    cause = error.orig if isinstance(error, DBAPIError) else error
    if not isinstance(cause, psycopg.OperationalError | psycopg.InterfaceError):
        raise error
    log.warning("database_away", error=type(cause).__name__)
    dispose_of_engines()
    return False
