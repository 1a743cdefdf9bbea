"""Entries of SIGNING_KEYS. One is a seed (32 bytes, base64), or `public:` and a public key (32 bytes, base64).

The second form is a retired key: its seed is destroyed, and its signatures stay checkable.
"""

import base64
import binascii
import hashlib
from dataclasses import dataclass
from functools import lru_cache

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

RETIRED = "public:"


@dataclass(frozen=True)
class PublicKey:
    """A published Ed25519 key, 32 raw bytes."""

    raw: bytes

    @property
    def fingerprint(self) -> str:
        """SHA-256 of the raw bytes, in hex."""
        return hashlib.sha256(self.raw).hexdigest()

    @property
    def id(self) -> str:
        """The fingerprint's first 16 digits."""
        return self.fingerprint[:16]


@lru_cache(maxsize=16)
def read_public_key(entry: str) -> PublicKey:
    """The public key of an entry. Raises ValueError where it is none."""
    if entry.startswith(RETIRED):
        raw = _bytes_of(entry.removeprefix(RETIRED))
        Ed25519PublicKey.from_public_bytes(raw)
        return PublicKey(raw)
    return PublicKey(read_seed(entry).public_key().public_bytes(Encoding.Raw, PublicFormat.Raw))


def read_seed(entry: str) -> Ed25519PrivateKey:
    """The private key of a seed. Raises ValueError where it is none."""
    return Ed25519PrivateKey.from_private_bytes(_bytes_of(entry))


def _bytes_of(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except binascii.Error:
        raise ValueError("not base64") from None
