"""Content security: text at once, media in the background with an event."""

import http.client
import secrets
from typing import Any
from urllib.parse import unquote, urlsplit

from wechat_simulator.errors import WeChatError
from wechat_simulator.event_bodies import Event
from wechat_simulator.simulator import Simulator
from wechat_simulator.wechat.call import OK, Call, Reply

LONGEST_TEXT = 2500
LARGEST_MEDIA = 10_000_000
DOWNLOAD_TIMEOUT_S = 5.0
RISKY_WORDS = ("违规测试", "SIM-RISKY")
REVIEW_WORDS = ("存疑测试", "SIM-REVIEW")
PASS, REVIEW, RISKY = ("pass", 100), ("review", 20001), ("risky", 20006)
_SCENES = (1, 2, 3, 4)


def check_text(simulator: Simulator, call: Call) -> Reply:
    """POST /wxa/msg_sec_check, version 2. Risk comes with errcode 0."""
    body = call.body
    content = body.get("content")
    _check_common(simulator, body)
    if not isinstance(content, str) or not content:
        raise WeChatError(44004)
    if len(content) > LONGEST_TEXT:
        raise WeChatError(45002)
    # WeChat looks at the bytes as they come: text that arrives as \uXXXX escapes is not recognized.
    suggest, label = PASS if b"\\u" in call.raw else verdict_on(content)
    detail = {"strategy": "content_model", "errcode": 0, "suggest": suggest, "label": label, "prob": 90}
    return {**OK, "result": {"suggest": suggest, "label": label}, "detail": [detail], "trace_id": _trace_id()}


def check_media(simulator: Simulator, call: Call) -> Reply:
    """POST /wxa/media_check_async, version 2: the verdict is pushed as a wxa_media_check event."""
    body = call.body
    url = body.get("media_url")
    openid = _check_common(simulator, body)
    if body.get("media_type") not in (1, 2) or not _is_web_address(url):
        raise WeChatError(40097)
    trace_id = _trace_id()
    delay_s = simulator.preferences.current.media_check_delay_ms / 1000
    simulator.events.push(lambda: _media_event(simulator.appid, openid, trace_id, str(url)), delay_s)
    return {**OK, "trace_id": trace_id}


def verdict_on(text: str) -> tuple[str, int]:
    """The verdict (suggest and label) on a text, by the words that stand for violations."""
    if any(word in text for word in RISKY_WORDS):
        return RISKY
    return REVIEW if any(word in text for word in REVIEW_WORDS) else PASS


def _check_common(simulator: Simulator, body: dict[str, Any]) -> str:
    if body.get("version") != 2 or body.get("scene") not in _SCENES:
        raise WeChatError(40097)
    phone = simulator.phones.find(body.get("openid"))
    if not phone.visited_recently:
        raise WeChatError(61010)
    return phone.openid


def _media_event(appid: str, openid: str, trace_id: str, url: str) -> Event:
    head: dict[str, Any] = {"appid": appid, "trace_id": trace_id, "version": 2}
    try:
        suggest, label = _verdict_on_media(url)
    except (OSError, ValueError, http.client.HTTPException):
        failure = {"detail": [], "errcode": -1008, "errmsg": "download fail", "result": {"suggest": "", "label": 0}}
        return Event("wxa_media_check", openid, {**head, **failure})
    detail = {"strategy": "content_model", "errcode": 0, "suggest": suggest, "label": label, "prob": 90}
    result = {"suggest": suggest, "label": label}
    return Event("wxa_media_check", openid, {**head, "detail": [detail], **OK, "result": result})


def _verdict_on_media(url: str) -> tuple[str, int]:
    """By the file's name, or else by its bytes, which are fetched as WeChat would fetch them."""
    by_name = verdict_on(unquote(url))
    return by_name if by_name != PASS else verdict_on(_download(url).decode("utf-8", "ignore"))


def _download(url: str) -> bytes:
    address = urlsplit(url)
    connect = http.client.HTTPSConnection if address.scheme == "https" else http.client.HTTPConnection
    connection = connect(address.hostname or "", address.port, timeout=DOWNLOAD_TIMEOUT_S)
    try:
        connection.request("GET", (address.path or "/") + (f"?{address.query}" if address.query else ""))
        response = connection.getresponse()
        if response.status != 200:
            raise ValueError(f"HTTP {response.status}")
        return response.read(LARGEST_MEDIA)
    finally:
        connection.close()


def _is_web_address(url: object) -> bool:
    return isinstance(url, str) and url.startswith(("http://", "https://")) and bool(urlsplit(url).hostname)


def _trace_id() -> str:
    return f"{secrets.token_hex(4)}-{secrets.token_hex(4)}-{secrets.token_hex(4)}"
