"""WeChat's error codes and their texts, and the errors of the simulator's own control side."""

import secrets
import time

ERROR_TEXTS: dict[int, str] = {
    -1: "system error",
    40001: "invalid credential, access_token is invalid or not latest",
    40002: "invalid grant_type",
    40003: "invalid openid",
    40013: "invalid appid",
    40014: "invalid access_token",
    40029: "invalid code",
    40032: "invalid openid list size",
    40037: "invalid template_id",
    40066: "invalid url",
    40097: "invalid args",
    40125: "invalid appsecret",
    40129: "invalid scene",
    40163: "code been used",
    40164: "invalid ip 127.0.0.1 ipv6 ::ffff:127.0.0.1, not in whitelist",
    40226: "code blocked",
    41001: "access_token missing",
    41002: "appid missing",
    41004: "appsecret missing",
    41008: "missing code",
    41030: "invalid page",
    42001: "access_token expired",
    43001: "require GET method",
    43002: "require POST method",
    43004: "require subscribe",
    43101: "user refuse to accept the msg",
    43107: "subscribe message service is banned",
    43108: "concurrent calls to the same openid",
    43116: "the template is banned because of illegal content",
    44004: "empty content",
    45002: "content size out of limit",
    45009: "reach max api daily quota limit",
    45011: "api minute-quota reach limit, must slower, retry next minute",
    45103: "this api has been offline",
    45109: "this api has been offline, use subscribe message instead",
    45168: "the message contains sensitive content",
    47001: "data format error",
    47003: "argument invalid!",
    48001: "api unauthorized",
    61010: "user has not visited the mini program within 2 hours",
}


class WeChatError(Exception):
    """An errcode for the caller; `detail` replaces the usual text."""

    def __init__(self, errcode: int, detail: str = "") -> None:
        super().__init__(errcode)
        self.errcode = errcode
        self.detail = detail

    @property
    def body(self) -> dict[str, object]:
        """The JSON body, its errmsg ending in a request id as WeChat's do."""
        text = self.detail or ERROR_TEXTS.get(self.errcode, "system error")
        rid = f"{int(time.time()):08x}-{secrets.token_hex(4)}-{secrets.token_hex(4)}"
        return {"errcode": self.errcode, "errmsg": f"{text} rid: {rid}"}


class ControlError(Exception):
    """A refusal of the control side or the pages: an HTTP status and a Chinese sentence for people."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.message = message
