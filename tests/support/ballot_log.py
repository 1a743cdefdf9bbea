"""What a careful owner does with a receipt: everything again, from docs/ballot-log.md alone."""

import hashlib
import json
from datetime import UTC, datetime
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from tasks import meetings
from tests.support.world import CLOSES, OPENS, World, at


def canonical(value: Any) -> bytes:
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def canonical_moment(text: str) -> str:
    return datetime.fromisoformat(text).astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def leaf_hash_of(meeting: str, receipt: dict[str, Any], choices: dict[str, str]) -> str:
    """The leaf hash that a ballot with these choices must have."""
    leaf = {
        "v": 1,
        "kind": "ballot",
        "meeting": meeting,
        "party": receipt["party_id"],
        "choices": {motion: choice for motion, choice in choices.items() if choice != "blank"},
        "channel": "app",
        "accepted_at": canonical_moment(receipt["accepted_at"]),
        "nonce": receipt["nonce"],
    }
    return hashlib.sha256(b"\x00" + canonical(leaf)).hexdigest()


def public_key(world: World, key_id: str) -> Ed25519PublicKey:
    """The published key of this id."""
    keys = {key["key_id"]: key for key in world.api()("GET", "/log-keys").json["items"]}
    return Ed25519PublicKey.from_public_bytes(bytes.fromhex(keys[key_id]["public_key"]))


def check_receipt(world: World, meeting: str, receipt: dict[str, Any]) -> None:
    """Raise InvalidSignature unless the published key signed the receipt."""
    stated = {"leaf_hash": receipt["leaf_hash"], "accepted_at": canonical_moment(receipt["accepted_at"])}
    statement = {"v": 1, "kind": "receipt", "meeting": meeting, **stated}
    public_key(world, receipt["key_id"]).verify(bytes.fromhex(receipt["signature"]), canonical(statement))


def check_head(world: World, meeting: str, head: dict[str, Any]) -> None:
    """Raise InvalidSignature unless the published key signed the head."""
    stated = {name: head[name] for name in ("size", "root_hash", "signed_at")}
    statement = {"v": 1, "kind": "tree_head", "meeting": meeting, **stated}
    public_key(world, head["key_id"]).verify(bytes.fromhex(head["signature"]), canonical(statement))


def counted_meeting(world: World, owners: int = 5, publish: bool = True) -> str:
    """A counted meeting of two motions where all but the last owner voted; its path."""
    people = world.owners(owners)
    path = world.announced(5, 8)
    marks = [("for", "for"), ("for", "against"), ("against", "abstain"), ("for",)]
    with at(OPENS):
        for position, person in enumerate(people[:-1]):
            assert world.cast(person, path, *marks[position % len(marks)]).status_code == 201
            if position % 2:
                meetings.sequence_ballots()
    with at(CLOSES):
        world.api(world.secretary)("POST", f"{path}/count")
        assert world.api(world.supervisor)("POST", f"{path}/count").json["record"]
        if publish:
            assert world.api(world.secretary)("POST", f"{path}/publication").status_code == 200
    return path
