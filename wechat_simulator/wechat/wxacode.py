"""Codes that open the mini-program at a page."""

import io
import re

import segno

from wechat_simulator.errors import WeChatError
from wechat_simulator.limits import MINUTE_S
from wechat_simulator.simulator import Simulator
from wechat_simulator.wechat.call import Call, Reply
from wechat_simulator.wechat.messages import check_page

CODES_PER_MINUTE = 5000
DEFAULT_WIDTH = 430
_SCENE = re.compile(r"[0-9A-Za-z!#$&'()*+,/:;=?@\-._~]{1,32}")
_VERSIONS = ("release", "trial", "develop")


def unlimited_code(simulator: Simulator, call: Call) -> Reply:
    """POST /wxa/getwxacodeunlimit: a PNG some `width` pixels wide. A QR code stands in for WeChat's round one."""
    body = call.body
    scene = body.get("scene")
    if not isinstance(scene, str) or not _SCENE.fullmatch(scene):
        raise WeChatError(40129)
    existing = simulator.preferences.current.pages if body.get("check_path", True) else ()
    page = check_page(body.get("page"), existing)
    if "?" in page:
        raise WeChatError(41030)
    width, version = body.get("width", DEFAULT_WIDTH), body.get("env_version", "release")
    if not isinstance(width, int) or not 280 <= width <= 1280 or version not in _VERSIONS:
        raise WeChatError(40097)
    simulator.limits.count("wxacode", CODES_PER_MINUTE, MINUTE_S)
    simulator.scenes.remember(scene, page)
    code = segno.make_qr(f"weixin://miniprogram/{simulator.appid}/{page}?scene={scene}&env={version}")
    image = io.BytesIO()
    code.save(image, kind="png", scale=max(1, width // code.symbol_size()[0]))
    return image.getvalue()
