"""Pages for a person: all phones, and one phone with the messages that its owner would see."""

from datetime import datetime

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.core import clock
from wechat_simulator import phone_actions
from wechat_simulator.errors import ControlError
from wechat_simulator.mini_program import CONFIRM_PAGE, MiniProgram
from wechat_simulator.simulator import Simulator

PHONES_PER_PAGE = 60
MESSAGES_PER_PAGE = 100


def blueprint(simulator: Simulator, api_url: str) -> Blueprint:
    """The routes / and /phones. `api_url`: where the mini-program finds the product."""
    bp = Blueprint("pages", __name__)
    bp.add_app_template_filter(_china_time, "china_time")

    @bp.get("/")
    def index() -> ResponseReturnValue:
        """All phones, with a search and a form to add one."""
        return _index()

    @bp.post("/phones")
    def add_phone() -> ResponseReturnValue:
        """Add the phone of the form, and show it."""
        number = request.form.get("phone_number", "").strip()
        try:
            phone = simulator.phones.add(number)
        except ControlError as error:
            return _index(number, error.message, error.status)
        return redirect(url_for("pages.show_phone", openid=phone.openid), 303)

    @bp.get("/phones/<openid>")
    def show_phone(openid: str) -> ResponseReturnValue:
        """One phone: its messages, and what its owner can tap."""
        return _phone(openid)

    @bp.post("/phones/<openid>")
    def act(openid: str) -> ResponseReturnValue:
        """A tap of the owner: accept or reject the chosen templates, follow or unfollow the official account."""
        phone = simulator.phones.find(openid)
        action = request.form.get("action", "")
        try:
            if action in ("accept", "reject"):
                phone_actions.answer_request(simulator, phone, request.form.getlist("template_id"), action)
            elif action in ("follow", "unfollow"):
                phone_actions.follow(simulator, phone, action == "follow")
            else:
                raise ControlError(422, "没有这个操作。")
        except ControlError as error:
            return _phone(openid, error.message, error.status)
        return redirect(url_for("pages.show_phone", openid=openid, done=action), 303)

    @bp.get("/phones/<openid>/scan/<scene>")
    def scan(openid: str, scene: str) -> ResponseReturnValue:
        """What the mini-program shows when the phone's camera is held at the code."""
        phone = simulator.phones.find(openid)
        shown = MiniProgram(simulator, phone, api_url).look_at(scene)
        return render_template("scan.html", phone=phone, scan=shown)

    @bp.post("/phones/<openid>/scan/<scene>")
    def answer_scan(openid: str, scene: str) -> ResponseReturnValue:
        """The tap on "confirm" or "that was not me"."""
        phone = simulator.phones.find(openid)
        answer = "confirmation" if request.form.get("answer") == "confirmation" else "rejection"
        MiniProgram(simulator, phone, api_url).answer(scene, answer)
        return redirect(url_for("pages.show_phone", openid=openid, done=answer), 303)

    def _index(typed: str = "", refusal: str = "", status: int = 200) -> tuple[str, int]:
        search = request.args.get("search", "").strip()
        found = simulator.phones.search(search)
        shown = found[:PHONES_PER_PAGE]
        page = render_template(
            "index.html",
            phones=shown,
            found=len(found),
            total=len(simulator.phones),
            counts=simulator.inbox.counts([phone.openid for phone in shown]),
            search=search,
            typed=typed,
            refusal=refusal,
        )
        return page, status

    def _phone(openid: str, refusal: str = "", status: int = 200) -> tuple[str, int]:
        phone = simulator.phones.find(openid)
        messages = simulator.inbox.of(openid)
        page = render_template(
            "phone.html",
            phone=phone,
            messages=messages[:MESSAGES_PER_PAGE],
            total=len(messages),
            templates=simulator.templates.all("subscribe"),
            scenes=simulator.scenes.recent(CONFIRM_PAGE),
            now=clock.now().isoformat(),
            done=DONE.get(request.args.get("done", ""), ""),
            refusal=refusal,
        )
        return page, status

    return bp


DONE = {
    "accept": "已允许，所选模板各可再发一条消息。",
    "reject": "已拒绝，次数没有变化。",
    "follow": "已关注公众号。",
    "unfollow": "已取消关注公众号。",
    "confirmation": "已确认，电脑上会自动登录。",
    "rejection": "已拒绝，电脑上没有登录。",
}


def _china_time(moment: str) -> str:
    local = datetime.fromisoformat(moment).astimezone(clock.SHANGHAI)
    return f"{local.month}月{local.day}日 {local:%H:%M}"
