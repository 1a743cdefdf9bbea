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
    etags: list[str] = field(default_factory=list)

    def percentile(self, share: float) -> float:
        """The latency that this share of the requests stays within."""
        ordered = sorted(self.latencies_ms)
        return round(ordered[min(len(ordered) - 1, int(share * len(ordered)))], 2) if ordered else 0.0

    def rate(self, status: int) -> float:
        """Answers with the status a second."""
        return round(self.statuses[status] / self.seconds, 1) if self.seconds else 0.0

    def others(self, *expected: int) -> int:
        """How many answers had another status than these."""
        return sum(count for status, count in self.statuses.items() if status not in expected)

    def add(self, other: "Result") -> None:
        """Take in what a further run measured."""
        self.seconds += other.seconds
        self.statuses += other.statuses
        self.latencies_ms += other.latencies_ms


def get(path: str, token: str | None = None, etag: str | None = None, cookie: str | None = None) -> bytes:
    """A rendered GET, with the ETag of an earlier answer if there is one, or a browser's cookie."""
    authorization = f"Authorization: Bearer {token}\r\n" if token else ""
    condition = f"If-None-Match: {etag}\r\n" if etag else ""
    browser = f"Cookie: {cookie}\r\n" if cookie else ""
    return f"GET {path} HTTP/1.1\r\nHost: bench\r\n{authorization}{condition}{browser}\r\n".encode()


def post(path: str, body: bytes, token: str | None = None, key: str | None = None) -> bytes:
    """A rendered POST of a JSON body; `key`: its Idempotency-Key."""
    authorization = f"Authorization: Bearer {token}\r\n" if token else ""
    once = f"Idempotency-Key: {key}\r\n" if key else ""
    head = (
        f"POST {path} HTTP/1.1\r\nHost: bench\r\nContent-Type: application/json\r\n"
        f"{authorization}{once}Content-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


def run(
    port: int, requests: Sequence[bytes], connections: int, keep_bodies: bool = False, keep_etags: bool = False
) -> Result:
    """Send every request once over the connections, and measure. Over one connection what is kept is in their order."""
    return asyncio.run(_run(port, iter(requests), connections, keep_bodies, keep_etags))


async def _run(port: int, requests: Iterator[bytes], connections: int, keep_bodies: bool, keep_etags: bool) -> Result:
    result = Result()
    started = time.perf_counter()
    await asyncio.gather(*(_connection(port, requests, result, keep_bodies, keep_etags) for _ in range(connections)))
    result.seconds = time.perf_counter() - started
    return result


async def _connection(
    port: int, requests: Iterator[bytes], result: Result, keep_bodies: bool, keep_etags: bool
) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    for request in requests:
        started = time.perf_counter()
        writer.write(request)
        head, body = await answer(reader)
        result.latencies_ms.append((time.perf_counter() - started) * 1000)
        result.statuses[status(head)] += 1
        if keep_bodies:
            result.bodies.append(body)
        if keep_etags:
            result.etags.append(_header(head, b"etag"))
    writer.close()


async def answer(reader: asyncio.StreamReader) -> tuple[bytes, bytes]:
    """Head and body of the next answer. Raises asyncio.IncompleteReadError where the connection ends."""
    head = await reader.readuntil(b"\r\n\r\n")
    return head, await reader.readexactly(int(_header(head, b"content-length") or 0))


def status(head: bytes) -> int:
    """The status of an answer."""
    return int(head[9:12])


def _header(head: bytes, name: bytes) -> str:
    start = head.lower().find(b"\r\n" + name + b":")
    if start < 0:
        return ""
    return head[start + len(name) + 3 : head.index(b"\r\n", start + 2)].decode().strip()
