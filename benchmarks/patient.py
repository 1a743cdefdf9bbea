"""Clients that do not give up: what got no usable answer is asked again, of another node, until an answer comes."""

import asyncio
import json
import re
import time
from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any, Final

from benchmarks import load

FAULT: Final = 500
UNAVAILABLE: Final = (502, 503, 504)
UNDER_WAY: Final = b'"request_under_way"'
"""The refusal of a repeated request whose first one is still at work: its answer is there some seconds later."""
ATTEMPT_S: Final = 10
"""How long one attempt waits for its answer."""
_FIRST_PAUSE_S, _LONGEST_PAUSE_S = 0.05, 0.5
_CHINESE: Final = re.compile("[一-鿿]{4}")


class GaveUp(Exception):
    """No usable answer came for longer than the patience."""


@dataclass(frozen=True)
class Reply:
    """The answer that counts; `tries`: how many attempts it took."""

    status: int
    body: bytes
    tries: int

    @property
    def json(self) -> dict[str, Any]:
        """The body's JSON object."""
        found: dict[str, Any] = json.loads(self.body)
        return found


@dataclass
class Record:
    """What all clients met with together. Moments are of time.monotonic()."""

    statuses: Counter[int] = field(default_factory=Counter)
    """Answers by status, the repeated attempts' too; 0: none came."""
    answered_at: list[float] = field(default_factory=list)
    """The moments of the answers that count."""
    latencies_ms: list[float] = field(default_factory=list)
    """From the first attempt to the answer that counts."""
    unclear: Counter[str] = field(default_factory=Counter)
    """Answers of "unavailable" that do not say when to try again, or say nothing to people, by what they lack."""

    def look_at_refusal(self, head: bytes, body: bytes) -> None:
        """Whether it says in Chinese what is wrong, and when to try again."""
        if b"\r\nretry-after: " not in head.lower():
            self.unclear["Retry-After"] += 1
        if not _CHINESE.search(body.decode(errors="replace")):
            self.unclear["a sentence"] += 1

    @property
    def repeated(self) -> int:
        """Attempts that had to be made again."""
        return self.statuses[0] + self.statuses[FAULT] + sum(self.statuses[one] for one in UNAVAILABLE)

    def longest_silence_s(self, since: float) -> float:
        """The longest time in which nobody got an answer that counts, from a moment on."""
        moments = [since, *sorted(one for one in self.answered_at if one >= since)]
        return max((after - before for before, after in pairwise(moments)), default=0.0)


class Client:
    """One client with one connection at a time, to any of the nodes."""

    def __init__(self, ports: Sequence[int], record: Record, number: int, patience_s: float = 60) -> None:
        self._ports, self._record, self._patience_s = ports, record, patience_s
        self._node = number
        self._line: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def ask(self, request: bytes) -> Reply:
        """The answer that counts: any but "unavailable", "under way" and a fault of the server. Raises GaveUp."""
        began, pause, tries = time.monotonic(), _FIRST_PAUSE_S, 0
        while True:
            tries += 1
            status, body = await self._attempt(request)
            self._record.statuses[status] += 1
            now = time.monotonic()
            if status not in (0, FAULT, *UNAVAILABLE) and not (status == 409 and UNDER_WAY in body):
                self._record.answered_at.append(now)
                self._record.latencies_ms.append((now - began) * 1000)
                return Reply(status, body, tries)
            if now - began > self._patience_s:
                raise GaveUp(f"{request.split(b' HTTP')[0].decode()}: {status} after {tries} attempts")
            self.close()
            self._node += 1
            await asyncio.sleep(pause)
            pause = min(2 * pause, _LONGEST_PAUSE_S)

    def close(self) -> None:
        """Hang up."""
        if self._line:
            self._line[1].close()
            self._line = None

    async def _attempt(self, request: bytes) -> tuple[int, bytes]:
        """Status and body; (0, b"") where no answer came."""
        with suppress(OSError, asyncio.IncompleteReadError, TimeoutError):
            async with asyncio.timeout(ATTEMPT_S):
                if self._line is None:
                    self._line = await asyncio.open_connection("127.0.0.1", self._ports[self._node % len(self._ports)])
                reader, writer = self._line
                writer.write(request)
                head, body = await load.answer(reader)
                if b"\r\nconnection: close" in head.lower():
                    self.close()
                if load.status(head) in UNAVAILABLE:
                    self._record.look_at_refusal(head, body)
                return load.status(head), body
        self.close()
        return 0, b""
