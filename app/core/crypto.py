"""Personal data at rest: encrypted columns, and keyed hashes to find them by (PIPL 51)."""

import hashlib
import hmac
from typing import Any

from cryptography.fernet import Fernet, MultiFernet
from sqlalchemy import LargeBinary
from sqlalchemy.types import TypeDecorator

from app.core.settings import Settings

_cipher: MultiFernet | None = None
_lookup_key = b""


def configure(settings: Settings) -> None:
    """Take the keys of this process from the settings."""
    global _cipher, _lookup_key
    keys = settings.secrets["encryption_keys"].split(",")
    _cipher = MultiFernet([Fernet(key.strip()) for key in keys])
    _lookup_key = hashlib.sha256(settings.secrets["lookup_key"].encode()).digest()


def encrypt(text: str) -> bytes:
    """Fernet token of the text, made with the newest key."""
    assert _cipher is not None, "crypto.configure() was not called"
    return _cipher.encrypt(text.encode())


def decrypt(token: bytes) -> str:
    """Text of a token made with any of the configured keys. Raises cryptography.fernet.InvalidToken."""
    assert _cipher is not None, "crypto.configure() was not called"
    return _cipher.decrypt(token).decode()


def lookup_hash(kind: str, text: str) -> bytes:
    """Keyed hash, 32 bytes, by which an encrypted value is found.

    `kind` keeps hashes of equal texts in different columns apart ("phone", "id_number").
    """
    return hmac.digest(_lookup_key, f"{kind}\x00{text}".encode(), hashlib.sha256)


def mac(purpose: str, text: str) -> bytes:
    """Keyed MAC, 32 bytes, by which the program knows again what it issued itself.

    Its key is derived from the lookup key, so that no MAC is ever a lookup hash; `purpose` keeps uses apart.
    """
    key = hmac.digest(_lookup_key, b"mac", hashlib.sha256)
    return hmac.digest(key, f"{purpose}\x00{text}".encode(), hashlib.sha256)


def token_hash(token: str) -> bytes:
    """Hash, 32 bytes, under which a random bearer token is stored."""
    return hashlib.sha256(token.encode()).digest()


class EncryptedText(TypeDecorator[str]):
    """Text that is stored encrypted."""

    impl = LargeBinary
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Any) -> bytes | None:
        return None if value is None else encrypt(value)

    def process_result_value(self, value: bytes | None, dialect: Any) -> str | None:
        return None if value is None else decrypt(bytes(value))
