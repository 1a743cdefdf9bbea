"""Envelopes: what stands in a value, which keys open it, and what a rotation leaves as it is."""

import hashlib
import hmac
from collections.abc import Iterator
from pathlib import Path

import pytest
from cryptography.fernet import Fernet

from app.core import crypto
from app.core.settings import load_settings
from tests.support.keys import keys_given_back

FIRST, SECOND = Fernet.generate_key().decode(), Fernet.generate_key().decode()
LOOKUP, LATER = "a look-up key of more than thirty-two", "another look-up key, which comes later"


@pytest.fixture(autouse=True)
def _keys_of_this_process() -> Iterator[None]:
    with keys_given_back():
        yield


def use(tmp_path: Path, keys: str = FIRST, lookup: str = LOOKUP) -> None:
    crypto.configure(load_settings(data_dir=tmp_path, encryption_keys=keys, lookup_key=lookup))


def test_a_value_is_read_again_and_never_looks_the_same(tmp_path: Path):
    use(tmp_path)
    tokens = {crypto.encrypt("王小明") for _ in range(3)}
    assert len(tokens) == 3
    assert {crypto.decrypt(token) for token in tokens} == {"王小明"}
    assert all("王小明".encode() not in token for token in tokens)


def test_values_that_are_sealed_together_have_a_key_each(tmp_path: Path):
    use(tmp_path)
    texts = ["王小明", "王小明", "", "13900010001"]
    sealed = crypto.encrypt_each(texts)
    assert [crypto.decrypt(token) for token in sealed] == texts
    assert len({token[: crypto.ENVELOPE_BYTES] for token in sealed}) == len(texts)
    assert crypto.encrypt_each([]) == []


def test_a_value_names_its_key(tmp_path: Path):
    use(tmp_path)
    first = crypto.encrypt("王小明")
    use(tmp_path, f"{SECOND},{FIRST}")
    newest, older = crypto.key_ids()
    assert first[1:5] == older
    assert crypto.encrypt("王小明")[1:5] == newest
    assert crypto.decrypt(first) == "王小明"


def test_a_rotation_makes_the_envelope_anew_and_leaves_the_rest(tmp_path: Path):
    use(tmp_path)
    first = crypto.encrypt("王小明")
    use(tmp_path, f"{SECOND},{FIRST}")
    second = crypto.rewrap(first)
    assert second.startswith(crypto.newest_start())
    assert second[crypto.ENVELOPE_BYTES :] == first[crypto.ENVELOPE_BYTES :]
    use(tmp_path, SECOND)
    assert crypto.decrypt(second) == "王小明"
    with pytest.raises(crypto.CannotDecrypt, match="missing from ENCRYPTION_KEYS"):
        crypto.decrypt(first)


def test_a_value_from_before_there_were_envelopes_is_read_and_rotated(tmp_path: Path):
    earlier = Fernet(FIRST).encrypt("王小明".encode())
    use(tmp_path, f"{SECOND},{FIRST}")
    assert crypto.decrypt(earlier) == "王小明"
    assert crypto.decrypt(crypto.rewrap(earlier)) == "王小明"
    use(tmp_path, SECOND)
    with pytest.raises(crypto.CannotDecrypt):
        crypto.decrypt(earlier)


@pytest.mark.parametrize("place", [6, 20, 60, -1])
def test_a_changed_value_is_refused(tmp_path: Path, place: int):
    use(tmp_path)
    token = bytearray(crypto.encrypt("王小明"))
    token[place] ^= 1
    with pytest.raises(crypto.CannotDecrypt):
        crypto.decrypt(bytes(token))


@pytest.mark.parametrize("text", ["", "13900000001", "业主" * 40])
def test_a_look_up_hash_is_the_hmac_of_kind_and_text(tmp_path: Path, text: str):
    use(tmp_path)
    key = hashlib.sha256(LOOKUP.encode()).digest()
    assert crypto.lookup_hash("phone", text) == hmac.digest(key, b"phone\x00" + text.encode(), "sha256")


def test_a_later_look_up_key_is_applied_to_what_the_earlier_made(tmp_path: Path):
    use(tmp_path)
    before, signed = crypto.lookup_hash("phone", "13900000001"), crypto.mac("cookie", "")
    use(tmp_path, lookup=f"{LOOKUP},{LATER}")
    after = crypto.lookup_hash("phone", "13900000001")
    assert after != before
    assert after == crypto.chained(before, crypto.lookup_keys()[1:])
    assert crypto.mac("cookie", "") != signed
