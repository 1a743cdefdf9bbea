"""So many at a time, in the order in which they come."""

from collections import deque
from threading import Lock
from types import TracebackType


class InOrder:
    """Lets at most so many threads into a block at a time, the others in the order in which they came.

    Nobody waits for longer than `patience_s`: whoever has waited so long goes in beside those who are inside. So what
    holds these up, as a lock in the database, does not hold up everybody behind them.
    """

    def __init__(self, most: int, patience_s: float) -> None:
        self._most, self._patience_s = most, patience_s
        self._inside, self._waiting, self._lock = 0, deque[Lock](), Lock()

    @property
    def waiting(self) -> int:
        """How many wait for their turn now."""
        return len(self._waiting)

    def __enter__(self) -> None:
        with self._lock:
            if self._inside < self._most:
                self._inside += 1
                return
            turn = Lock()
            turn.acquire()
            self._waiting.append(turn)
        if not turn.acquire(timeout=self._patience_s):
            with self._lock:
                if turn in self._waiting:  # else its turn has come this moment
                    self._waiting.remove(turn)
                    self._inside += 1

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with self._lock:
            self._inside -= 1
            if self._waiting and self._inside < self._most:
                self._inside += 1
                self._waiting.popleft().release()
