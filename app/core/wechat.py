"""Thin client of WeChat's server API over wechatpy, with its defects mended.

One token for any number of processes (stable_token under a Redis lock), one retry when WeChat says that the token is
invalid, a timeout on every call, and errors without addresses, since an address carries the token or the secret.
"""

import os
import ssl
from collections.abc import Callable
from time import perf_counter
from typing import Any, TypeVar

import urllib3
from wechatpy import WeChatClient
from wechatpy.exceptions import WeChatClientException

from app.core import tracing
from app.core.access_tokens import SharedToken
from app.core.metrics import Histogram
from app.core.settings import Settings
from app.core.transport import Transport

Answer = TypeVar("Answer")

TOKEN_ERRORS = frozenset({40001, 40014, 42001})
CONFIGURATION_ERRORS = frozenset({40013, 40125, 40164, 41002, 41004})
BUSY = -1
NEVER_CONNECTED = (
    urllib3.exceptions.NewConnectionError,  # refused, or the name is not known
    urllib3.exceptions.ConnectTimeoutError,
    urllib3.exceptions.ProxyError,
)


CALLS = Histogram(
    "community_wechat_call_seconds",
    "Calls to WeChat's server, by path and errcode (0: success, unreachable: no answer)",
    ("path", "errcode"),
    (0.05, 0.1, 0.2, 0.5, 1, 2, 5),
)


class WeChatError(Exception):
    """WeChat answered with an error code, or in a way that cannot be read (errcode None)."""

    def __init__(self, errcode: int | None, errmsg: str = "") -> None:
        super().__init__(f"{errcode} {errmsg}")
        self.errcode = errcode
        self.errmsg = errmsg


class NoToken(WeChatError):
    """No access token could be had, so the call itself was not made."""


class WeChatUnreachable(Exception):
    """No answer. `maybe_done` tells whether WeChat may nevertheless have carried the call out."""

    def __init__(self, reason: str, *, maybe_done: bool) -> None:
        super().__init__(reason)
        self.maybe_done = maybe_done


class AppClient(WeChatClient):  # type: ignore[misc]
    """The calls of one account. Safe to share between threads; build it after a fork."""

    def __init__(self, settings: Settings, appid: str, secret: str) -> None:
        super().__init__(appid, secret, timeout=settings.wechat_timeout_s, auto_retry=False)
        self.base_url = settings.effective_wechat_api_base_url.rstrip("/")
        self._token = SharedToken(self.appid, self._fetched_token, longest_fetch_s=settings.wechat_timeout_s)
        self._http = Transport(self.base_url, connections=settings.send_threads)

    def call(self, method: str, path: str, *, params: dict[str, str] | None = None, data: Any = None) -> dict[str, Any]:
        """Call an endpoint that needs no access token. Raises WeChatError and WeChatUnreachable."""
        answer = self._timed(method, path, params, data)
        if not isinstance(answer, dict):
            raise WeChatError(None, "answer is not JSON")
        return answer

    def call_with_token(
        self, method: str, path: str, data: dict[str, Any], params: dict[str, str] | None = None
    ) -> dict[str, Any]:
        """Call an endpoint with the access token; an invalid token is replaced once.

        Raises WeChatError and WeChatUnreachable; NoToken where the call itself was not made.
        """
        return self._with_token(
            lambda token: self.call(method, path, params={**(params or {}), "access_token": token}, data=data)
        )

    def image_with_token(self, path: str, data: dict[str, Any]) -> bytes:
        """The image that an endpoint answers with. Raises as `call_with_token`, WeChatError too for JSON instead."""
        answer = self._with_token(lambda token: self._timed("post", path, {"access_token": token}, data))
        if isinstance(answer, dict):
            raise WeChatError(answer.get("errcode"), "answer is not an image")
        return bytes(answer.content)

    def _with_token(self, call: Callable[[str], Answer]) -> Answer:
        token = self.access_token
        try:
            return call(token)
        except WeChatError as error:
            if error.errcode not in TOKEN_ERRORS:
                raise
        return call(self._token.renewed(token))

    def _timed(self, method: str, path: str, params: dict[str, str] | None, data: Any) -> Any:
        with CALLS.timed() as labels:
            labels += [path, "unreachable"]
            began = perf_counter()
            try:
                answer = self._answer(method, path, params or {}, data or "")
                labels[1] = "0"
            except WeChatError as error:
                labels[1] = str(error.errcode)
                raise
            finally:
                tracing.call("wechat", path, perf_counter() - began, errcode=labels[1])
            return answer

    def _answer(self, method: str, path: str, params: dict[str, str], data: Any) -> Any:
        try:
            return self._request(method, self.base_url + path, params={"access_token": None, **params}, data=data)
        except WeChatClientException as error:
            raise WeChatError(error.errcode, str(error.errmsg)) from None
        except urllib3.exceptions.HTTPError as error:
            raise WeChatUnreachable(type(error).__name__, maybe_done=_left_the_house(error)) from None

    @property
    def access_token(self) -> str:
        """The token that all processes share. Raises NoToken."""
        return self._token.get()

    def _fetched_token(self) -> tuple[str, int]:
        credentials = {"grant_type": "client_credential", "appid": self.appid, "secret": self.secret}
        try:
            answer = self.call("post", "/cgi-bin/stable_token", data={**credentials, "force_refresh": False})
            return str(answer["access_token"]), int(answer["expires_in"])
        except WeChatError as error:
            raise NoToken(error.errcode, error.errmsg) from None
        except (WeChatUnreachable, KeyError, ValueError):
            raise NoToken(None) from None


class MiniProgramClient(AppClient):
    """The mini-program's calls."""

    def __init__(self, settings: Settings) -> None:
        super().__init__(settings, settings.secrets["wechat_appid"], settings.secrets["wechat_secret"])


class OfficialAccountClient(AppClient):
    """The calls of the linked official account (服务号)."""

    def __init__(self, settings: Settings) -> None:
        super().__init__(
            settings, settings.secrets["wechat_official_appid"], settings.secrets["wechat_official_secret"]
        )


def _left_the_house(error: urllib3.exceptions.HTTPError) -> bool:
    """Whether the request may have reached WeChat before the connection broke."""
    if isinstance(error, urllib3.exceptions.SSLError):
        return not isinstance(error.args[0] if error.args else None, ssl.SSLCertVerificationError)
    return not isinstance(error, NEVER_CONNECTED)


_settings: Settings | None = None
_client: tuple[int, MiniProgramClient] | None = None
_official: tuple[int, OfficialAccountClient] | None = None


def configure(settings: Settings) -> None:
    """Take the address and the credentials from the settings."""
    global _settings, _client, _official
    _settings, _client, _official = settings, None, None


def client() -> MiniProgramClient:
    """This process's client; a forked child builds its own."""
    global _client
    assert _settings is not None, "wechat.configure() was not called"
    if _client is None or _client[0] != os.getpid():
        _client = (os.getpid(), MiniProgramClient(_settings))
    return _client[1]


def official() -> OfficialAccountClient:
    """This process's client of the official account; a forked child builds its own."""
    global _official
    assert _settings is not None, "wechat.configure() was not called"
    if _official is None or _official[0] != os.getpid():
        _official = (os.getpid(), OfficialAccountClient(_settings))
    return _official[1]
