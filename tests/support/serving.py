"""The API as it is served: granian in a process of its own over a test database, and many clients at one moment."""

import http.client
import json
import os
import subprocess
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, NamedTuple

from app.core.settings import Settings
from tests.support.processes import answers, start_granian
from tests.support.servers import free_port
from tests.support.world import Person


class Request(NamedTuple):
    """What somebody asks of the API."""

    person: Person
    method: str
    path: str
    body: Any = None


class Answer(NamedTuple):
    """What the API said."""

    status: int
    body: dict[str, Any]

    @property
    def code(self) -> str:
        return str(self.body.get("error", {}).get("code", ""))


@contextmanager
def served(settings: Settings, threads: int = 8, port: int | None = None) -> Iterator[int]:
    """Serve the API over the settings' database; its port."""
    port = port or free_port()
    target = "wsgi:application" if settings.embedded else "tests.support.moving:application"
    process = start_granian(target, port, threads, _environment(settings, threads), "--backlog", "1024")
    try:
        _wait_for(port)
        yield port
    finally:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:  # it was still starting, on a busy machine
            process.kill()
            process.wait(10)


def at_once(port: int, requests: Sequence[Request]) -> list[Answer]:
    """Send all at the same moment, each on a connection of its own that is open already; the answers in order."""
    barrier, answers = threading.Barrier(len(requests)), [Answer(0, {})] * len(requests)

    def send(place: int, request: Request) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        try:
            connection.connect()
            barrier.wait(60)
            headers = {"Authorization": f"Bearer {request.person.token}", "Content-Type": "application/json"}
            body = None if request.body is None else json.dumps(request.body)
            connection.request(request.method, "/api/v1" + request.path, body, headers)
            answer = connection.getresponse()
            answers[place] = Answer(answer.status, json.loads(answer.read() or b"{}"))
        finally:
            connection.close()

    threads = [threading.Thread(target=send, args=(place, one)) for place, one in enumerate(requests)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(90)
    return answers


def _environment(settings: Settings, threads: int) -> dict[str, str]:
    given = settings.model_dump(mode="json", exclude_unset=True) | {"api_threads": threads}
    given["movable_clock"] = settings.movable_clock and settings.embedded
    told = {name.upper(): json.dumps(one) if isinstance(one, dict) else str(one) for name, one in given.items()}
    return {**os.environ, **told}


def _wait_for(port: int) -> None:
    deadline = time.monotonic() + 90
    while time.monotonic() < deadline:
        if answers(port, "/healthz"):
            return
        time.sleep(0.03)
    raise AssertionError("the API did not start")
