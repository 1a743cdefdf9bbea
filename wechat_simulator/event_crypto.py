"""Signatures and encryption of the messages that WeChat pushes (secure mode)."""

import base64
import hashlib
import secrets
import struct

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

_BLOCK = 32


def signature(*parts: str) -> str:
    """sha1 over the sorted parts: token, timestamp, nonce, and in secure mode the encrypted text."""
    return hashlib.sha1("".join(sorted(parts)).encode(), usedforsecurity=False).hexdigest()


def key_of(encoding_aes_key: str) -> bytes:
    """The AES key in an EncodingAESKey of 43 characters. ValueError for any other."""
    key = base64.b64decode(encoding_aes_key + "=") if len(encoding_aes_key) == 43 else b""
    if len(key) != 32:
        raise ValueError("an EncodingAESKey has 43 characters of base64")
    return key


def encrypt(encoding_aes_key: str, message: str, appid: str) -> str:
    """AES-256-CBC of 16 random bytes, the length, the message and the appid, as base64."""
    key, content = key_of(encoding_aes_key), message.encode()
    plain = secrets.token_bytes(16) + struct.pack(">I", len(content)) + content + appid.encode()
    padding = _BLOCK - len(plain) % _BLOCK
    encryptor = Cipher(algorithms.AES(key), modes.CBC(key[:16])).encryptor()
    return base64.b64encode(encryptor.update(plain + bytes([padding]) * padding) + encryptor.finalize()).decode()


def decrypt(encoding_aes_key: str, encrypted: str) -> tuple[str, str]:
    """The message and the appid in an encrypted text."""
    key = key_of(encoding_aes_key)
    decryptor = Cipher(algorithms.AES(key), modes.CBC(key[:16])).decryptor()
    plain = decryptor.update(base64.b64decode(encrypted)) + decryptor.finalize()
    content = plain[16 : -plain[-1]]
    length = struct.unpack(">I", content[:4])[0]
    return content[4 : 4 + length].decode(), content[4 + length :].decode()
