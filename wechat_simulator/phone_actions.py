"""What a person can do with a phone, for the control side and the pages alike."""

from collections.abc import Iterable

from wechat_simulator.errors import ControlError
from wechat_simulator.event_bodies import Event, subscription_event
from wechat_simulator.phones import Phone
from wechat_simulator.simulator import Simulator
from wechat_simulator.template_registry import Template

TEMPLATES_PER_TAP = 5


def answer_request(simulator: Simulator, phone: Phone, template_ids: object, answer: str) -> dict[str, str]:
    """The tap on wx.requestSubscribeMessage: "accept" or "reject" all templates of one request.

    Returns what wx hands to its caller. RequestRefused, as wx fails, for no or more than five templates (20003), for
    unknown ones (20001) and for one-time and long-term ones together (20002).
    """
    templates = _requested(simulator, template_ids)
    simulator.phones.visit(phone)
    if answer == "accept":
        for template in templates:
            simulator.phones.accept(phone, template)
    push_list(simulator, "popup", phone, (t.template_id for t in templates), answer, {"PopupScene": "2"})
    return {"errMsg": "requestSubscribeMessage:ok", **{template.template_id: answer for template in templates}}


def switch_off(simulator: Simulator, phone: Phone, template_ids: object) -> list[str]:
    """The user rejects templates in the mini-program's settings; what was accepted before is gone."""
    templates = _requested(simulator, template_ids)
    for template in templates:
        simulator.phones.withdraw(phone, template.template_id)
    push_list(simulator, "change", phone, (t.template_id for t in templates), "reject", {})
    return [template.template_id for template in templates]


def follow(simulator: Simulator, phone: Phone, follower: bool) -> None:
    """Follow the official account or stop following it, with the event that the account gets."""
    simulator.phones.follow(phone, follower)
    name = "subscribe" if follower else "unsubscribe"
    simulator.events.push(lambda: Event(name, phone.official_openid, {"EventKey": ""}, official=True))


def push_list(
    simulator: Simulator, kind: str, phone: Phone, template_ids: Iterable[str], answer: str, more: dict[str, str]
) -> None:
    """Push a subscription event about the templates."""
    items = [{"TemplateId": name, "SubscribeStatusString": answer, **more} for name in template_ids]
    simulator.events.push(lambda: subscription_event(kind, phone.openid, items))


class RequestRefused(ControlError):
    """wx.requestSubscribeMessage has failed with an errCode."""

    def __init__(self, code: int, reason: str, message: str) -> None:
        super().__init__(422, message)
        self.wx_result = {"errCode": code, "errMsg": f"requestSubscribeMessage:fail {reason}", "message": message}


def _requested(simulator: Simulator, template_ids: object) -> list[Template]:
    if not isinstance(template_ids, list) or not 1 <= len(template_ids) <= TEMPLATES_PER_TAP:
        raise RequestRefused(20003, "Templates count out of max bounds", "一次请选择 1 至 5 个消息模板。")
    templates = []
    for template_id in dict.fromkeys(map(str, template_ids)):
        template = simulator.templates.get(template_id)
        if template is None or template.channel != "subscribe":
            raise RequestRefused(20001, "No template data return", f"没有这个订阅消息模板：{template_id[:60]}")
        templates.append(template)
    if len({template.long_term for template in templates}) > 1:
        raise RequestRefused(20002, "Templates type must be same", "一次性模板与长期模板不能一起订阅。")
    return templates
