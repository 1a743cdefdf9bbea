"""The mini-program as it runs on a simulated phone, as far as the console needs it: it confirms a browser's sign-in.

It talks to the product over HTTP, as the real one does: wx.login, the phone-number button, then the API.
"""

from dataclasses import dataclass
from typing import Any

import httpx

from wechat_simulator.errors import ControlError
from wechat_simulator.phones import Phone
from wechat_simulator.simulator import Simulator

CONFIRM_PAGE = "pages/console/confirm"
TIMEOUT_S = 10


@dataclass(frozen=True)
class MiniProgram:
    """The mini-program on somebody's phone. `api_url`: where the product's API is."""

    simulator: Simulator
    phone: Phone
    api_url: str

    def look_at(self, scene: str) -> dict[str, Any]:
        """What the page shows about a browser that asks to be let in. ControlError where the product refuses."""
        return self._signed_in("GET", f"/console-scans/{scene}")

    def answer(self, scene: str, answer: str) -> dict[str, Any]:
        """The tap on "confirmation" or "rejection". ControlError where the product refuses."""
        return self._signed_in("POST", f"/console-scans/{scene}/{answer}")

    def _signed_in(self, method: str, path: str) -> dict[str, Any]:
        self.simulator.phones.visit(self.phone)
        with httpx.Client(base_url=f"{self.api_url}/api/v1", timeout=TIMEOUT_S, trust_env=False) as http:
            code = self.simulator.login_codes.issue(self.phone.openid)
            session = _read(http, "POST", "/auth/wechat", json={"code": code})
            http.headers["Authorization"] = f"Bearer {session['token']}"
            try:
                if not session["phone_verified"]:
                    number = self.simulator.phone_codes.issue(self.phone.openid)
                    _read(http, "POST", "/me/phone", json={"code": number})
                return _read(http, method, path)
            finally:
                _read(http, "DELETE", "/auth/session")


def _read(http: httpx.Client, method: str, path: str, json: dict[str, str] | None = None) -> dict[str, Any]:
    try:
        answer = http.request(method, path, json=json)
        body: dict[str, Any] = answer.json() if answer.content else {}
    except (httpx.HTTPError, ValueError):
        raise ControlError(503, "小程序连接不上服务器，请稍后再试。") from None
    if answer.is_error:
        raise ControlError(answer.status_code, body.get("error", {}).get("message", "操作没有成功。"))
    return body
