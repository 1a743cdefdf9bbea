"""Access tokens. /cgi-bin/stable_token and /cgi-bin/token each have their own, which do not touch each other."""

import re
import secrets
import threading
import time
from dataclasses import asdict, dataclass

from wechat_simulator.errors import WeChatError
from wechat_simulator.store import Store

LIFETIME_S = 7200
RENEWED_BELOW_S = 300
WELL_FORMED = re.compile(r"[\w-]{64,512}", re.ASCII)


@dataclass(slots=True)
class _Token:
    issuer: str
    expires_at: float
    superseded: bool = False


class AccessTokens:
    """The tokens that one account was given so far; they survive a restart."""

    def __init__(self, store: Store, fact: str) -> None:
        self._store = store
        self._fact = fact
        self._lock = threading.Lock()
        self._tokens: dict[str, _Token] = {value: _Token(**fields) for value, fields in store.fact(fact, {}).items()}

    def stable(self, force_refresh: bool) -> tuple[str, int]:
        """The current stable token and the seconds it has left: the same one while at least 300 s are left.

        A forced refresh supersedes the earlier token; an ordinary renewal leaves it to expire.
        """
        with self._lock:
            now = time.time()
            if not force_refresh:
                for value, token in reversed(self._tokens.items()):
                    if token.issuer == "stable" and not token.superseded:
                        left = int(token.expires_at - now)
                        if left >= RENEWED_BELOW_S:
                            return value, left
                        break
            return self._issue("stable", supersede=force_refresh), LIFETIME_S

    def plain(self) -> tuple[str, int]:
        """A fresh token of /cgi-bin/token, which supersedes the one before."""
        with self._lock:
            return self._issue("plain", supersede=True), LIFETIME_S

    def check(self, value: str) -> None:
        """Refuse a token: WeChatError 41001, 40014, 40001 or 42001."""
        token = self._tokens.get(value)
        if token is None:
            if not value:
                raise WeChatError(41001)
            raise WeChatError(40001 if WELL_FORMED.fullmatch(value) else 40014)
        if token.superseded:
            raise WeChatError(40001)
        if token.expires_at < time.time():
            raise WeChatError(42001)

    def knows(self, value: str) -> bool:
        """Whether the account was given this token."""
        return value in self._tokens

    def expire_all(self) -> int:
        """Let every token expire now; how many were still valid."""
        with self._lock:
            now = time.time()
            valid = [token for token in self._tokens.values() if token.expires_at >= now and not token.superseded]
            for token in valid:
                token.expires_at = now - 1
            self._keep()
            return len(valid)

    def _issue(self, issuer: str, *, supersede: bool) -> str:
        if supersede:
            for token in self._tokens.values():
                token.superseded = token.superseded or token.issuer == issuer
        horizon = time.time() - LIFETIME_S
        self._tokens = {value: token for value, token in self._tokens.items() if token.expires_at > horizon}
        issued = "99_" + secrets.token_urlsafe(100)
        self._tokens[issued] = _Token(issuer, time.time() + LIFETIME_S)
        self._keep()
        return issued

    def _keep(self) -> None:
        self._store.keep_fact(self._fact, {value: asdict(token) for value, token in self._tokens.items()})
