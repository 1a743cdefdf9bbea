"""The keys of a bundle, and the tree heads that they signed."""

import hashlib
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from verifier.bundle import FORMAT, VERSION, Bundle, Unreadable, canonical, shaped
from verifier.report import Report

HEAD = {"size": int, "root_hash": "hex64", "signed_at": "moment", "key_id": "hex16", "signature": "hex128"}


@dataclass(frozen=True)
class Keys:
    """The public keys of a bundle, by id."""

    meeting: str
    keys: dict[str, Ed25519PublicKey]

    def signed(self, kind: str, facts: dict[str, Any], key_id: str, signature: str) -> bool:
        """Whether the key signed this statement on the meeting."""
        statement = {"v": VERSION, "kind": kind, "meeting": self.meeting, **facts}
        try:
            self.keys[key_id].verify(bytes.fromhex(signature), canonical(statement))
        except (KeyError, InvalidSignature):
            return False
        return True


def read_keys(bundle: Bundle, pinned: Collection[str], report: Report) -> Keys:
    """The bundle's keys, each compared with the fingerprints that the operator publishes, where they were given."""
    shape = {"format": str, "v": int, "meeting": str, "keys": list}
    about = shaped(bundle.document("bundle.json"), shape, "bundle.json")
    if (about["format"], about["v"]) != (FORMAT, VERSION):
        raise Unreadable(f"this verifier reads {FORMAT} version {VERSION}")
    keys = {}
    for entry in about["keys"]:
        shaped(entry, {"key_id": "hex16", "algorithm": ("ed25519",), "public_key": "hex64"}, "a key of bundle.json")
        raw = bytes.fromhex(entry["public_key"])
        fingerprint = hashlib.sha256(raw).hexdigest()
        if entry["key_id"] != fingerprint[:16]:
            raise Unreadable(f"bundle.json: {entry['key_id']} is not the id of its key")
        keys[entry["key_id"]] = Ed25519PublicKey.from_public_bytes(raw)
        _compare(fingerprint, pinned, report)
    return Keys(about["meeting"], keys)


def _compare(fingerprint: str, pinned: Collection[str], report: Report) -> None:
    if not pinned:
        report.note(
            f"The heads are signed with the key {fingerprint}. Compare it with the one that the operator publishes.",
            f"存证签名公钥的指纹是 {fingerprint}，请与运营方公布的指纹核对。",
        )
    elif report.expect(
        fingerprint in pinned,
        "key_foreign",
        f"The key {fingerprint} is none of those that you named: somebody else signed this log.",
        f"公钥 {fingerprint} 不是您指定的公钥：这份存证由他人签名。",
    ):
        report.holds("The signing key is one that you named.", "签名公钥与您指定的一致。")


def read_heads(bundle: Bundle, keys: Keys, report: Report) -> dict[int, str]:
    """Root by size of every head, in order; each signature is checked."""
    heads: dict[int, str] = {}
    signers: set[str] = set()
    sound, last_size, last_time = True, 0, ""
    for head in bundle.lines("heads.jsonl"):
        shaped(head, HEAD, "a head of heads.jsonl")
        facts = {name: head[name] for name in ("size", "root_hash", "signed_at")}
        if head["size"] <= last_size or head["signed_at"] < last_time:
            raise Unreadable("heads.jsonl: the heads are not in the order in which they were signed")
        last_size, last_time = head["size"], head["signed_at"]
        sound &= report.expect(
            keys.signed("tree_head", facts, head["key_id"], head["signature"]),
            "head_signature",
            f"The signature of the head over {head['size']} leaves is not right: the head was changed or forged.",
            f"对 {head['size']} 条存证的签名无效：存证摘要被改动或者伪造。",
        )
        heads[head["size"]] = head["root_hash"]
        signers.add(head["key_id"])
    if not heads:
        raise Unreadable("heads.jsonl is empty")
    if signers != set(keys.keys):
        raise Unreadable("bundle.json: its keys are not those that signed the heads")
    if sound:
        report.holds(f"All {len(heads)} tree heads are signed.", f"{len(heads)} 个存证摘要的签名全部有效。")
    return heads
