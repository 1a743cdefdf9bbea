"""WeChat's sign-in calls, with their errors turned into ours."""

from dataclasses import dataclass

import structlog

from app.core import alerts, wechat
from app.core.errors import AppError
from app.identity.errors import (
    ForeignPhone,
    LoginBlocked,
    LoginCodeInvalid,
    PhoneCodeInvalid,
    TooManyLogins,
    WeChatBusy,
)

log = structlog.get_logger(__name__)

CODE_ERRORS = frozenset({40029, 40163, 41008})
HIGH_RISK_USER = 40226
TOO_FREQUENT = 45011
CHINA = "86"
CODE_WIDTH = 430
SUBJECT = "sign_in"
"""What the operator's alerts call this."""


@dataclass(frozen=True)
class WeChatUser:
    """Who a login code stands for. The session key stays with WeChat's answer: nothing here needs it."""

    openid: str
    unionid: str | None


def code_to_session(code: str) -> WeChatUser:
    """The user of a code from wx.login (jscode2session). A code works once, for five minutes."""
    client = wechat.client()
    parameters = {
        "appid": client.appid,
        "secret": client.secret,
        "js_code": code,
        "grant_type": "authorization_code",
    }
    try:
        answer = client.call("get", "/sns/jscode2session", params=parameters)
    except (wechat.WeChatError, wechat.WeChatUnreachable) as error:
        raise _translated(error, LoginCodeInvalid) from None
    alerts.work([SUBJECT])
    return WeChatUser(openid=answer["openid"], unionid=answer.get("unionid"))


def phone_number(code: str) -> str:
    """The number of a code from the phone-number button (getuserphonenumber), digits without country code.

    Raises PhoneCodeInvalid, ForeignPhone, WeChatBusy.
    """
    try:
        answer = wechat.client().call_with_token("post", "/wxa/business/getuserphonenumber", {"code": code})
    except (wechat.WeChatError, wechat.WeChatUnreachable) as error:
        raise _translated(error, PhoneCodeInvalid) from None
    info = answer["phone_info"]
    if str(info["countryCode"]) != CHINA:
        raise ForeignPhone  # another country's number may read like one of ours
    return str(info["purePhoneNumber"])


def code_image(scene: str, page: str) -> bytes:
    """The mini-program code (小程序码) that opens `page` with `scene`: PNG or JPEG. Raises WeChatBusy."""
    asked = {"scene": scene, "page": page, "check_path": False, "width": CODE_WIDTH}
    try:
        return wechat.client().image_with_token("/wxa/getwxacodeunlimit", asked)
    except (wechat.WeChatError, wechat.WeChatUnreachable) as error:
        raise _translated(error, WeChatBusy) from None


def _translated(error: Exception, code_invalid: type[AppError]) -> AppError:
    errcode = getattr(error, "errcode", None)
    if errcode in CODE_ERRORS:
        return code_invalid()
    if errcode == HIGH_RISK_USER:
        return LoginBlocked()
    if errcode == TOO_FREQUENT:
        return TooManyLogins()
    log.warning("wechat_sign_in_failed", errcode=errcode, reason=str(error)[:200])
    if errcode in wechat.CONFIGURATION_ERRORS:
        alerts.seen(alerts.WECHAT[errcode].code, SUBJECT, getattr(error, "errmsg", ""))
    return WeChatBusy()
