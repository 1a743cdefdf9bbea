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


def authenticated(view: View) -> View:
    """Pass the actor of the bearer token as first argument. Raises Unauthenticated (401)."""

    @wraps(view)
    def wrapped(*args: Any, **kwargs: Any) -> Any:
        scheme, _, token = request.headers.get("Authorization", "").partition(" ")
        if scheme.lower() != "bearer" or not token:
            raise Unauthenticated
        return view(authenticate(token.strip()), *args, **kwargs)

    wrapped.authenticates = True  # type: ignore[attr-defined]
    return documented(fails_with(Unauthenticated)(wrapped), security=[{"bearer": []}])  # type: ignore[return-value]
