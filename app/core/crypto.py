"""Personal data at rest: encrypted columns, and keyed hashes to find them by (PIPL 51).

A value is an envelope: a key of its own encrypts it (AES-GCM), and the master key encrypts that key (AES-SIV).

    1 byte: format | 4 bytes: id of the master key | 48 bytes: the value's key, wrapped | 12 bytes: nonce | text and tag

Rotating the master key makes the first 53 bytes anew and leaves the rest as it is, so that even what nobody may change
any more (a counted meeting's names) can be proven by the database to say the same as before.
"""

import base64
import hashlib
import hmac
import os
from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce
from typing import Any, Final

from cryptography.exceptions import InvalidTag
from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.ciphers.aead import AESGCM, AESSIV
from sqlalchemy import LargeBinary
from sqlalchemy.types import TypeDecorator

from app.core.settings import Settings

FORMAT: Final = b"\x01"
KEY_ID_BYTES: Final = 4
ENVELOPE_BYTES: Final = 1 + KEY_ID_BYTES + 48
"""How much of a value a rotation makes anew."""
_KEY_BYTES, _NONCE_BYTES = 32, 12
_BLOCK_BYTES: Final = 64


class CannotDecrypt(Exception):
    """A value that none of the configured keys opens: its key is missing from ENCRYPTION_KEYS, or it was changed."""


@dataclass(frozen=True)
class MasterKey:
    """A key of ENCRYPTION_KEYS. `id` stands in every value that it wraps; `wrapping` and `id` are derived from it."""

    id: bytes
    wrapping: AESSIV
    earlier: Fernet

    @classmethod
    def of(cls, text: str) -> "MasterKey":
        """The key of its 32 bytes in base64."""
        earlier, secret = Fernet(text), base64.urlsafe_b64decode(text)
        wrapping = hmac.digest(secret, b"wrapping", hashlib.sha512)
        return cls(hmac.digest(secret, b"id", hashlib.sha256)[:KEY_ID_BYTES], AESSIV(wrapping), earlier)


class KeyedHash:
    """HMAC-SHA256 (RFC 2104) under one key, which is taken in once: for hashes by the hundred thousand.

    `hmac.digest` makes OpenSSL look its algorithm up and take the key in each time, ten times as long as the work.
    """

    def __init__(self, key: bytes) -> None:
        assert len(key) <= _BLOCK_BYTES
        block = key.ljust(_BLOCK_BYTES, b"\0")
        self._inner = hashlib.sha256(bytes(byte ^ 0x36 for byte in block))
        self._outer = hashlib.sha256(bytes(byte ^ 0x5C for byte in block))

    def digest(self, message: bytes) -> bytes:
        """The 32 bytes that `hmac.digest` gives."""
        inner, outer = self._inner.copy(), self._outer.copy()
        inner.update(message)
        outer.update(inner.digest())
        return outer.digest()


_keys: dict[bytes, MasterKey] = {}
_lookup_keys: tuple[bytes, ...] = ()
_lookup_hashes: tuple[KeyedHash, ...] = ()
_mac_key = b""


def configure(settings: Settings) -> None:
    """Take the keys of this process from the settings."""
    global _keys, _lookup_keys, _lookup_hashes, _mac_key
    _keys = {key.id: key for key in map(MasterKey.of, _entries(settings.secrets["encryption_keys"]))}
    _lookup_keys = lookup_chain(settings.secrets["lookup_key"])
    _lookup_hashes = tuple(map(KeyedHash, _lookup_keys))
    _mac_key = hmac.digest(_lookup_keys[-1], b"mac", hashlib.sha256)


def _newest() -> MasterKey:
    assert _keys, "crypto.configure() was not called"
    return next(iter(_keys.values()))


def key_ids() -> list[bytes]:
    """The ids of the master keys, the newest, which wraps what is written, first."""
    return list(_keys)


def newest_start() -> bytes:
    """What every value begins with that the newest key wraps."""
    return FORMAT + _newest().id


def encrypt(text: str) -> bytes:
    """Envelope of the text under the newest key."""
    return encrypt_each([text])[0]


def encrypt_each(texts: Sequence[str]) -> list[bytes]:
    """An envelope of each text, with a key of its own: the system is asked once for all the chance they need."""
    size = _KEY_BYTES + _NONCE_BYTES
    chance, sealed = os.urandom(size * len(texts)), []
    for start, text in zip(range(0, len(chance), size), texts, strict=True):
        secret, nonce = chance[start : start + _KEY_BYTES], chance[start + _KEY_BYTES : start + size]
        sealed.append(_envelope(secret) + nonce + AESGCM(secret).encrypt(nonce, text.encode(), None))
    return sealed


class Sealer:
    """Envelopes of many texts under one key of their own, which is wrapped once: for rows by the million.

    Each has its own nonce. Who learns this key reads all of its texts, so it is for what nobody's privacy hangs on.
    """

    def __init__(self) -> None:
        secret = os.urandom(_KEY_BYTES)
        self._envelope, self._key = _envelope(secret), AESGCM(secret)

    def seal(self, text: str) -> bytes:
        """Envelope of the text, which `decrypt` opens as any other."""
        nonce = os.urandom(_NONCE_BYTES)
        return self._envelope + nonce + self._key.encrypt(nonce, text.encode(), None)


