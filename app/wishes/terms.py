"""How long things last."""

from datetime import timedelta

from app.core.settings import Settings

_claim, _wish, _photos = timedelta(days=7), timedelta(days=60), timedelta(days=90)

AFTER_A_CLAIM = timedelta(days=14)
"""How long a wish stays at least after a claim on it came to nothing, however near its own end was."""


def configure(settings: Settings) -> None:
    """Take over the settings."""
    global _claim, _wish, _photos
    _claim, _wish = timedelta(days=settings.wish_claim_days), timedelta(days=settings.wish_days)
    _photos = timedelta(days=settings.wish_photo_days)


def claim_term() -> timedelta:
    """How long a claim holds before it is begun."""
    return _claim


def wish_term() -> timedelta:
    """How long a wish waits for a claim."""
    return _wish


def photo_term() -> timedelta:
    """How long the photographs of a wish stay once nothing goes on with it."""
    return _photos
