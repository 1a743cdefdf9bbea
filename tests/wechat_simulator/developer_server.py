"""A developer's server that receives pushed events, for the tests."""

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import xmltodict

from wechat_simulator import event_crypto

TOKEN = "event-token"
AES_KEY = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"


class DeveloperServer(ThreadingHTTPServer):
    """Collects the decrypted events; answers with `replies` first and then with "success"."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.events: list[dict[str, Any]] = []
        self.attempts = 0
        self.replies: list[str] = []
        self.files: dict[str, bytes] = {}

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/wechat/events"

    def wait(self, count: int) -> list[dict[str, Any]]:
        """The events, once there are as many."""
        deadline = time.monotonic() + 5
        while len(self.events) < count and time.monotonic() < deadline:
            time.sleep(0.01)
        assert len(self.events) == count
        return self.events


@contextmanager
def running() -> Iterator[DeveloperServer]:
    server = DeveloperServer()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield server
    server.shutdown()
    server.server_close()
    thread.join()


class _Handler(BaseHTTPRequestHandler):
    server: DeveloperServer

    def do_GET(self) -> None:
        address = urlsplit(self.path)
        if address.path in self.server.files:
            self._answer(self.server.files[address.path])
            return
        query = dict(parse_qsl(address.query))
        genuine = query["signature"] == event_crypto.signature(TOKEN, query["timestamp"], query["nonce"])
        self._answer(query["echostr"].encode() if genuine else b"forged")

    def do_POST(self) -> None:
        query = dict(parse_qsl(urlsplit(self.path).query))
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        encrypted = (json.loads(body) if body.startswith("{") else xmltodict.parse(body)["xml"])["Encrypt"]
        expected = event_crypto.signature(TOKEN, query["timestamp"], query["nonce"], encrypted)
        assert query["msg_signature"] == expected
        assert query["encrypt_type"] == "aes"
        plain, _appid = event_crypto.decrypt(AES_KEY, encrypted)
        self.server.attempts += 1
        reply = self.server.replies.pop(0) if self.server.replies else "success"
        if reply == "success":
            self.server.events.append({"plain": plain, "query": query})
        self._answer(reply.encode())

    def _answer(self, body: bytes) -> None:
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:
        """Keep the tests quiet."""
