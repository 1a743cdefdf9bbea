"""Counters of what may be done so many times a minute or a day."""

import threading

from app.core import clock
from wechat_simulator.errors import WeChatError

MINUTE_S = 60
DAY_S = 86_400
_CHINA_OFFSET_S = 8 * 3600


class Limits:
    """Counts calls by name within the present minute or day of China, by the program's clock."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._counts: dict[str, tuple[int, int]] = {}

    def count(self, name: str, limit: int, period_s: int) -> None:
        """Count one call. WeChatError 45009 once the limit of the period is used up."""
        period = int((clock.now().timestamp() + _CHINA_OFFSET_S) // period_s)
        with self._lock:
            counted_period, calls = self._counts.get(name, (period, 0))
            calls = calls + 1 if counted_period == period else 1
            if calls > limit:
                raise WeChatError(45009)
            self._counts[name] = (period, calls)
