"""Processes of the product, started by a test."""

import http.client
import json
import os
from collections.abc import Mapping
from contextlib import closing, suppress

from app.core.settings import Settings
from tests.support.forking import Running, start


def start_granian(target: str, port: int, threads: int, environment: Mapping[str, str], *more: str) -> Running:
    """Serve a WSGI application on the port. It ends with this process, even if nobody can stop it any more."""
    options = ["--interface", "wsgi", target, "--port", str(port), "--no-ws", "--blocking-threads", str(threads)]
    return start("granian", *options, "--log-level", "critical", *more, environment=environment, name=f"test-{port}")


def answers(port: int, path: str) -> bool:
    """Whether a program of this machine answers 200 now."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    with closing(connection), suppress(OSError, http.client.HTTPException):
        connection.request("GET", path)
        return connection.getresponse().status == 200
    return False


def environment(settings: Settings) -> dict[str, str]:
    """The environment in which a process reads these settings."""
    named = {name.upper(): value for name, value in settings.model_dump(exclude_defaults=True).items()}
    values = {name: json.dumps(value) if isinstance(value, dict) else str(value) for name, value in named.items()}
    return {**os.environ, **values, "LOG_LEVEL": "INFO"}
