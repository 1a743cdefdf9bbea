"""Control side, phones: what people do with them and what has arrived on them."""

from typing import Any

from flask import Blueprint, jsonify, request
from flask.typing import ResponseReturnValue

from wechat_simulator import phone_actions
from wechat_simulator.errors import ControlError
from wechat_simulator.phones import Phone
from wechat_simulator.simulator import Simulator


def blueprint(simulator: Simulator) -> Blueprint:
    """The routes /_sim/phones, /_sim/accept and /_sim/inbox."""
    bp = Blueprint("control", __name__, url_prefix="/_sim")
    phones = simulator.phones
    bp.register_error_handler(phone_actions.RequestRefused, lambda error: (jsonify(error.wx_result), error.status))

    @bp.post("/phones")
    def add_phones() -> ResponseReturnValue:
        """Add one phone by `phone_number`, or many by `phone_numbers`; existing ones are returned as they are."""
        body = json_object()
        if "phone_numbers" in body:
            return jsonify(phones=[describe(phones.add(str(number))) for number in _list(body, "phone_numbers")])
        return jsonify(describe(phones.add(str(body.get("phone_number", "")))))

    @bp.get("/phones")
    def list_phones() -> ResponseReturnValue:
        """The phones whose number or openid contains `search`, at most `limit`."""
        limit = min(request.args.get("limit", 100, type=int), 10_000)
        found = phones.search(request.args.get("search", ""))
        return jsonify(total=len(found), phones=[describe(phone) for phone in found[:limit]])

    @bp.get("/phones/<openid>")
    def show_phone(openid: str) -> ResponseReturnValue:
        """One phone, with its balance of accepts, which WeChat itself would never tell."""
        phone = phones.find(openid)
        return jsonify(describe(phone) | {"credits": phone.credits})

    @bp.post("/phones/<openid>/login-code")
    def login_code(openid: str) -> ResponseReturnValue:
        """wx.login(): a code for jscode2session."""
        phone = phones.find(openid)
        phones.visit(phone)
        return jsonify(code=simulator.login_codes.issue(phone.openid))

    @bp.post("/phones/<openid>/phone-code")
    def phone_code(openid: str) -> ResponseReturnValue:
        """The tap on the getPhoneNumber button: a code for getuserphonenumber."""
        phone = phones.find(openid)
        phones.visit(phone)
        return jsonify(code=simulator.phone_codes.issue(phone.openid))

    @bp.post("/phones/<openid>/<any(accept, reject):answer>")
    def answer_request(openid: str, answer: str) -> ResponseReturnValue:
        """The tap on wx.requestSubscribeMessage for `template_ids`."""
        phone = phones.find(openid)
        return jsonify(phone_actions.answer_request(simulator, phone, json_object().get("template_ids"), answer))

    @bp.post("/phones/<openid>/switch-off")
    def switch_off(openid: str) -> ResponseReturnValue:
        """Reject `template_ids` in the mini-program's settings."""
        phone = phones.find(openid)
        return jsonify(template_ids=phone_actions.switch_off(simulator, phone, json_object().get("template_ids")))

    @bp.post("/phones/<openid>/<any(follow, unfollow):action>")
    def follow(openid: str, action: str) -> ResponseReturnValue:
        """Follow the official account, or stop following it."""
        phone = phones.find(openid)
        phone_actions.follow(simulator, phone, action == "follow")
        return jsonify(describe(phone))

    @bp.route("/phones/<openid>/official-messages", methods=["POST", "DELETE"])
    def official_messages(openid: str) -> ResponseReturnValue:
        """Take messages of the official account again (POST), or block them while still following it (DELETE)."""
        phone = phones.find(openid)
        phone.blocks_official = request.method == "DELETE"
        return jsonify(describe(phone))

    @bp.route("/phones/<openid>/high-risk", methods=["POST", "DELETE"])
    def high_risk(openid: str) -> ResponseReturnValue:
        """Have risk control block the user's logins (POST), or unblock them (DELETE)."""
        phone = phones.find(openid)
        phones.mark_high_risk(phone, request.method == "POST")
        return jsonify(describe(phone))

    @bp.post("/accept")
    def accept_for_many() -> ResponseReturnValue:
        """Many people accept `template_ids`, each `times` times: `openids`, or every phone. No events are pushed."""
        body = json_object()
        templates = [simulator.templates.find(name, "subscribe") for name in _list(body, "template_ids")]
        people = [phones.find(openid) for openid in _list(body, "openids")] if "openids" in body else phones.search("")
        times = body.get("times", 1)
        if not isinstance(times, int) or not 1 <= times <= 1000:
            raise ControlError(422, "times 应为 1 至 1000 的整数。")
        for phone in people:
            for template in templates:
                for _ in range(times):
                    phones.accept(phone, template)
        return jsonify(accepted=len(people) * len(templates) * times)

    @bp.get("/phones/<openid>/inbox")
    def inbox(openid: str) -> ResponseReturnValue:
        """The messages of one phone, the newest first."""
        phone = phones.find(openid)
        return jsonify(openid=phone.openid, messages=simulator.inbox.of(phone.openid))

    @bp.get("/inbox/summary")
    def summary() -> ResponseReturnValue:
        """Messages by template, and how many openids got the same thing more than once."""
        return jsonify(simulator.inbox.summary())

    @bp.post("/inbox/counts")
    def counts() -> ResponseReturnValue:
        """How many messages each of the `openids` has got; those without any are left out."""
        return jsonify(counts=simulator.inbox.counts(_list(json_object(), "openids")))

    @bp.delete("/inbox")
    def clear() -> ResponseReturnValue:
        """Empty every inbox."""
        simulator.inbox.clear()
        return "", 204

    return bp


def describe(phone: Phone) -> dict[str, Any]:
    """What the control side tells of a phone."""
    return {
        "openid": phone.openid,
        "unionid": phone.unionid,
        "official_openid": phone.official_openid,
        "phone_number": phone.phone_number,
        "follower": phone.follower,
        "high_risk": phone.high_risk,
    }


def json_object() -> dict[str, Any]:
    """The JSON object of the request. ControlError 422 if there is none."""
    body = request.get_json(force=True, silent=True)
    if not isinstance(body, dict):
        raise ControlError(422, "请提交一个 JSON 对象。")
    return body


def _list(body: dict[str, Any], name: str) -> list[Any]:
    if not isinstance(body.get(name), list):
        raise ControlError(422, f"{name} 应为数组。")
    return list(body[name])
