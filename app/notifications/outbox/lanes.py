"""The threads that send: the most urgent first, and some of them for critical messages alone."""

import threading
from collections import deque
from collections.abc import Callable, Sequence

import structlog

from app.core.queueing import Urgency
from app.notifications.channels import Prepared
from app.notifications.delivery import Claimed, Delivery, Outcome

log = structlog.get_logger(__name__)

_CRITICAL_ALONE = (Urgency.CRITICAL,)
STOCK = 4
"""Messages claimed for each thread, the one under way among them: they last while PostgreSQL takes its time over a
commit, as long as WeChat takes for three answers. So many at most are in doubt after a kill -9."""


class Lanes:
    """A short queue of prepared messages, and threads that deliver them.

    `threads` serve every urgency; a quarter as many more serve critical messages alone, so that one is on its way at
    once however slowly WeChat answers the others. Once a channel has answered that it is to rest, no thread begins
    another message until the sender knows of it and has withdrawn what waits.
    """

    def __init__(
        self,
        threads: int,
        begin: Callable[[Claimed], None],
        deliver: Callable[[Prepared], Outcome],
        on_finished: Callable[[], None],
    ) -> None:
        self.threads = threads
        self._begin = begin
        self._deliver = deliver
        self._on_finished = on_finished
        lock = threading.RLock()
        self._condition, self._reserved = threading.Condition(lock), threading.Condition(lock)
        self._waiting: dict[Urgency, deque[Prepared]] = {urgency: deque() for urgency in Urgency}
        self._finished: deque[Outcome] = deque()
        self._in_flight = 0
        self._halted = False
        self._closed = False
        served = [tuple(Urgency)] * threads + [_CRITICAL_ALONE] * max(1, threads // 4)
        self._threads = [
            threading.Thread(target=self._work, args=(urgencies,), name=f"send-{number}", daemon=True)
            for number, urgencies in enumerate(served)
        ]
        for thread in self._threads:
            thread.start()

    @property
    def depth(self) -> int:
        """Messages that wait or are under way."""
        return self._in_flight + sum(map(len, self._waiting.values()))

    def room(self, urgency: Urgency) -> int:
        """How many more of this urgency may be claimed; critical messages wait for no others."""
        if urgency is Urgency.CRITICAL:
            return self.threads - len(self._waiting[urgency])
        return self.threads * STOCK - self.depth

    @property
    def busy(self) -> bool:
        """Whether anything waits, is under way, or has finished and was not asked for."""
        with self._condition:
            return bool(self.depth or self._finished)

    def put(self, urgency: Urgency, prepared: Sequence[Prepared]) -> None:
        """Send these."""
        with self._condition:
            self._waiting[urgency].extend(prepared)
            self._condition.notify(len(prepared))  # only threads that serve it: a wake-up spent on another is lost
            if urgency is Urgency.CRITICAL:
                self._reserved.notify(len(prepared))

    def finished(self) -> list[Outcome]:
        """What became of those that were sent since the last call."""
        return [self._finished.popleft() for _ in range(len(self._finished))]

    def waiting(self) -> list[Prepared]:
        """What no thread has begun."""
        with self._condition:
            return [prepared for waiting in self._waiting.values() for prepared in waiting]

    def withdraw(self) -> list[Prepared]:
        """Take back what no thread has begun. The threads go on, unless such an answer has come since `finished`."""
        with self._condition:
            withdrawn = [prepared for waiting in self._waiting.values() for prepared in waiting]
            for waiting in self._waiting.values():
                waiting.clear()
            self._halted = any(outcome.parks for outcome in self._finished)
            return withdrawn

    def close(self) -> None:
        """Wait for what is under way, and end the threads. Call `withdraw` first."""
        with self._condition:
            self._closed = True
            self._condition.notify_all()
            self._reserved.notify_all()
        for thread in self._threads:
            thread.join()

    def _work(self, served: tuple[Urgency, ...]) -> None:
        while (prepared := self._next(served)) is not None:
            outcome = self._outcome(prepared)
            with self._condition:
                self._in_flight -= 1
                self._halted |= outcome.parks
                self._finished.append(outcome)
                many = len(self._finished) >= self.threads // 2
                hungry = self._halted or many or not any(self._waiting.values())
            if hungry:
                self._on_finished()

    def _outcome(self, prepared: Prepared) -> Outcome:
        try:
            return self._deliver(prepared)
        except Exception as error:  # a mistake of ours: nobody knows how far it got, and the thread must live
            log.exception("delivery_broke", message_id=str(prepared.message.id))
            return prepared.outcome(Delivery.UNKNOWN, type(error).__name__)

    def _next(self, served: tuple[Urgency, ...]) -> Prepared | None:
        with self._condition:
            while True:
                for urgency in () if self._halted else served:
                    if self._waiting[urgency]:
                        self._in_flight += 1
                        prepared = self._waiting[urgency].popleft()
                        self._begin(prepared.message)
                        return prepared
                if self._closed:
                    return None
                (self._reserved if served == _CRITICAL_ALONE else self._condition).wait()
