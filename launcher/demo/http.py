"""HTTP that outlives crashes: what got no answer is asked again, until an answer comes or patience ends."""

import threading
import time
from dataclasses import dataclass
from typing import Any

import httpx

from launcher.errors import LauncherError

UNAVAILABLE = frozenset({502, 503, 504})
FIRST_PAUSE_S = 0.05
LONGEST_PAUSE_S = 0.5


class GaveUp(LauncherError):
    """No usable answer came for longer than the patience."""


class Unanswered(Exception):
    """One attempt got no answer, or "unavailable": the server may or may not have carried it out."""


class Refused(Exception):
    """The server refused, with the stable code of its error."""

    def __init__(self, method: str, path: str, reply: httpx.Response) -> None:
        body = _json_object(reply)
        error = body.get("error") or {}
        self.status = reply.status_code
        self.code = str(error.get("code", ""))
        self.text = str(error.get("message") or body.get("message") or "")
        self.details: dict[str, Any] = error.get("details") or {}
        super().__init__(f"{method} {path}: {self.status} {self.code} {self.text}")


@dataclass
class Trouble:
    """What crashes cost: attempts that were repeated, and seconds in which attempts failed."""

    retries: int = 0
    refused_s: float = 0.0


class Line:
    """A line to one server. Safe for many threads."""

    def __init__(self, base_url: str, patience_s: float, trouble: Trouble, connections: int = 32) -> None:
        self.patience_s = patience_s
        self._trouble = trouble
        self._lock = threading.Lock()
        self._failing_since: float | None = None
        limits = httpx.Limits(max_connections=connections, max_keepalive_connections=connections)
        self._client = httpx.Client(base_url=base_url, timeout=httpx.Timeout(20, connect=5), limits=limits)

    def close(self) -> None:
        """Close the connections."""
        self._client.close()

    def call(self, method: str, path: str, token: str | None = None, **options: Any) -> dict[str, Any]:
        """The answer's JSON object; for what may be repeated without harm. Raises Refused and GaveUp."""
        patience = self.patience()
        while True:
            try:
                return self.once(method, path, token, **options)
            except Unanswered as error:
                patience.wait(f"{method} {path}: {error}")

    def once(self, method: str, path: str, token: str | None = None, **options: Any) -> dict[str, Any]:
        """One attempt. Raises Refused, and Unanswered where it may or may not have been carried out."""
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        try:
            reply = self._client.request(method, path, headers=headers, **options)
        except httpx.TransportError as error:
            self._failed()
            raise Unanswered(type(error).__name__) from None
        if reply.status_code in UNAVAILABLE:
            self._failed()
            raise Unanswered(str(reply.status_code))
        self._answered()
        if reply.is_error:
            raise Refused(method, path, reply)
        return _json_object(reply)

    def patience(self) -> "Patience":
        """Patience for one act, from now on."""
        return Patience(self.patience_s)

    def _failed(self) -> None:
        with self._lock:
            self._trouble.retries += 1
            self._failing_since = self._failing_since or time.monotonic()

    def _answered(self) -> None:
        if self._failing_since is None:
            return
        with self._lock:
            if self._failing_since is not None:
                self._trouble.refused_s += time.monotonic() - self._failing_since
                self._failing_since = None


class Patience:
    """Pauses between attempts, growing up to half a second, until the patience ends."""

    def __init__(self, seconds: float) -> None:
        self._deadline = time.monotonic() + seconds
        self._seconds = seconds
        self._pause = FIRST_PAUSE_S

    def wait(self, what: str) -> None:
        """Pause before the next attempt. Raises GaveUp, naming what did not work."""
        if time.monotonic() > self._deadline:
            raise GaveUp(f"No answer for {self._seconds:.0f} s: {what}.")
        time.sleep(self._pause)
        self._pause = min(self._pause * 2, LONGEST_PAUSE_S)


def _json_object(reply: httpx.Response) -> dict[str, Any]:
    try:
        body = reply.json()
    except ValueError:
        return {}
    return body if isinstance(body, dict) else {}
