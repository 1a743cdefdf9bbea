"""WeChat for the tests: the simulator over real HTTP, in a process of its own."""

import os
import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from app.core.settings import Settings
from tests.support.processes import answers, start_granian


@dataclass
class WeChat:
    """The simulator's control side."""

    http: httpx.Client

    def post(self, path: str, body: Any = None) -> dict[str, Any]:
        answer = self.http.post(f"/_sim/{path}", json=body or {})
        assert answer.status_code == 200, answer.text
        return dict(answer.json())

    def phone(self, number: str | None = None) -> str:
        """A phone of this number, or of a fresh one; its openid."""
        return str(self.post("phones", {"phone_number": number or fresh_number()})["openid"])

    def login_code(self, openid: str) -> str:
        return str(self.post(f"phones/{openid}/login-code")["code"])

    def phone_code(self, openid: str) -> str:
        return str(self.post(f"phones/{openid}/phone-code")["code"])

    def accept(self, openid: str, *kinds: str) -> None:
        self.post(f"phones/{openid}/accept", {"template_ids": [f"sim_{kind}" for kind in kinds]})

    def inbox(self, openid: str) -> list[dict[str, Any]]:
        return list(self.http.get(f"/_sim/phones/{openid}/inbox").json()["messages"])

    def fails(self, **rule: Any) -> None:
        """Let calls fail as the rule says, until `reset`."""
        answer = self.http.put("/_sim/faults", json={"seed": 1, "rules": [rule]})
        assert answer.status_code == 200, answer.text

    def reset(self) -> None:
        self.http.delete("/_sim/faults")


def fresh_number() -> str:
    """A phone number that no test has used."""
    return "139" + "".join(secrets.choice("0123456789") for _ in range(8))


@contextmanager
def simulator(settings: Settings, folder: Path) -> Iterator[WeChat]:
    """The simulator at the settings' WECHAT_API_BASE_URL, a process of its own that time travel does not reach."""
    address = settings.effective_wechat_api_base_url
    environment = {name: value for name, value in os.environ.items() if name not in ("DATABASE_URL", "REDIS_URL")}
    environment |= {
        "DATA_DIR": str(folder),
        "PORT": str(settings.port),  # where the mini-program on its phones finds the API
        "WECHAT_APPID": settings.secrets["wechat_appid"],
        "WECHAT_SECRET": settings.secrets["wechat_secret"],
        "WECHAT_OFFICIAL_APPID": settings.secrets["wechat_official_appid"],
        "WECHAT_OFFICIAL_SECRET": settings.secrets["wechat_official_secret"],
    }
    port = int(address.rsplit(":", 1)[1])
    process = start_granian("wechat_simulator.wsgi:application", port, 8, environment)
    try:
        _wait_for(port)
        with httpx.Client(base_url=address, verify=False) as http:  # noqa: S501 - plain HTTP, and no certificates are read
            yield WeChat(http)
    finally:
        process.terminate()
        process.wait(10)


def _wait_for(port: int) -> None:
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        if answers(port, "/_sim/health"):
            return
        time.sleep(0.03)
    raise AssertionError("the simulator did not start")
