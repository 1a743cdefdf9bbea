"""client_msg_id: the same one for the same openid sends one message within ten minutes."""

import threading
import time
from collections import OrderedDict
from collections.abc import Callable

WINDOW_S = 600


class RecentIds:
    """Remembers, for ten minutes, which msgid answered which client_msg_id."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._seen: OrderedDict[tuple[str, str], tuple[float, int]] = OrderedDict()

    def once(self, openid: str, client_id: str, send: Callable[[], int]) -> int:
        """The msgid of an earlier call with the same ids, or of `send()`. An empty client_id is never the same."""
        if not client_id:
            return send()
        key, now = (openid, client_id), time.time()
        with self._lock:
            while self._seen and next(iter(self._seen.values()))[0] < now - WINDOW_S:
                self._seen.popitem(last=False)
            if key not in self._seen:
                self._seen[key] = (now, send())
            return self._seen[key][1]
