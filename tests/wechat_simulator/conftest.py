"""Simulators for the tests: in this process, and as a real server."""

import json
import os
import socket
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import requests

from app.core import clock
from app.core.settings import Settings, load_settings
from tests.support.forking import Running
from tests.support.processes import answers, start_granian
from tests.wechat_simulator.world import World
from wechat_simulator.application import create_application


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return load_settings(database_url="", redis_url="", data_dir=tmp_path, movable_clock=True)


@pytest.fixture
def world(settings: Settings) -> Iterator[World]:
    opened = World(create_application(settings))
    yield opened
    opened.simulator.close()
    clock.configure(None)


@dataclass
class Server:
    """The simulator under granian, on a port and a folder of its own."""

    data_dir: Path
    port: int = 0
    process: Running | None = None
    http: requests.Session = field(default_factory=requests.Session)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        environment = {k: v for k, v in os.environ.items() if k not in ("DATABASE_URL", "REDIS_URL")}
        target = "wechat_simulator.wsgi:application"
        self.process = start_granian(target, self.port, 32, {**environment, "DATA_DIR": str(self.data_dir)})
        deadline = time.monotonic() + 20
        while not answers(self.port, "/_sim/health"):
            assert time.monotonic() < deadline, "the simulator did not start"
            time.sleep(0.03)

    def stop(self) -> None:
        self.http.close()
        if self.process:
            self.process.terminate()
            self.process.wait(10)

    def control(self, method: str, path: str, body: Any = None) -> Any:
        reply = self.http.request(method, f"{self.url}/_sim/{path}", json=body, timeout=5)
        assert reply.ok, reply.text
        return reply.json() if reply.content else None

    def token(self) -> str:
        stored = json.loads((self.data_dir / "secrets.json").read_text())
        body = {"grant_type": "client_credential", "appid": stored["wechat_appid"], "secret": stored["wechat_secret"]}
        reply = requests.post(f"{self.url}/cgi-bin/stable_token", data=json.dumps(body), timeout=5)
        return str(reply.json()["access_token"])

    def send(self, body: dict[str, Any], token: str) -> dict[str, Any]:
        address = f"{self.url}/cgi-bin/message/subscribe/send?access_token={token}"
        return dict(requests.post(address, data=json.dumps(body).encode(), timeout=5).json())


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    running = Server(tmp_path_factory.mktemp("simulator"))
    running.start()
    yield running
    running.stop()


@pytest.fixture(autouse=True)
def _no_faults_left(request: pytest.FixtureRequest) -> Iterator[None]:
    yield
    if "server" in request.fixturenames:
        request.getfixturevalue("server").control("DELETE", "faults")
