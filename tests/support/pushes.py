"""Pushes as WeChat makes them, for the address that takes them in."""

import json
from dataclasses import dataclass
from typing import Any

from flask import Flask
from werkzeug.test import TestResponse

from app.core import clock
from app.core.settings import Settings
from tests.support.world import World
from wechat_simulator import event_crypto
from wechat_simulator.event_bodies import Event, render, xml

ADDRESS = "/wechat/events"
NONCE = "1514711492"


@dataclass
class Pusher:
    """WeChat's side of the message push, in secure mode; `form` is "json" or "xml"."""

    application: Flask
    settings: Settings
    form: str = "json"

    def event(self, name: str, openid: str, wrapper: str = "", age_s: int = 0, **payload: Any) -> str:
        """The plain body of an event."""
        created_at = int(clock.now().timestamp()) - age_s
        return render(Event(name, openid, payload, wrapper), "gh_0123456789ab", created_at, self.form)

    def accept(self, openid: str, *templates: str, age_s: int = 0, answer: str = "accept", kind: str = "popup") -> str:
        """The plain body of a subscription event."""
        items = [{"TemplateId": one, "SubscribeStatusString": answer, "PopupScene": "2"} for one in templates]
        wrapper = f"SubscribeMsg{kind.capitalize()}Event"
        return self.event(f"subscribe_msg_{kind}_event", openid, wrapper, age_s, List=items)

    def push(self, plain: str, appid: str | None = None, signed_ago_s: int = 0, **changes: str) -> TestResponse:
        """Push a body, encrypted anew as every attempt of WeChat's is."""
        secrets = self.settings.secrets
        encrypted = event_crypto.encrypt(secrets["wechat_event_aes_key"], plain, appid or secrets["wechat_appid"])
        timestamp, token = str(int(clock.now().timestamp()) - signed_ago_s), secrets["wechat_event_token"]
        query = {
            "signature": event_crypto.signature(token, timestamp, NONCE),
            "timestamp": timestamp,
            "nonce": NONCE,
            "encrypt_type": "aes",
            "msg_signature": event_crypto.signature(token, timestamp, NONCE, encrypted),
        }
        envelope = {"ToUserName": "gh_0123456789ab", "Encrypt": encrypted}
        body = json.dumps(envelope) if self.form == "json" else f"<xml>{xml(envelope)}</xml>"
        return self.raw(body, **{**query, **changes})

    def raw(self, body: str | bytes, **query: str) -> TestResponse:
        """Any body at all with any query."""
        return self.application.test_client().post(ADDRESS, data=body, query_string=query)


def openid_of(world: World, account_id: Any) -> str:
    """An openid that signs in to the account."""
    from app.core.db import db
    from app.identity.models import Account, WeChatLogin

    account = db.session.get_one(Account, account_id)
    login = WeChatLogin(
        openid=account.openid, unionid=f"u-{account.openid}", account_id=account_id, created_at=clock.now()
    )
    db.session.add(login)
    db.session.commit()
    return account.openid
