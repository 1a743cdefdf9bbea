"""WeChat's content security (内容安全), version 2: risk comes with errcode 0."""

from dataclasses import dataclass
from typing import Any

import structlog

from app.core import wechat
from app.moderation.check_models import Suggest

log = structlog.get_logger(__name__)

SCENE_FORUM = 3
PICTURE = 2
QUOTA_USED_UP = 45009
LONGEST_TEXT = 2500


@dataclass(frozen=True)
class Verdict:
    """What WeChat says: its suggestion and its label, or a short word for why it could not be had."""

    suggest: Suggest
    label: str = ""


class TryAgain(Exception):
    """WeChat is busy or did not answer: ask again later."""


def check_text(openid: str, text: str) -> Verdict:
    """The verdict on a text whose author has this openid (msg_sec_check). Raises TryAgain."""
    body = {"version": 2, "openid": openid, "scene": SCENE_FORUM, "content": text[:LONGEST_TEXT]}
    answer = _asked("/wxa/msg_sec_check", body)
    return answer if isinstance(answer, Verdict) else verdict_of(answer.get("result"))


def check_picture(openid: str, url: str) -> Verdict | str:
    """The trace id by which the verdict on a picture will be pushed (media_check_async). Raises TryAgain."""
    body = {"version": 2, "openid": openid, "scene": SCENE_FORUM, "media_type": PICTURE, "media_url": url}
    answer = _asked("/wxa/media_check_async", body)
    if isinstance(answer, Verdict):
        return answer
    trace_id = answer.get("trace_id")
    return trace_id if isinstance(trace_id, str) and trace_id else Verdict(Suggest.UNCHECKED, "no_trace_id")


def verdict_of(result: Any) -> Verdict:
    """The verdict in a result; one that cannot be read is none. The label comes as a number or as words."""
    try:
        return Verdict(Suggest(result["suggest"]), str(result["label"])[:32])
    except (KeyError, TypeError, ValueError):
        return Verdict(Suggest.UNCHECKED, "unreadable")


def _asked(path: str, body: dict[str, Any]) -> dict[str, Any] | Verdict:
    """The answer, or that there will be none: 61010 says that the author has not been here for two hours."""
    try:
        return wechat.client().call_with_token("post", path, body)
    except (wechat.WeChatUnreachable, wechat.NoToken) as error:
        raise TryAgain from error
    except wechat.WeChatError as error:
        if error.errcode in (None, wechat.BUSY, QUOTA_USED_UP, *wechat.TOKEN_ERRORS):
            raise TryAgain from error
        log.warning("content_not_checked", errcode=error.errcode)
        return Verdict(Suggest.UNCHECKED, f"wechat_{error.errcode}")
