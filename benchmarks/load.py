"""A small closed-loop load generator: a fixed number of keep-alive connections, each sending its next request at once.

Requests are rendered beforehand and all connections are served by one loop over epoll, so that on a machine which also
runs the server it costs little itself: streams of asyncio took several times as much. The connections are spread evenly
over the server's processes, as a balancer or thousands of phones spread: of 32 the kernel may give 22 to one of two.
"""

import asyncio
import os
import select
import socket
import time
from collections import Counter, defaultdict
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import zip_longest
from pathlib import Path
from typing import Final

import psutil

_TIMES: Final = 3
"""So many times as many connections are opened as are wanted: each process then has its share, or nearly so."""
_TRIES: Final = 20
_PAUSE_S: Final = 0.02


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
    result, left = Result(), iter(requests)
    wanted = (keep_bodies, keep_etags)
    opened = list(map(_Connection, _evenly(port, connections)))
    started = time.perf_counter()
    with select.epoll() as ready:
        busy: dict[int, _Connection] = {}
        for connection in opened:
            if connection.ask(next(left, None)):
                busy[connection.socket.fileno()] = connection
                ready.register(connection.socket, select.EPOLLIN)
        while busy:
            for number, _ in ready.poll():
                if busy[number].heard(result, *wanted) and not busy[number].ask(next(left, None)):
                    del busy[number]
    result.seconds = time.perf_counter() - started
    return result


def _evenly(port: int, number: int) -> list[socket.socket]:
    """So many connections to a server, as many to each of its processes as to another, if it is run by this program."""
    opened = [_connected(port) for _ in range(number if number == 1 else _TIMES * number)]
    by_process = defaultdict(list)
    for one, process in zip(opened, _processes_of(opened) if number > 1 else [0], strict=True):
        by_process[process].append(one)
    in_turn = [one for turn in zip_longest(*by_process.values()) for one in turn if one]
    for one in in_turn[number:]:
        one.close()
    return in_turn[:number]


def _connected(port: int) -> socket.socket:
    connection = socket.create_connection(("127.0.0.1", port))
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return connection


def _processes_of(connections: Sequence[socket.socket]) -> list[int]:
    """The process of this program's that each is connected to, once all are accepted; 0 where it is none of these."""
    ports = [one.getsockname()[1] for one in connections]
    found: dict[int, int] = {}
    for _ in range(_TRIES):
        inodes = _inodes(connections[0].getpeername()[1])
        for process in psutil.Process().children(recursive=True):
            own = _sockets(process.pid)
            found |= {port: process.pid for port, inode in inodes.items() if inode in own}
        if all(port in found for port in ports):
            break
        time.sleep(_PAUSE_S)
    return [found.get(port, 0) for port in ports]


def _inodes(server: int) -> dict[int, str]:
    """The server's ends of the connections to its port: the sockets' inodes, by the clients' ports."""
    # psutil takes every socket of the machine apart, for each process anew: as long as hundreds of requests
    marked = f":{server:04X} "
    lines = [line.split() for line in Path("/proc/net/tcp").read_text().splitlines() if marked in line]
    return {int(one[2][-4:], 16): one[9] for one in lines if one[1].endswith(marked.strip())}


def _sockets(process: int) -> set[str]:
    """The inodes of a process's sockets."""
    found = set()
    with suppress(OSError):
        for one in os.scandir(f"/proc/{process}/fd"):
            with suppress(OSError):
                found.add(os.readlink(one.path).removeprefix("socket:[").removesuffix("]"))
    return found


class _Connection:
    """A connection that waits for one answer at a time."""

    def __init__(self, connected: socket.socket) -> None:
        self.socket = connected
        self._received, self._length, self._asked = b"", 0, 0.0

    def ask(self, request: bytes | None) -> bool:
        """Send the next request; without one the connection ends, and this is false."""
        if request is None:
            self.socket.close()
            return False
        self._received, self._length, self._asked = b"", 0, time.perf_counter()
        self.socket.sendall(request)
        return True

    def heard(self, result: Result, keep_body: bool, keep_etag: bool) -> bool:
        """Take what has come; whether the answer is whole, and noted. Raises ConnectionError where it ends early."""
        more = self.socket.recv(1 << 18)
        if not more:
            raise ConnectionError("the server ended a connection before its answer")
        self._received += more
        end = self._received.find(b"\r\n\r\n") + 4
        if end < 4:
            return False
        self._length = self._length or end + int(_header(self._received[:end], b"content-length") or 0)
        if len(self._received) < self._length:
            return False
        result.latencies_ms.append((time.perf_counter() - self._asked) * 1000)
        head = self._received[:end]
        result.statuses[status(head)] += 1
        if keep_body:
            result.bodies.append(self._received[end:])
        if keep_etag:
            result.etags.append(_header(head, b"etag"))
        return True


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
