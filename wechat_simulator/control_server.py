"""Control side, the server itself: faults, clock, events, preferences, access tokens, health."""

from dataclasses import asdict
from datetime import datetime

from flask import Blueprint, jsonify
from flask.typing import ResponseReturnValue

from app.core import clock
from app.core.settings import Settings
from wechat_simulator.control import json_object
from wechat_simulator.errors import ControlError
from wechat_simulator.events import target_from
from wechat_simulator.faults import rule_from
from wechat_simulator.simulator import Simulator


def blueprint(simulator: Simulator, settings: Settings) -> Blueprint:
    """The remaining routes under /_sim."""
    bp = Blueprint("control_server", __name__, url_prefix="/_sim")

    @bp.get("/health")
    def health() -> ResponseReturnValue:
        """That the simulator runs."""
        return jsonify(status="ok", appid=simulator.appid, phones=len(simulator.phones))

    @bp.get("/faults")
    def show_faults() -> ResponseReturnValue:
        """The rules in force, with how often each has struck."""
        return jsonify(simulator.faults.describe())

    @bp.put("/faults")
    def set_faults() -> ResponseReturnValue:
        """Replace the rules."""
        body = json_object()
        rules, seed = body.get("rules", []), body.get("seed", 0)
        if not isinstance(rules, list) or not isinstance(seed, int):
            raise ControlError(422, "seed 应为整数，rules 应为数组。")
        simulator.faults.configure(seed, [rule_from(entry) for entry in rules])
        return jsonify(simulator.faults.describe())

    @bp.delete("/faults")
    def clear_faults() -> ResponseReturnValue:
        """Let everything work again."""
        simulator.faults.configure(0, [])
        return "", 204

    @bp.get("/clock")
    def show_clock() -> ResponseReturnValue:
        """The program's clock."""
        return jsonify(now=clock.now().isoformat(), movable=settings.movable_clock)

    @bp.put("/clock")
    def move_clock() -> ResponseReturnValue:
        """Move the program's clock forward to `now`, an ISO 8601 moment with its zone."""
        try:
            moment = datetime.fromisoformat(str(json_object().get("now")))
        except ValueError:
            raise ControlError(422, "now 应为 ISO 8601 时间，例如 2026-05-01T09:00:00+08:00。") from None
        if moment.tzinfo is None:
            raise ControlError(422, "now 应带时区，例如 2026-05-01T09:00:00+08:00。")
        if not settings.movable_clock:
            raise ControlError(409, "时钟不可调整：请在嵌入模式下以 MOVABLE_CLOCK=true 启动。")
        try:
            return jsonify(now=clock.move_to(moment).isoformat(), movable=True)
        except ValueError:
            raise ControlError(409, "时钟只能向前调整，不能回到过去。") from None

    @bp.get("/events")
    def show_events() -> ResponseReturnValue:
        """Where events are pushed to, and what has become of the latest ones."""
        return jsonify(simulator.events.describe())

    @bp.put("/events")
    def set_events() -> ResponseReturnValue:
        """Push events to `url` with `token`, `encoding_aes_key` and `format` ("xml" or "json")."""
        simulator.events.configure(target_from(json_object()))
        return jsonify(simulator.events.describe())

    @bp.delete("/events")
    def stop_events() -> ResponseReturnValue:
        """Push nothing any more."""
        simulator.events.configure(None)
        return "", 204

    @bp.post("/events/verify")
    def verify_events() -> ResponseReturnValue:
        """Make the GET check with `echostr` against the configured server."""
        return jsonify(verified=simulator.events.verify_target())

    @bp.get("/preferences")
    def show_preferences() -> ResponseReturnValue:
        """What is set about the mini-program."""
        return jsonify(asdict(simulator.preferences.current))

    @bp.put("/preferences")
    def change_preferences() -> ResponseReturnValue:
        """Change the preferences that are named."""
        return jsonify(asdict(simulator.preferences.change(json_object())))

    @bp.delete("/access-tokens")
    def expire_access_tokens() -> ResponseReturnValue:
        """Let every access token expire now (42001)."""
        return jsonify(
            expired=simulator.miniprogram.access_tokens.expire_all() + simulator.official.access_tokens.expire_all()
        )

    @bp.get("/templates")
    def list_templates() -> ResponseReturnValue:
        """The message templates of both channels."""
        templates = simulator.templates.all("subscribe") + simulator.templates.all("official")
        return jsonify(templates=[asdict(template) for template in templates])

    return bp
