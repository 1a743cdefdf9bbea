"""The WSGI application: WeChat's side, the control side and the pages."""

from pathlib import Path
from typing import Any

from flask import Flask, Response, jsonify, render_template, request
from werkzeug.exceptions import HTTPException

from app.core import clock
from app.core.settings import Settings
from wechat_simulator import control, control_server, pages
from wechat_simulator.errors import ControlError, WeChatError
from wechat_simulator.gateway import Gateway
from wechat_simulator.simulator import Simulator
from wechat_simulator.template_registry import TEMPLATES_FILE

SENTENCES = {404: "没有这个页面。", 405: "这个地址不支持此操作。", 400: "提交的内容无法读取。"}


def create_application(settings: Settings, templates_file: Path = TEMPLATES_FILE) -> Flask:
    """A Flask application whose WSGI entry answers WeChat's paths itself."""
    clock.configure(settings.clock_file if settings.movable_clock else None)
    simulator = Simulator(settings, templates_file)
    app = Flask(__name__, template_folder="html", static_folder="static")
    app.json.ensure_ascii = False  # type: ignore[attr-defined]
    app.extensions["wechat_simulator"] = simulator
    app.config["MAX_CONTENT_LENGTH"] = 64_000_000
    app.register_blueprint(control.blueprint(simulator))
    app.register_blueprint(control_server.blueprint(simulator, settings))
    app.register_blueprint(pages.blueprint(simulator, settings.effective_public_url))
    app.register_error_handler(ControlError, lambda error: _refusal(error.status, error.message))
    app.register_error_handler(WeChatError, _unknown_phone)
    app.register_error_handler(HTTPException, _http_error)
    app.wsgi_app = Gateway(simulator, app.wsgi_app)  # type: ignore[method-assign]
    return app


def _unknown_phone(error: WeChatError) -> tuple[Any, int]:
    if error.errcode == 40003:
        return _refusal(404, "没有这部手机，请先添加。")
    return _refusal(422, error.detail or "填写的内容有误。")


def _http_error(error: HTTPException) -> tuple[Any, int]:
    status = error.code or 500
    return _refusal(status, SENTENCES.get(status, "操作没有成功。"))


def _refusal(status: int, message: str) -> tuple[str | Response, int]:
    if request.path.startswith("/_sim/"):
        return jsonify(message=message), status
    return render_template("refusal.html", message=message), status
