"""How long things last."""

from datetime import timedelta

from app.core.settings import Settings

_claim, _wish = timedelta(days=7), timedelta(days=60)

AFTER_A_CLAIM = timedelta(days=14)
"""How long a wish stays at least after a claim on it came to nothing, however near its own end was."""


def configure(settings: Settings) -> None:
    """Take over the settings."""
    global _claim, _wish
    _claim, _wish = timedelta(days=settings.wish_claim_days), timedelta(days=settings.wish_days)


def claim_term() -> timedelta:
    """How long a claim holds before it is begun."""
    return _claim


def wish_term() -> timedelta:
    """How long a wish waits for a claim."""
    return _wish
