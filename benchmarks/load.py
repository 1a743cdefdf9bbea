"""A small closed-loop load generator: a fixed number of keep-alive connections, each sending its next request at once.

Requests are rendered beforehand, so that on a machine which also runs the server it costs little itself.
"""

import asyncio
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field


@dataclass
class Result:
    """What a run measured; latencies in milliseconds."""

    seconds: float = 0.0
    statuses: Counter[int] = field(default_factory=Counter)
    latencies_ms: list[float] = field(default_factory=list)
    bodies: list[bytes] = field(default_factory=list)

    def percentile(self, share: float) -> float:
        """The latency that this share of the requests stays within."""
        ordered = sorted(self.latencies_ms)
        return round(ordered[min(len(ordered) - 1, int(share * len(ordered)))], 2) if ordered else 0.0

    def rate(self, status: int) -> float:
        """Answers with the status a second."""
        return round(self.statuses[status] / self.seconds, 1) if self.seconds else 0.0


def post(path: str, body: bytes, token: str | None = None) -> bytes:
    """A rendered POST of a JSON body."""
    authorization = f"Authorization: Bearer {token}\r\n" if token else ""
    head = (
        f"POST {path} HTTP/1.1\r\nHost: bench\r\nContent-Type: application/json\r\n"
        f"{authorization}Content-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


def run(port: int, requests: Sequence[bytes], connections: int, keep_bodies: bool = False) -> Result:
    """Send every request once over the connections, and measure."""
    return asyncio.run(_run(port, iter(requests), connections, keep_bodies))


async def _run(port: int, requests: Iterator[bytes], connections: int, keep_bodies: bool) -> Result:
    result = Result()
    started = time.perf_counter()
    await asyncio.gather(*(_connection(port, requests, result, keep_bodies) for _ in range(connections)))
    result.seconds = time.perf_counter() - started
    return result


async def _connection(port: int, requests: Iterator[bytes], result: Result, keep_bodies: bool) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    for request in requests:
        started = time.perf_counter()
        writer.write(request)
        head = await reader.readuntil(b"\r\n\r\n")
        body = await reader.readexactly(_content_length(head))
        result.latencies_ms.append((time.perf_counter() - started) * 1000)
        result.statuses[int(head[9:12])] += 1
        if keep_bodies:
            result.bodies.append(body)
    writer.close()


def _content_length(head: bytes) -> int:
    lowered = head.lower()
    start = lowered.index(b"content-length:") + len(b"content-length:")
    return int(lowered[start : lowered.index(b"\r\n", start)])
