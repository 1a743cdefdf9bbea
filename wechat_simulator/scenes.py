"""The mini-program codes that were made lately: what a phone's camera could be held at."""

import threading
import time
from collections import deque
from dataclasses import dataclass, field

LIFE_S = 300
AT_MOST = 50


@dataclass(frozen=True)
class Scene:
    """A code: the page that it opens, and what it tells that page."""

    scene: str
    page: str
    made_at: float = field(default_factory=time.monotonic)


class Scenes:
    """The codes of the last five minutes."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._made: deque[Scene] = deque(maxlen=AT_MOST)

    def remember(self, scene: str, page: str) -> None:
        """A code was made."""
        with self._lock:
            self._made.appendleft(Scene(scene, page))

    def recent(self, page: str) -> list[Scene]:
        """Those that open the page, the newest first."""
        oldest = time.monotonic() - LIFE_S
        with self._lock:
            found = {one.scene: one for one in reversed(self._made) if one.page == page and one.made_at > oldest}
        return list(reversed(found.values()))
