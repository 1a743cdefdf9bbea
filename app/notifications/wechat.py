"""The subscribe message (订阅消息): one accept by the user, one message."""

from typing import Any

from app.core import wechat
from app.core.settings import Settings
from app.notifications.catalogue import Kind
from app.notifications.delivery import Answer, Delivery

QUOTA_USED_UP = 45009
CONCURRENT_FOR_USER = 43108
USER_REFUSED = 43101
NOT_A_FOLLOWER = 43004
BANNED = frozenset({43107, 43116})
"""Subscribe messages of the mini-program, and one template: they wait until the operator has had the ban lifted."""


def template_id(settings: Settings, kind: Kind) -> str | None:
    """The operator's template of a kind; the simulator's own in embedded mode; None where none is configured."""
    return settings.wechat_template_ids.get(kind) or (f"sim_{kind}" if settings.embedded else None)


def send(openid: str, template: str, page: str, data: dict[str, str], state: str) -> Answer:
    """Send one subscribe message.

    UNKNOWN: no answer came back, WeChat may have delivered it. Never raises for what WeChat or the network do.
    """
    body = {
        "touser": openid,
        "template_id": template,
        "page": page,
        "data": {field: {"value": value} for field, value in data.items()},
        "miniprogram_state": state,
        "lang": "zh_CN",
    }
    return asked(wechat.client(), "/cgi-bin/message/subscribe/send", body)


def asked(client: wechat.AppClient, path: str, body: dict[str, Any]) -> Answer:
    """What WeChat says of one attempt to send. Never raises for what WeChat or the network do."""
    try:
        accepted = client.call_with_token("post", path, body)
    except wechat.NoToken as error:
        wrong = error.errcode in wechat.CONFIGURATION_ERRORS
        delivery = Delivery.MISCONFIGURED if wrong else Delivery.RETRY
        return Answer(delivery, f"no_token_{error.errcode}", error.errcode, error.errmsg)
    except wechat.WeChatUnreachable as error:
        return Answer(Delivery.UNKNOWN if error.maybe_done else Delivery.RETRY, "no_answer")
    except wechat.WeChatError as error:
        return Answer(_meaning(error.errcode), f"wechat_{error.errcode}", error.errcode, error.errmsg)
    msgid = accepted.get("msgid")
    return Answer(Delivery.SENT, "ok", msgid=None if msgid is None else str(msgid))


def _meaning(errcode: int | None) -> Delivery:
    if errcode in (USER_REFUSED, NOT_A_FOLLOWER):
        return Delivery.REFUSED
    if errcode == QUOTA_USED_UP:
        return Delivery.NEXT_DAY
    if errcode is None:
        return Delivery.UNKNOWN
    if errcode in wechat.CONFIGURATION_ERRORS | BANNED:
        return Delivery.MISCONFIGURED
    if errcode in wechat.TOKEN_ERRORS | {wechat.BUSY, CONCURRENT_FOR_USER}:
        return Delivery.RETRY
    return Delivery.FAILED