def decrypt(token: bytes) -> str:
    """Text of an envelope, or of a Fernet token from before there were any. Raises CannotDecrypt."""
    try:
        if token[:1] != FORMAT:
            return _decrypt_earlier(token)
        nonce, content = token[ENVELOPE_BYTES : ENVELOPE_BYTES + _NONCE_BYTES], token[ENVELOPE_BYTES + _NONCE_BYTES :]
        return AESGCM(_own_key(token)).decrypt(nonce, content, None).decode()
    except InvalidTag:
        raise CannotDecrypt(f"a value of the key {token[1:5].hex()} was changed") from None


def rewrap(token: bytes) -> bytes:
    """The same value under the newest key; of an envelope only the envelope is new. Raises CannotDecrypt."""
    if token[:1] != FORMAT:
        return encrypt(decrypt(token))
    try:
        return _envelope(_own_key(token)) + token[ENVELOPE_BYTES:]
    except InvalidTag:
        raise CannotDecrypt(f"a value of the key {token[1:5].hex()} was changed") from None


def _envelope(secret: bytes) -> bytes:
    newest = _newest()
    return FORMAT + newest.id + newest.wrapping.encrypt(secret, None)


def _own_key(token: bytes) -> bytes:
    key = _keys.get(bytes(token[1 : 1 + KEY_ID_BYTES]))
    if key is None:
        raise CannotDecrypt(f"the key {token[1:5].hex()} is missing from ENCRYPTION_KEYS")
    return key.wrapping.decrypt(token[1 + KEY_ID_BYTES : ENVELOPE_BYTES], None)


def _decrypt_earlier(token: bytes) -> str:
    for key in _keys.values():
        try:
            return key.earlier.decrypt(token).decode()
        except InvalidToken:
            continue
    raise CannotDecrypt("a value from before there were key ids is of none of ENCRYPTION_KEYS")


def lookup_chain(setting: str) -> tuple[bytes, ...]:
    """The keys of LOOKUP_KEY, the oldest first."""
    return tuple(hashlib.sha256(key.encode()).digest() for key in _entries(setting))


def _entries(setting: str) -> list[str]:
    return [entry.strip() for entry in setting.split(",")]


def lookup_keys() -> tuple[bytes, ...]:
    """The look-up keys of this process, the oldest first."""
    return _lookup_keys


def chain_id(keys: tuple[bytes, ...]) -> str:
    """What names a chain of look-up keys and tells nothing of them."""
    marked = [hmac.digest(key, b"chain", hashlib.sha256) for key in keys]
    return hashlib.sha256(b"".join(marked)).hexdigest()[:16]


def lookup_hash(kind: str, text: str) -> bytes:
    """Keyed hash, 32 bytes, by which an encrypted value is found.

    `kind` keeps hashes of equal texts in different columns apart ("phone", "id_number"). A later key of LOOKUP_KEY
    hashes what the earlier ones made, so that its coming needs no text: `chained`.
    """
    assert _lookup_hashes, "crypto.configure() was not called"
    hashed = f"{kind}\x00{text}".encode()
    for key in _lookup_hashes:
        hashed = key.digest(hashed)
    return hashed


def chained(hashed: bytes, later: tuple[bytes, ...]) -> bytes:
    """A hash as it is once these keys came to those that made it."""
    return reduce(lambda so_far, key: hmac.digest(key, so_far, hashlib.sha256), later, hashed)


def mac(purpose: str, text: str) -> bytes:
    """Keyed MAC, 32 bytes, by which the program knows again what it issued itself.

    Its key is derived from the newest look-up key, so that no MAC is ever a lookup hash; `purpose` keeps uses apart.
    """
    return hmac.digest(_mac_key, f"{purpose}\x00{text}".encode(), hashlib.sha256)


def is_mac(given: bytes, purpose: str, text: str) -> bool:
    """Whether it is a MAC of `mac`, made with any look-up key: what is kept for long outlives the newest."""
    keys = (hmac.digest(key, b"mac", hashlib.sha256) for key in _lookup_keys)
    made = [hmac.digest(key, f"{purpose}\x00{text}".encode(), hashlib.sha256) for key in keys]
    return sum(hmac.compare_digest(given, one) for one in made) > 0


def quick_mac(purpose: str, text: str) -> bytes:
    """Keyed BLAKE2b (RFC 7693), 12 bytes, as `mac` for what is kept nowhere and asked for thousands of times a second.

    `hmac` lets other threads run while it works, and then waits for them: many times as long as the work.
    """
    return hashlib.blake2b(f"{purpose}\x00{text}".encode(), key=_mac_key, digest_size=12).digest()


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


class Sealed(TypeDecorator[bytes]):
    """What `encrypt` made, stored as it is: for columns whose text would be a burden to read at each look."""

    impl = LargeBinary
    cache_ok = True


class LookupHash(TypeDecorator[bytes]):
    """What `lookup_hash` made. The type tells which columns the coming of a new look-up key changes."""

    impl = LargeBinary
    cache_ok = True
