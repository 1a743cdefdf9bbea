"""Signatures and encryption, against WeChat's published vectors and wechatpy."""

import pytest
from wechatpy.crypto import WeChatCrypto

from wechat_simulator import event_crypto

TOKEN = "AAAAA"
AES_KEY = "A" * 43
APPID = "wxba5fad812f8e6fb9"


@pytest.mark.parametrize(
    ("timestamp", "nonce", "expected"),
    [
        ("1714036504", "1514711492", "f464b24fc39322e44b38aa78f5edd27bd1441696"),
        ("1714037059", "486452656", "899cf89e464efb63f54ddac96b0a0a235f53aa78"),
    ],
)
def test_signatures_equal_the_official_ones(timestamp: str, nonce: str, expected: str) -> None:
    assert event_crypto.signature(TOKEN, timestamp, nonce) == expected


@pytest.mark.parametrize("message", ["", "好", '{"Event":"subscribe_msg_popup_event"}', "业主大会" * 500])
def test_what_is_encrypted_can_be_decrypted(message: str) -> None:
    assert event_crypto.decrypt(AES_KEY, event_crypto.encrypt(AES_KEY, message, APPID)) == (message, APPID)


def test_the_same_message_never_looks_the_same() -> None:
    assert event_crypto.encrypt(AES_KEY, "好", APPID) != event_crypto.encrypt(AES_KEY, "好", APPID)


def test_wechatpy_reads_what_we_encrypt() -> None:
    encrypted = event_crypto.encrypt(AES_KEY, "<xml>业主大会</xml>", APPID)
    signature = event_crypto.signature(TOKEN, "1714037059", "486452656", encrypted)
    crypto = WeChatCrypto(TOKEN, AES_KEY, APPID)
    plain = crypto.decrypt_message({"Encrypt": encrypted}, signature, "1714037059", "486452656")
    assert plain in ("<xml>业主大会</xml>", "<xml>业主大会</xml>".encode())


@pytest.mark.parametrize("key", ["", "A" * 42, "A" * 44])
def test_a_key_of_the_wrong_length_is_refused(key: str) -> None:
    with pytest.raises(ValueError, match="43"):
        event_crypto.key_of(key)
