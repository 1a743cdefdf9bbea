"""Keys of personal data that change while a test runs."""

from collections.abc import Iterator
from contextlib import contextmanager

from app.core import crypto
from app.core.settings import Settings


@contextmanager
def other_keys(settings: Settings, **keys: str) -> Iterator[Settings]:
    """Run a block with other ENCRYPTION_KEYS or another LOOKUP_KEY."""
    made = settings.model_copy(update=keys)
    made.__dict__.pop("secrets", None)
    crypto.configure(made)
    try:
        yield made
    finally:
        crypto.configure(settings)
