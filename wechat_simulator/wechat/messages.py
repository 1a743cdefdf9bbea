"""Messages to users, by the mini-program and by its official account, and the ways that WeChat has closed."""

import re
from typing import Any

from wechat_simulator import fields
from wechat_simulator.errors import WeChatError
from wechat_simulator.event_bodies import subscription_event
from wechat_simulator.limits import DAY_S
from wechat_simulator.simulator import Simulator
from wechat_simulator.wechat.call import OK, Call, Reply

MSGID_BASE = 2_000_000_000_000_000_000
_PAGE = re.compile(r"[\w-]+(?:/[\w-]+)*(?:\?[^\s]*)?", re.ASCII)
_STATES = ("developer", "trial", "formal")
_LANGUAGES = ("zh_CN", "en_US", "zh_HK", "zh_TW")


def send_subscribe_message(simulator: Simulator, call: Call) -> Reply:
    """POST /cgi-bin/message/subscribe/send: one accept, one message."""
    body = call.body
    phone = simulator.phones.find(body.get("touser"))
    template = simulator.templates.find(body.get("template_id"), "subscribe")
    preferences = simulator.preferences.current
    page = check_page(body.get("page"), preferences.pages)
    state = _choice(body, "miniprogram_state", _STATES, "formal")
    _choice(body, "lang", _LANGUAGES, "zh_CN")
    values = fields.check(template.names, body.get("data"))
    simulator.limits.count("subscribe", preferences.subscribe_daily_quota, DAY_S)
    simulator.phones.spend(phone, template.template_id)
    message_id = simulator.inbox.deliver(phone.openid, "subscribe", template.template_id, page, values, state)
    item = {"TemplateId": template.template_id, "MsgID": str(MSGID_BASE + message_id)}
    simulator.events.push(
        lambda: subscription_event("sent", phone.openid, [{**item, "ErrorCode": "0", "ErrorStatus": "success"}])
    )
    # WeChat's success bodies do not always bring a msgid, so that nothing may depend on it.
    return OK if message_id % 10 == 0 else {**OK, "msgid": MSGID_BASE + message_id}


def retired_template_message(simulator: Simulator, call: Call) -> Reply:
    """POST /cgi-bin/message/wxopen/template/send, retired on 2020-01-10."""
    raise WeChatError(45103)


def retired_uniform_message(simulator: Simulator, call: Call) -> Reply:
    """POST /cgi-bin/message/wxopen/template/uniform_send, retired on 2023-09-20."""
    raise WeChatError(45109)


def check_page(page: Any, existing: tuple[str, ...]) -> str:
    """A page path of the mini-program, empty if none is given. WeChatError 41030 for one that does not exist."""
    if page is None or page == "":
        return ""
    if not isinstance(page, str) or len(page) > 1024 or not _PAGE.fullmatch(page):
        raise WeChatError(41030)
    if existing and page.split("?", 1)[0] not in existing:
        raise WeChatError(41030)
    return page


def _choice(body: dict[str, Any], name: str, choices: tuple[str, ...], default: str) -> str:
    value = body.get(name, default)
    if value not in choices:
        raise WeChatError(47003, f"argument invalid! {name} invalid")
    return str(value)
