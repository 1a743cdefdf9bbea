"""How often an address may be asked by one client: for what needs no sign-in, and for codes.

The library behind Flask-Limiter, without its hooks: those would run at every request, casting a ballot among them.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

from flask import request

from app.core import rate_limits
from app.core.errors import AppError, TooManyRequests
from miniprogram_api.http import fails_with

View = TypeVar("View", bound=Callable[..., Any])


def limited(per_minute: int) -> Callable[[View], View]:
    """Let a client ask for an operation so many times a minute. Raises TooManyRequests (429)."""

    def decorate(view: View) -> View:
        @wraps(view)
        def wrapped(*args: Any, **kwargs: Any) -> Any:
            if not rate_limits.allows(per_minute, request.endpoint or "", request.remote_addr or ""):
                raise TooManyRequests
            return view(*args, **kwargs)

        return fails_with(TooManyRequests)(wrapped)  # type: ignore[return-value]

    return decorate


def guessing_limited(per_minute: int, *errors: type[AppError]) -> Callable[[View], View]:
    """Refuse a client that failed with one of `errors` so many times within a minute: it guesses. Raises
    TooManyRequests (429). What succeeds costs nothing of the limit, so that a whole office may sign in at once.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def wrapped(*args: Any, **kwargs: Any) -> Any:
            key = ("guess", request.endpoint or "", request.remote_addr or "")
            if rate_limits.used_up(per_minute, *key):
                raise TooManyRequests
            try:
                return view(*args, **kwargs)
            except errors:
                rate_limits.allows(per_minute, *key)
                raise

        return fails_with(TooManyRequests)(wrapped)  # type: ignore[return-value]

    return decorate
