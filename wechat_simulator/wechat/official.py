"""The linked official account: its followers, and template messages to them."""

from typing import Any

from wechat_simulator import fields
from wechat_simulator.errors import WeChatError
from wechat_simulator.event_bodies import Event
from wechat_simulator.limits import DAY_S
from wechat_simulator.phones import Phone
from wechat_simulator.simulator import Simulator
from wechat_simulator.wechat.call import OK, Call, Reply
from wechat_simulator.wechat.messages import MSGID_BASE, check_page

JOB_FINISH_DELAY_S = 0.05
FOLLOWERS_A_PAGE = 10_000
USERS_A_CALL = 100


def send_official_message(simulator: Simulator, call: Call) -> Reply:
    """POST /cgi-bin/message/template/send, to followers of the linked official account by their openid there."""
    body = call.body
    phone = simulator.phones.find_official(body.get("touser"))
    template = simulator.templates.find(body.get("template_id"), "official")
    miniprogram = body.get("miniprogram") or {}
    if not isinstance(miniprogram, dict) or (miniprogram and miniprogram.get("appid") != simulator.appid):
        raise WeChatError(40013)
    preferences = simulator.preferences.current
    page = check_page(miniprogram.get("pagepath"), preferences.pages) or str(body.get("url") or "")
    values = fields.check(template.names, body.get("data"))
    if not phone.follower:
        raise WeChatError(43004)

    def send() -> int:
        simulator.limits.count("official", preferences.official_daily_quota, DAY_S)
        arrives = not phone.blocks_official
        sent = simulator.inbox.number()
        if arrives:
            simulator.inbox.put(sent, phone.openid, "official", template.template_id, page, values, "formal")
        simulator.events.push(lambda: _job_finished(phone, MSGID_BASE + sent, arrives), JOB_FINISH_DELAY_S)
        return sent

    message_id = simulator.official_message_ids.once(phone.openid, str(body.get("client_msg_id") or ""), send)
    return {**OK, "msgid": MSGID_BASE + message_id}


def official_user(simulator: Simulator, call: Call) -> Reply:
    """GET /cgi-bin/user/info: the unionid by which a follower is matched with a user of the mini-program."""
    return _user(simulator, call.query.get("openid"))


def official_users(simulator: Simulator, call: Call) -> Reply:
    """POST /cgi-bin/user/info/batchget: the same for up to a hundred openids. No errcode on success."""
    asked = call.body.get("user_list")
    if not isinstance(asked, list) or not all(isinstance(one, dict) for one in asked):
        raise WeChatError(47001)
    if not 1 <= len(asked) <= USERS_A_CALL:
        raise WeChatError(40032)
    return {"user_info_list": [_user(simulator, one.get("openid")) for one in asked]}


def followers(simulator: Simulator, call: Call) -> Reply:
    """GET /cgi-bin/user/get: the followers' openids, ten thousand at a time. No errcode on success."""
    openids = sorted(phone.official_openid for phone in simulator.phones.search("") if phone.follower)
    after = call.query.get("next_openid", "")
    page = [openid for openid in openids if openid > after][:FOLLOWERS_A_PAGE]
    answer: dict[str, Any] = {"total": len(openids), "count": len(page), "next_openid": page[-1] if page else ""}
    return {**answer, "data": {"openid": page}} if page else answer


def _user(simulator: Simulator, openid: Any) -> dict[str, Any]:
    phone = simulator.phones.find_official(openid)
    if not phone.follower:
        return {"subscribe": 0, "openid": phone.official_openid}
    user = {"subscribe": 1, "openid": phone.official_openid, "language": "zh_CN"}
    return {**user, "unionid": phone.unionid} if simulator.preferences.current.unionid else user


def _job_finished(phone: Phone, msgid: int, arrived: bool) -> Event:
    status = "success" if arrived else "failed:user block"
    return Event("TEMPLATESENDJOBFINISH", phone.official_openid, {"MsgID": msgid, "Status": status}, official=True)
