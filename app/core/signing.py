"""Ed25519 signatures (RFC 8032) of receipts and tree heads, over canonical JSON.

SIGNING_KEYS lists the keys, the newest first: it signs, all are published. Rotation: docs/ballot-log.md.
"""

from dataclasses import dataclass
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from app.core.canonical import canonical
from app.core.errors import Unavailable
from app.core.settings import Settings
from app.core.signing_keys import PublicKey, read_public_key, read_seed


class SigningKeyMissing(Unavailable):
    """A signature was made with a key that SIGNING_KEYS no longer lists; `key_id` names it."""

    code = "signing_key_missing"
    retry_after_s = None
    message = "系统缺少一把旧的签名公钥，暂时不能导出，请联系运维人员补上后再试。"


@dataclass(frozen=True)
class Signature:
    """64 bytes, and the id of the key that made them."""

    raw: bytes
    key_id: str


_signer: tuple[str, Ed25519PrivateKey] | None = None
_published: tuple[PublicKey, ...] = ()


def configure(settings: Settings) -> None:
    """Take the keys of this process from the settings."""
    global _signer, _published
    entries = [entry.strip() for entry in settings.secrets["signing_keys"].split(",")]
    _published = tuple(read_public_key(entry) for entry in entries)
    _signer = (_published[0].id, read_seed(entries[0]))


def sign(statement: dict[str, Any]) -> Signature:
    """Sign a statement with the newest key. The statement names its own kind, so none passes for another."""
    assert _signer is not None, "signing.configure() was not called"
    key_id, key = _signer
    return Signature(key.sign(canonical(statement)), key_id)


def published() -> tuple[PublicKey, ...]:
    """Every key that signs or signed, the newest first."""
    return _published


def public_key(key_id: str) -> PublicKey:
    """The published key of this id. Raises SigningKeyMissing."""
    for key in _published:
        if key.id == key_id:
            return key
    raise SigningKeyMissing(key_id=key_id)


def is_signed(statement: dict[str, Any], signature: Signature) -> bool:
    """Whether a published key made this signature over the statement. Raises SigningKeyMissing."""
    key = Ed25519PublicKey.from_public_bytes(public_key(signature.key_id).raw)
    try:
        key.verify(signature.raw, canonical(statement))
    except InvalidSignature:
        return False
    return True
