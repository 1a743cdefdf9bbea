"""Authentication of routes: bearer tokens."""

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

from flask import request

from app.core.errors import Unauthenticated
from app.identity.service import authenticate
from miniprogram_api.http import documented, fails_with

View = TypeVar("View", bound=Callable[..., Any])

SECURITY_SCHEME = {"type": "http", "scheme": "bearer", "description": "Token of POST /auth/wechat"}


def bearer(authorization: str) -> str:
    """The token of an Authorization header; empty where it has none."""
    scheme, _, token = authorization.partition(" ")
    return token.strip() if scheme.lower() == "bearer" else ""


def authenticated_by(look_up: Callable[..., Any]) -> Callable[[View], View]:
    """Pass what `look_up(token, **ids of the address)` finds as first argument: the actor, or the actor and more.

    For routes where one statement finds the sign-in and what it is asked for. Raises Unauthenticated (401).
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def wrapped(*args: Any, **ids: Any) -> Any:
            token = bearer(request.headers.get("Authorization", ""))
            if not token:
                raise Unauthenticated
            return view(look_up(token, **ids), *args, **ids)

        wrapped.authenticates = True  # type: ignore[attr-defined]
        return documented(fails_with(Unauthenticated)(wrapped), security=[{"bearer": []}])  # type: ignore[return-value]

    return decorate


authenticated = authenticated_by(lambda token, **ids: authenticate(token))
"""Pass the actor of the bearer token as first argument. Raises Unauthenticated (401)."""
