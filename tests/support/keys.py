"""Keys of personal data that change while a test runs."""

from collections.abc import Iterator
from contextlib import contextmanager

from app.core import crypto
from app.core.settings import Settings


@contextmanager
def keys_given_back() -> Iterator[None]:
    """Leave this process with the keys that it had, whatever is configured in a block."""
    before = crypto._keys, crypto._lookup_keys, crypto._lookup_hashes, crypto._mac_key
    try:
        yield
    finally:
        crypto._keys, crypto._lookup_keys, crypto._lookup_hashes, crypto._mac_key = before


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
