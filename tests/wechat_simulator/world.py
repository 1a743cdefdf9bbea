"""A developer's view of the simulator, for the tests: a phone, a token, and calls that return WeChat's JSON."""

import json
from typing import Any
from urllib.parse import urlencode

from flask import Flask
from werkzeug.test import TestResponse

from wechat_simulator.simulator import Simulator

VOTING_OPENED = "sim_voting_opened"
OFFICIAL_VOTING_OPENED = "sim_official_voting_opened"
DATA = {
    "thing1": {"value": "2026年第一次业主大会"},
    "thing2": {"value": "阳光花园"},
    "time3": {"value": "2026年5月15日 18:00"},
    "thing4": {"value": "请在截止前投票"},
}


def message(openid: str, **changes: Any) -> dict[str, Any]:
    """A valid message body, with changes."""
    return {"touser": openid, "template_id": VOTING_OPENED, "data": DATA, **changes}


class World:
    """One simulator in this process."""

    def __init__(self, app: Flask) -> None:
        self.client = app.test_client()
        self.simulator: Simulator = app.extensions["wechat_simulator"]
        self.credentials = {"appid": self.simulator.appid, "secret": self.simulator.secret}

    def phone(self, number: str = "13800000001") -> dict[str, Any]:
        reply = self.client.post("/_sim/phones", json={"phone_number": number})
        assert reply.status_code == 200
        return dict(reply.get_json())

    def tap(self, openid: str, action: str, **body: Any) -> dict[str, Any]:
        reply = self.client.post(f"/_sim/phones/{openid}/{action}", json=body)
        assert reply.status_code == 200, reply.text
        return dict(reply.get_json())

    def accept(self, openid: str, *template_ids: str) -> dict[str, Any]:
        return self.tap(openid, "accept", template_ids=list(template_ids or (VOTING_OPENED,)))

    def inbox(self, openid: str) -> list[dict[str, Any]]:
        return list(self.client.get(f"/_sim/phones/{openid}/inbox").get_json()["messages"])

    def login(self, code: str, **changes: Any) -> dict[str, Any]:
        query = {**self.credentials, "js_code": code, "grant_type": "authorization_code", **changes}
        return self.get("/sns/jscode2session", **{name: value for name, value in query.items() if value})

    def official_token(self) -> str:
        official = self.simulator.official
        return str(self.token(appid=official.appid, secret=official.secret)["access_token"])

    def token(self, **changes: Any) -> dict[str, Any]:
        return self.post(
            "/cgi-bin/stable_token", {**self.credentials, "grant_type": "client_credential", **changes}, token=None
        )

    def get(self, path: str, **query: Any) -> dict[str, Any]:
        reply = self.client.get(f"{path}?{urlencode(query)}")
        assert reply.status_code == 200
        return dict(json.loads(reply.data))

    def post(self, path: str, body: Any, token: str | None = "") -> dict[str, Any]:
        return dict(json.loads(self.raw_post(path, body, token).data))

    def raw_post(self, path: str, body: Any, token: str | None = "") -> TestResponse:
        """POST without a Content-Type, as wechatpy does; "" stands for a fresh token, None for none."""
        if token == "":
            token = self.token()["access_token"]
        query = f"?access_token={token}" if token is not None else ""
        reply = self.client.post(path + query, data=json.dumps(body, ensure_ascii=False).encode())
        assert reply.status_code == 200
        return reply

    def send(self, body: dict[str, Any]) -> dict[str, Any]:
        return self.post("/cgi-bin/message/subscribe/send", body)
