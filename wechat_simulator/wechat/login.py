"""Login, phone numbers and access tokens."""

import base64
import secrets
import time
from typing import Any

from wechat_simulator.errors import WeChatError
from wechat_simulator.limits import MINUTE_S
from wechat_simulator.simulator import App, Simulator
from wechat_simulator.wechat.call import OK, Call, Reply

STABLE_TOKENS_PER_MINUTE = 10_000


def exchange_login_code(simulator: Simulator, call: Call) -> Reply:
    """GET /sns/jscode2session."""
    query = call.query
    if _app(simulator, query) is not simulator.miniprogram:
        raise WeChatError(40013)
    if not query.get("js_code"):
        raise WeChatError(41008)
    if query.get("grant_type") != "authorization_code":
        raise WeChatError(40002)
    phone = simulator.phones.find(simulator.login_codes.redeem(query["js_code"]))
    simulator.phones.count_login(phone)
    if phone.high_risk:
        raise WeChatError(40226)
    session = {"session_key": base64.b64encode(secrets.token_bytes(16)).decode(), "openid": phone.openid}
    return {**session, "unionid": phone.unionid} if simulator.preferences.current.unionid else session


def exchange_phone_code(simulator: Simulator, call: Call) -> Reply:
    """POST /wxa/business/getuserphonenumber."""
    openid = simulator.phone_codes.redeem(call.body.get("code"), call.body.get("openid"))
    number = simulator.phones.find(openid).phone_number
    return {
        **OK,
        "phone_info": {
            "phoneNumber": number,
            "purePhoneNumber": number,
            "countryCode": 86 if int(number[-1]) % 2 else "86",  # WeChat has been seen to send either
            "watermark": {"timestamp": int(time.time()), "appid": simulator.appid},
        },
    }


def stable_token(simulator: Simulator, call: Call) -> Reply:
    """POST /cgi-bin/stable_token."""
    app = _app(simulator, call.body)
    if call.body.get("grant_type") != "client_credential":
        raise WeChatError(40002)
    simulator.limits.count("stable_token", STABLE_TOKENS_PER_MINUTE, MINUTE_S)
    token, seconds = app.access_tokens.stable(call.body.get("force_refresh") is True)
    return {"access_token": token, "expires_in": seconds}


def plain_token(simulator: Simulator, call: Call) -> Reply:
    """GET /cgi-bin/token, which invalidates the one it gave before."""
    app = _app(simulator, call.query)
    if call.query.get("grant_type") != "client_credential":
        raise WeChatError(40002)
    token, seconds = app.access_tokens.plain()
    return {"access_token": token, "expires_in": seconds}


def _app(simulator: Simulator, given: dict[str, Any]) -> App:
    """The account that the credentials are those of."""
    if not given.get("appid"):
        raise WeChatError(41002)
    app = simulator.app_with(given["appid"])
    if not given.get("secret"):
        raise WeChatError(41004)
    if given["secret"] != app.secret:
        raise WeChatError(40125)
    return app
