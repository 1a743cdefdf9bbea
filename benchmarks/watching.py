"""What the processes of a group take while they run: memory by life of a process, and connections to PostgreSQL."""

import statistics
import threading
import time
from collections import defaultdict
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, Final, LiteralString

import psutil
import psycopg

from app.core.settings import Settings
from launcher import marks

EVERY_S: Final = 5
WARM_UP_S: Final = 60
"""How much of a life does not count: what a process loads and fills at its beginning."""
_FEWEST_SAMPLES: Final = 6
_CONNECTIONS: LiteralString = """
SELECT count(*), count(*) FILTER (WHERE state LIKE 'idle in transaction%'),
       coalesce(max(extract(epoch FROM now() - state_change)) FILTER (WHERE state LIKE 'idle in transaction%'), 0)
FROM pg_stat_activity WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()
"""


@dataclass(frozen=True)
class Slope:
    """The line through a process's memory after its warm-up: seconds of life, MB at the end, MB a minute."""

    life_s: float
    mb: float
    mb_per_min: float


@dataclass
class Connections:
    """The product's connections: the most at a time, the last, and the longest that one lay idle in a transaction."""

    most: int = 0
    last: int = 0
    idle_in_transaction_s: float = 0.0


@dataclass
class Watch:
    """Looks at a group every EVERY_S seconds until it is told to stop."""

    settings: Settings
    programs: Sequence[str]
    connections: Connections = field(default_factory=Connections)
    _memory: Mapping[tuple[str, int], list[tuple[float, float]]] = field(default_factory=lambda: defaultdict(list))
    _stop: threading.Event = field(default_factory=threading.Event)

    def run(self) -> None:
        """Look until `stop`; for a thread."""
        while not self._stop.wait(EVERY_S):
            now = time.monotonic()
            for program in self.programs:
                for process in marks.members(self.settings.data_dir, program):
                    with suppress(psutil.Error):
                        megabytes = process.memory_info().rss / 2**20
                        self._memory[f"{program} ({_part(process)})", process.pid].append((now, megabytes))
            self.look()

    def stop(self) -> None:
        """Look no more."""
        self._stop.set()

    def look(self) -> None:
        """Count the connections; while PostgreSQL starts there are none to count."""
        address = self.settings.libpq_url
        with suppress(psycopg.OperationalError), psycopg.connect(address, connect_timeout=2) as session:
            found: Any = session.execute(_CONNECTIONS).fetchone()
            seen = self.connections
            seen.last, seen.most = found[0], max(seen.most, found[0])
            seen.idle_in_transaction_s = max(seen.idle_in_transaction_s, float(found[2]))

    def slopes(self) -> dict[str, Slope]:
        """Of each program's part the process that lived longest, if it outlived its warm-up."""
        longest: dict[str, Slope] = {}
        for (name, _), samples in self._memory.items():
            began = samples[0][0]
            warm = [(at, mb) for at, mb in samples if at - began >= WARM_UP_S]
            life = samples[-1][0] - began
            if len(warm) >= _FEWEST_SAMPLES and (name not in longest or life > longest[name].life_s):
                line = statistics.linear_regression([at / 60 for at, _ in warm], [mb for _, mb in warm])
                longest[name] = Slope(round(life), round(warm[-1][1], 1), round(line.slope, 2))
        return longest


def _part(process: psutil.Process) -> str:
    """Which of a program's processes it is: the one that was started, or a child of it."""
    parent = process.parent()
    same = parent is not None and "supervisor" not in " ".join(parent.cmdline())
    return "child" if same else "main"
