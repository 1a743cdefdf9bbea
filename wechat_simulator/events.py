"""Events pushed to the developer's server in secure mode, in the background and with up to three attempts."""

import hashlib
import heapq
import http.client
import itertools
import json
import secrets
import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any
from urllib.parse import urlencode, urlsplit

from app.core import clock
from wechat_simulator import event_crypto
from wechat_simulator.errors import ControlError
from wechat_simulator.event_bodies import Event, render, xml
from wechat_simulator.store import Store

ATTEMPTS = 3
REPLY_TIMEOUT_S = 5.0
RETRY_AFTER_S = 0.2
WORKERS = 2


@dataclass(frozen=True, slots=True)
class Target:
    """The developer's server, as entered in WeChat's console."""

    url: str
    token: str
    encoding_aes_key: str
    format: str = "json"


def target_from(entry: object) -> Target:
    """A target from its JSON object. ControlError 422 if something is missing or malformed."""
    try:
        target = Target(**entry)  # type: ignore[arg-type]
        event_crypto.key_of(target.encoding_aes_key)
        address = urlsplit(target.url)
        valid = address.scheme in ("http", "https") and bool(address.hostname) and target.format in ("xml", "json")
    except (TypeError, ValueError, AttributeError):
        valid = False
    if not valid:
        message = "推送配置有误：需要 url（http/https）、token、43 位的 encoding_aes_key；format 为 xml 或 json。"
        raise ControlError(422, message)
    return target


class Events:
    """The queue of events and the threads that deliver it. Nothing is pushed until a target is configured."""

    def __init__(self, store: Store, appids: dict[bool, str]) -> None:
        self._store = store
        self._appids = appids  # by whether it is the official account
        stored = store.fact("event_target", None)
        self._target: Target | None = Target(**stored) if stored else None
        self._condition = threading.Condition()
        self._heap: list[tuple[float, int, Callable[[], Event]]] = []
        self._sequence = itertools.count()
        self._active = 0
        self._delivered = 0
        self._failed = 0
        self._recent: deque[dict[str, Any]] = deque(maxlen=50)
        self._closed = False
        for number in range(WORKERS):
            threading.Thread(target=self._work, name=f"events-{number}", daemon=True).start()

    def configure(self, target: Target | None) -> None:
        """Push to this server from now on; None: push nothing."""
        self._target = target
        self._store.keep_fact("event_target", asdict(target) if target else None)

    def describe(self) -> dict[str, Any]:
        """The target without its secrets, and what has become of the events."""
        with self._condition:
            return {
                "configured": self._target is not None,
                "url": self._target.url if self._target else None,
                "format": self._target.format if self._target else None,
                "waiting": len(self._heap) + self._active,
                "delivered": self._delivered,
                "failed": self._failed,
                "recent": list(self._recent),
            }

    def push(self, make: Callable[[], Event], delay_s: float = 0.0) -> None:
        """Queue an event, which is made when it is due. Returns at once."""
        if self._target is None:
            return
        with self._condition:
            heapq.heappush(self._heap, (time.monotonic() + delay_s, next(self._sequence), make))
            self._condition.notify()

    def verify_target(self) -> bool:
        """The GET check that WeChat makes when a server is entered: whether it echoes `echostr`."""
        target = self._target
        if target is None:
            raise ControlError(409, "还没有配置推送地址。")
        timestamp, nonce, echo = str(_now()), _nonce(), secrets.token_hex(10)
        query = {
            "signature": event_crypto.signature(target.token, timestamp, nonce),
            "timestamp": timestamp,
            "nonce": nonce,
            "echostr": echo,
        }
        try:
            status, body = _request("GET", target.url, query, None, {})
        except (OSError, http.client.HTTPException):
            return False
        return status == 200 and body.strip() == echo

    def close(self) -> None:
        """Stop the threads; what is still queued is lost, as it would be with WeChat after its last attempt."""
        with self._condition:
            self._closed = True
            self._condition.notify_all()

    def _work(self) -> None:
        while (make := self._next_due()) is not None:
            try:
                self._deliver(make)
            finally:
                with self._condition:
                    self._active -= 1

    def _next_due(self) -> Callable[[], Event] | None:
        with self._condition:
            while not self._closed:
                wait_s = self._heap[0][0] - time.monotonic() if self._heap else None
                if wait_s is not None and wait_s <= 0:
                    self._active += 1
                    return heapq.heappop(self._heap)[2]
                self._condition.wait(wait_s)
            return None

    def _deliver(self, make: Callable[[], Event]) -> None:
        target = self._target
        if target is None:
            return
        event = make()
        plain = render(event, self._receiver(event), _now(), target.format)
        outcome = ""
        attempt = 0
        for attempt in range(1, ATTEMPTS + 1):
            outcome = self._attempt(target, event, plain)
            if outcome == "success":
                break
            if attempt < ATTEMPTS:
                time.sleep(RETRY_AFTER_S)
        with self._condition:
            self._delivered += outcome == "success"
            self._failed += outcome != "success"
            self._recent.append(
                {"event": event.name, "openid": event.sender, "attempts": attempt, "outcome": outcome, "body": plain}
            )

    def _receiver(self, event: Event) -> str:
        return "gh_" + hashlib.sha256(self._appids[event.official].encode()).hexdigest()[:12]

    def _attempt(self, target: Target, event: Event, plain: str) -> str:
        encrypted = event_crypto.encrypt(target.encoding_aes_key, plain, self._appids[event.official])
        timestamp, nonce = str(_now()), _nonce()
        query = {
            "signature": event_crypto.signature(target.token, timestamp, nonce),
            "timestamp": timestamp,
            "nonce": nonce,
            "openid": event.sender,
            "encrypt_type": "aes",
            "msg_signature": event_crypto.signature(target.token, timestamp, nonce, encrypted),
        }
        envelope = {"ToUserName": self._receiver(event), "Encrypt": encrypted}
        if target.format == "json":
            body, content_type = json.dumps(envelope), "application/json"
        else:
            body, content_type = f"<xml>{xml(envelope)}</xml>", "text/xml"
        try:
            status, reply = _request("POST", target.url, query, body.encode(), {"Content-Type": content_type})
        except (OSError, http.client.HTTPException) as error:
            return f"{type(error).__name__}"
        return "success" if status == 200 and reply.strip() == "success" else f"HTTP {status}: {reply[:80]}"


def _request(
    method: str, url: str, query: dict[str, str], body: bytes | None, headers: dict[str, str]
) -> tuple[int, str]:
    address = urlsplit(url)
    connect = http.client.HTTPSConnection if address.scheme == "https" else http.client.HTTPConnection
    connection = connect(address.hostname or "", address.port, timeout=REPLY_TIMEOUT_S)
    separator = "&" if address.query else ""
    try:
        path = f"{address.path or '/'}?{address.query}{separator}{urlencode(query)}"
        connection.request(method, path, body, headers)
        response = connection.getresponse()
        return response.status, response.read(65_536).decode("utf-8", "replace")
    finally:
        connection.close()


def _now() -> int:
    """The movable clock's seconds, so that a push is as fresh as the rest of the demonstration."""
    return int(clock.now().timestamp())


def _nonce() -> str:
    return str(secrets.randbelow(10**10))
