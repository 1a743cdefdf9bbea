"""Authentication of routes: bearer tokens."""

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

from flask import request

from app.core import rate_limits
from app.core.errors import TooManyRequests, Unauthenticated
from app.identity.service import authenticate
from miniprogram_api.http import documented, fails_with
from miniprogram_api.repeats import answered_once

View = TypeVar("View", bound=Callable[..., Any])

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
ACTS_A_MINUTE = 120
"""How often an account may ask for one operation that changes something: no thumb is faster."""
SECURITY_SCHEME = {"type": "http", "scheme": "bearer", "description": "Token of POST /auth/wechat"}


def bearer(authorization: str) -> str:
    """The token of an Authorization header; empty where it has none."""
    scheme, _, token = authorization.partition(" ")
    return token.strip() if scheme.lower() == "bearer" else ""


def authenticated_by(look_up: Callable[..., Any], *, guarded: bool = False) -> Callable[[View], View]:
    """Pass what `look_up(token, **ids of the address)` finds as first argument: the actor, or the actor and more.

    For routes where one statement finds the sign-in and what it is asked for. Raises Unauthenticated (401).
    `guarded`: what changes something may be asked for so many times a minute (429), and a POST is done once a key.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def wrapped(*args: Any, **ids: Any) -> Any:
            token = bearer(request.headers.get("Authorization", ""))
            if not token:
                raise Unauthenticated
            found = look_up(token, **ids)
            if not guarded or request.method in SAFE:
                return view(found, *args, **ids)
            if not rate_limits.allows(ACTS_A_MINUTE, request.endpoint or "", found.account_id.hex):
                raise TooManyRequests
            if request.method != "POST":
                return view(found, *args, **ids)
            return answered_once(found, lambda: view(found, *args, **ids))

        wrapped.authenticates = True  # type: ignore[attr-defined]
        wrapped.answers_once = guarded  # type: ignore[attr-defined]
        return documented(fails_with(Unauthenticated)(wrapped), security=[{"bearer": []}])  # type: ignore[return-value]

    return decorate


authenticated = authenticated_by(lambda token, **ids: authenticate(token), guarded=True)
"""Pass the actor of the bearer token as first argument. Raises Unauthenticated (401), TooManyRequests (429)."""

authenticated_to_cast = authenticated_by(lambda token, **ids: authenticate(token))
"""As `authenticated`, for what is done once by its nature and must cost no question more: a second ballot is refused,
and the refusal names the first.
"""
