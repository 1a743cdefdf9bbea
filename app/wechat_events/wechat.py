"""Signatures and encryption of pushes, over wechatpy's crypto.

In secure mode (安全模式) only `msg_signature` counts, since `signature` says nothing of the body: whoever has seen one
push could hang another body on it. So where a key is set, a body that is not encrypted is refused.
"""

import hmac
import struct
from collections.abc import Collection, Mapping

from wechatpy.crypto import PrpCrypto, WeChatCrypto
from wechatpy.exceptions import WeChatException
from wechatpy.utils import WeChatSigner

from app.wechat_events.bodies import read
from app.wechat_events.errors import PushNotGenuine, PushUnreadable


def check(token: str, query: Mapping[str, str]) -> None:
    """Check `signature`, which stands for token, timestamp and nonce. Raises PushNotGenuine."""
    _compare(query.get("signature", ""), token, query.get("timestamp", ""), query.get("nonce", ""))


def decrypted(token: str, aes_key: str, appids: Collection[str], query: Mapping[str, str], body: str) -> str:
    """The message in an encrypted body that is meant for one of the apps. Raises PushNotGenuine, PushUnreadable."""
    encrypted = read(body).get("Encrypt")
    if not isinstance(encrypted, str):
        raise PushNotGenuine
    stated = query.get("msg_signature", "")
    _compare(stated, token, query.get("timestamp", ""), query.get("nonce", ""), encrypted)
    for appid in appids:
        cipher = PrpCrypto(WeChatCrypto(token, aes_key, appid).key)
        try:
            return str(cipher.decrypt(encrypted, appid))
        except (WeChatException, ValueError, IndexError, struct.error):
            continue
    raise PushUnreadable


def _compare(stated: str, token: str, *parts: str) -> None:
    signer = WeChatSigner()
    signer.add_data(token, *parts)
    if not token or not hmac.compare_digest(stated.encode(), signer.signature.encode()):
        raise PushNotGenuine
