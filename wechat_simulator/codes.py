"""One-time codes that a phone hands to the mini-program: one kind for logging in, one for the phone number."""

import secrets
import threading
import time
from collections import OrderedDict
from dataclasses import dataclass

from wechat_simulator.errors import WeChatError

LIFETIME_S = 300


@dataclass(slots=True)
class _Code:
    openid: str
    expires_at: float
    used: bool = False


class Codes:
    """Codes of one kind: valid for five minutes, once."""

    def __init__(self, used_errcode: int) -> None:
        self._used_errcode = used_errcode
        self._lock = threading.Lock()
        self._codes: OrderedDict[str, _Code] = OrderedDict()

    def issue(self, openid: str) -> str:
        """A fresh code of a phone."""
        code = secrets.token_urlsafe(24)
        now = time.time()
        with self._lock:
            while self._codes and next(iter(self._codes.values())).expires_at < now:
                self._codes.popitem(last=False)
            self._codes[code] = _Code(openid, now + LIFETIME_S)
        return code

    def redeem(self, code: object, openid: object = None) -> str:
        """The openid of a code, which is then used up.

        WeChatError 40029 for an unknown or expired code, or one of another openid than the given one; the kind's own
        errcode for a used one.
        """
        with self._lock:
            found = self._codes.get(code) if isinstance(code, str) else None
            if found is None or found.expires_at < time.time() or openid not in (None, found.openid):
                raise WeChatError(40029)
            if found.used:
                raise WeChatError(self._used_errcode)
            found.used = True
            return found.openid
