"""The WSGI layer in front of Flask that answers WeChat's paths.

It routes with one dictionary look-up, since benchmarks send thousands of messages a second through it, and it applies
the faults, which may break a connection.
"""

import json
import time
from collections.abc import Callable, Iterable
from contextlib import nullcontext
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl

from wechat_simulator.errors import WeChatError
from wechat_simulator.faults import Effect
from wechat_simulator.simulator import Simulator
from wechat_simulator.wechat import login, messages, official, security, templates, wxacode
from wechat_simulator.wechat.call import Call, Reply

WECHAT_PREFIXES = ("/cgi-bin/", "/sns/", "/wxa/", "/wxaapi/")
LARGEST_BODY = 1_000_000
_JSON = "application/json; encoding=utf-8"
_compact = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode

Environ = dict[str, Any]
StartResponse = Callable[..., Any]


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One path of WeChat's API.

    needs_token    whether the query must bring a valid access_token
    official       whether it is the official account's token
    one_at_a_time  whether two calls for the same `touser` get in each other's way (43108)
    """

    method: str
    handle: Callable[[Simulator, Call], Reply]
    needs_token: bool = True
    one_at_a_time: bool = False
    official: bool = False
    content_type: str = _JSON


ENDPOINTS: dict[str, Endpoint] = {
    "/sns/jscode2session": Endpoint("GET", login.exchange_login_code, needs_token=False, content_type="text/plain"),
    "/cgi-bin/stable_token": Endpoint("POST", login.stable_token, needs_token=False),
    "/cgi-bin/token": Endpoint("GET", login.plain_token, needs_token=False),
    "/wxa/business/getuserphonenumber": Endpoint("POST", login.exchange_phone_code),
    "/cgi-bin/message/subscribe/send": Endpoint("POST", messages.send_subscribe_message, one_at_a_time=True),
    "/cgi-bin/message/template/send": Endpoint("POST", official.send_official_message, official=True),
    "/wxaapi/newtmpl/gettemplate": Endpoint("GET", templates.subscribe_templates),
    "/cgi-bin/template/get_all_private_template": Endpoint("GET", templates.official_templates, official=True),
    "/cgi-bin/user/info": Endpoint("GET", official.official_user, official=True),
    "/cgi-bin/user/info/batchget": Endpoint("POST", official.official_users, official=True),
    "/cgi-bin/user/get": Endpoint("GET", official.followers, official=True),
    "/cgi-bin/message/wxopen/template/send": Endpoint("POST", messages.retired_template_message),
    "/cgi-bin/message/wxopen/template/uniform_send": Endpoint("POST", messages.retired_uniform_message),
    "/wxa/msg_sec_check": Endpoint("POST", security.check_text),
    "/wxa/media_check_async": Endpoint("POST", security.check_media),
    "/wxa/getwxacodeunlimit": Endpoint("POST", wxacode.unlimited_code),
}


class Gateway:
    """WeChat's paths; everything else goes on to the control side and the pages."""

    def __init__(self, simulator: Simulator, otherwise: Callable[[Any, Any], Iterable[bytes]]) -> None:
        self._simulator = simulator
        self._otherwise = otherwise

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        path = environ["PATH_INFO"]
        endpoint = ENDPOINTS.get(path)
        if endpoint is None and not path.startswith(WECHAT_PREFIXES):
            return self._otherwise(environ, start_response)
        effect = self._simulator.faults.next(path)
        try:
            if endpoint is None:
                raise WeChatError(40066)
            reply = self._answer(endpoint, environ, effect)
        except WeChatError as error:
            reply = error.body
        if effect.drop_connection or effect.lose_reply:
            return _broken_reply(start_response)
        if isinstance(reply, bytes):
            return _reply(start_response, "image/png", reply)
        content_type = endpoint.content_type if endpoint else _JSON
        return _reply(start_response, content_type, _compact(reply).encode())

    def _answer(self, endpoint: Endpoint, environ: Environ, effect: Effect) -> Reply:
        simulator = self._simulator
        call = _call(endpoint, environ)
        with simulator.alone(call.body.get("touser")) if endpoint.one_at_a_time else nullcontext():
            if effect.latency_s:
                time.sleep(effect.latency_s)
            if effect.drop_connection:
                return {}
            if effect.errcode is not None:
                raise WeChatError(effect.errcode)
            if endpoint.needs_token:
                _check_token(simulator, endpoint, call.query.get("access_token", ""))
            return endpoint.handle(simulator, call)


def _check_token(simulator: Simulator, endpoint: Endpoint, token: str) -> None:
    own, other = simulator.miniprogram.access_tokens, simulator.official.access_tokens
    if endpoint.official:
        own, other = other, own
    if other.knows(token):
        raise WeChatError(48001)
    own.check(token)


def _call(endpoint: Endpoint, environ: Environ) -> Call:
    raw = environ["wsgi.input"].read(LARGEST_BODY)
    if environ["REQUEST_METHOD"] != endpoint.method:
        raise WeChatError(43001 if endpoint.method == "GET" else 43002)
    query = dict(parse_qsl(environ.get("QUERY_STRING", "")))
    if endpoint.method == "GET":
        return Call(query, {}, raw)
    try:
        body = json.loads(raw)
    except ValueError:
        raise WeChatError(47001) from None
    if not isinstance(body, dict):
        raise WeChatError(47001)
    return Call(query, body, raw)


def _reply(start_response: StartResponse, content_type: str, body: bytes) -> list[bytes]:
    start_response("200 OK", [("Content-Type", content_type), ("Content-Length", str(len(body)))])
    return [body]


def _broken_reply(start_response: StartResponse) -> Iterable[bytes]:
    # WSGI cannot close a socket. A promised body that never comes makes the server break the connection off.
    start_response("200 OK", [("Content-Type", _JSON), ("Content-Length", "64")])
    return iter(())
