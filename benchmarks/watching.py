"""What the processes of a group take while they run: memory over each life, connections to PostgreSQL and Valkey."""

import threading
import time
from collections import defaultdict
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path
from statistics import fmean
from typing import Any, Final, LiteralString

import psutil
import psycopg
import redis

from app.core.settings import Settings
from launcher.state import read_state

EVERY_S: Final = 5
WARM_UP_S: Final = 60
"""How much of a life does not count: what a process loads and fills at its beginning."""
LONG_S: Final = 180
"""A life that is shorter tells nothing of how a process grows."""
_CONNECTIONS: LiteralString = """
SELECT count(*), array_agg(state || ': ' || left(query, 80)) FILTER (WHERE state <> 'idle'),
       coalesce(max(extract(epoch FROM now() - state_change)) FILTER (WHERE state LIKE 'idle in transaction%'), 0)
FROM pg_stat_activity WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()
"""

Life = Sequence[tuple[float, float]]
"""A process's moments (s) and what it had in memory then (MB)."""


@dataclass(frozen=True)
class Memory:
    """What the processes of one kind had in memory of their own, in MB; and how it grew, over all that lived LONG_S.

    lives      how many processes there were; longest_s: the longest life
    begins_mb  soon after a (new) start, warm_mb a minute later, ends_mb at the end, each the mean of all lives
    mb_per_h   the slope after the warm-up, one for all lives, each with a level of its own; None: none was long enough
    """

    lives: int
    longest_s: int
    begins_mb: float
    warm_mb: float | None
    ends_mb: float
    mb_per_h: float | None


@dataclass
class Connections:
    """How many there are at a time: at the most, and in the end; `in_use`: what those of the end do that are not idle.
    `idle_in_transaction_s`: the longest that one lay idle with its transaction open.
    """

    most: int = 0
    last: int = 0
    in_use: Sequence[str] = ()
    idle_in_transaction_s: float = 0.0
    valkey_most: int = 0
    valkey_last: int = 0


@dataclass
class Watch:
    """Looks at a group every EVERY_S seconds until it is told to stop."""

    settings: Settings
    connections: Connections = field(default_factory=Connections)
    _lives: Mapping[tuple[str, int], list[tuple[float, float]]] = field(default_factory=lambda: defaultdict(list))
    _stop: threading.Event = field(default_factory=threading.Event)

    def run(self) -> None:
        """Look until `stop`; for a thread."""
        while not self._stop.wait(EVERY_S):
            now = time.monotonic()
            for name, process in _processes(self.settings.data_dir):
                with suppress(psutil.Error, OSError, ValueError):
                    megabytes = _own_mb(process.pid)  # before the life is begun: the process may be gone
                    self._lives[name, process.pid].append((now, megabytes))
            self.look()

    def stop(self) -> None:
        """Look no more."""
        self._stop.set()

    def look(self) -> None:
        """Count the connections; while a server starts there are none to count."""
        seen = self.connections
        with suppress(psycopg.OperationalError), psycopg.connect(self.settings.libpq_url, connect_timeout=2) as session:
            found: Any = session.execute(_CONNECTIONS).fetchone()
            seen.last, seen.in_use, seen.most = found[0], found[1] or (), max(seen.most, found[0])
            seen.idle_in_transaction_s = round(max(seen.idle_in_transaction_s, float(found[2])), 1)
        with suppress(redis.RedisError), redis.Redis.from_url(self.settings.effective_redis_url) as client:
            told: Any = client.info("clients")
            seen.valkey_last = int(told["connected_clients"]) - 1
            seen.valkey_most = max(seen.valkey_most, seen.valkey_last)

    def memory(self) -> dict[str, Memory]:
        """Of each kind of process."""
        kinds: dict[str, list[Life]] = defaultdict(list)
        for (name, _), life in sorted(self._lives.items()):
            kinds[name].append(life)
        return {name: of_lives(lives) for name, lives in kinds.items()}


def of_lives(lives: Sequence[Life]) -> Memory:
    """What processes of one kind had in memory, by their lives."""
    warm = [some for life in lives if (some := [one for one in life if one[0] - life[0][0] >= WARM_UP_S])]
    long = [some for some in warm if some[-1][0] - some[0][0] >= LONG_S - WARM_UP_S]
    slope = _slope(long)
    return Memory(
        lives=len(lives),
        longest_s=round(max(life[-1][0] - life[0][0] for life in lives)),
        begins_mb=round(fmean(life[0][1] for life in lives), 1),
        warm_mb=round(fmean(some[0][1] for some in warm), 1) if warm else None,
        ends_mb=round(fmean(life[-1][1] for life in lives), 1),
        mb_per_h=None if slope is None else round(slope * 3600, 1),
    )


def words(memory: Mapping[str, Memory]) -> dict[str, dict[str, Any]]:
    """For the JSON line."""
    return {name: asdict(one) for name, one in sorted(memory.items())}


def _slope(lives: Sequence[Life]) -> float | None:
    """MB a second: the line through all samples, each life around its own mean, so that a new start is no growth."""
    spread = rise = 0.0
    for life in lives:
        at, mb = fmean(one[0] for one in life), fmean(one[1] for one in life)
        spread += sum((one[0] - at) ** 2 for one in life)
        rise += sum((one[0] - at) * (one[1] - mb) for one in life)
    return rise / spread if spread else None


def _processes(data_dir: Path) -> list[tuple[str, psutil.Process]]:
    """Those under the supervisor and their children, named by their program; a worker's children live for one job."""
    found = []
    for name, pid in (read_state(data_dir) or {"pids": {}})["pids"].items():
        with suppress(psutil.Error):
            main = psutil.Process(pid)
            found.append((name, main))
            if name in ("api", "simulator", "postgres"):
                found += [(_child_name(name, child), child) for child in main.children()]
    return found


def _child_name(program: str, child: psutil.Process) -> str:
    if program != "postgres":
        return f"{program} worker"
    return "postgres backend" if "[local]" in " ".join(child.cmdline()) else "postgres, its own"


def _own_mb(pid: int) -> float:
    """What a process has in memory for itself: neither files nor what PostgreSQL's processes share."""
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("RssAnon:"):
            return int(line.split()[1]) / 1024
    raise ValueError("this kernel does not tell")
