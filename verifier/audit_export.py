"""Reading an exported audit log: a first line about it, its signed heads, its entries in order, what waits, an end."""

import hashlib
import json
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from verifier.bundle import Unreadable, canonical, shaped
from verifier.segments import Chain, Link

FORMAT, VERSION = "audit-log", 1
_ABOUT = {"kind": ("log",), "format": str, "v": int, "compound": str, "exported_at": "moment", "keys": list}
_KEY = {"key_id": "hex16", "algorithm": ("ed25519",), "public_key": "hex64"}
_HASHES = {"event_hash": "hex64", "chain_hash": "hex64", "chained_at": "moment"}
_ENTRY = {"kind": ("entry",), "index": int, "event_id": str, **_HASHES}
_HEAD = {"kind": ("head",), "size": int, "chain_hash": "hex64", "signed_at": "moment", "key_id": "hex16"}
_END = {"kind": ("end",), "heads": int, "entries": int, "waiting": int}


@dataclass
class Export:
    """What was read. `hashes`: the chain hash after so many entries, for the sizes that somebody asks for.

    `changed`: the links whose row is gone or is not what was hashed.
    """

    compound: str
    keys: dict[str, bytes]
    heads: list[dict[str, Any]] = field(default_factory=list)
    chain: Chain = field(default_factory=Chain)
    hashes: dict[int, bytes] = field(default_factory=dict)
    changed: list[Link] = field(default_factory=list)
    entries: int = 0
    waiting: int = 0

    def fingerprints(self) -> list[str]:
        """SHA-256 of each key."""
        return [hashlib.sha256(raw).hexdigest() for raw in self.keys.values()]

    def statement(self, head: dict[str, Any]) -> bytes:
        """What a head's signature is over."""
        facts = {name: head[name] for name in ("size", "chain_hash", "signed_at")}
        return canonical({"v": VERSION, "kind": "audit_head", "compound": self.compound, **facts})


def lines_of(path: str) -> Iterator[dict[str, Any]]:
    """The objects of a file of JSON lines. Raises Unreadable."""
    number = 0
    try:
        with Path(path).open(encoding="utf-8") as file:
            for number, line in enumerate(file, 1):
                value = json.loads(line)
                if not isinstance(value, dict):
                    raise Unreadable(f"{path}, line {number} is not an object")
                yield value
    except (OSError, ValueError, RecursionError) as error:
        raise Unreadable(f"{path}, after line {number}: {error}") from None


def read(lines: Iterable[dict[str, Any]], sizes: Collection[int] = ()) -> Export:
    """Read an export to its end, one line at a time. Raises Unreadable."""
    rest = _Lines(iter(lines))
    export = _about(rest.take())
    for head in rest.of_kind("head"):
        signature = {"signature": "hex128"}
        export.heads.append(shaped(head, {**_HEAD, **signature}, "a head"))
    wanted = {*sizes, *(head["size"] for head in export.heads)}
    for entry in rest.of_kind("entry"):
        _take_in(export, entry, wanted)
    for waiting in rest.of_kind("waiting"):
        shaped(waiting, {"kind": ("waiting",), "event": dict}, "an entry that waits")
        export.waiting += 1
    counted = {"kind": "end", "heads": len(export.heads), "entries": export.entries, "waiting": export.waiting}
    if shaped(rest.take(), _END, "the last line") != counted or rest.next is not None:
        raise Unreadable("the last line does not fit: lines are missing, or there are too many")
    return export


class _Lines:
    """Lines, with a look at the one that comes next."""

    def __init__(self, lines: Iterator[dict[str, Any]]) -> None:
        self._lines = lines
        self.next = next(lines, None)

    def take(self) -> Any:
        """The next line, or None."""
        taken, self.next = self.next, next(self._lines, None)
        return taken

    def of_kind(self, kind: str) -> Iterator[dict[str, Any]]:
        """The lines of this kind that come next."""
        while self.next is not None and self.next.get("kind") == kind:
            yield self.take()


def _about(line: Any) -> Export:
    about = shaped(line, _ABOUT, "the first line")
    if (about["format"], about["v"]) != (FORMAT, VERSION):
        raise Unreadable(f"this program reads {FORMAT} version {VERSION}")
    export = Export(about["compound"], {})
    for key in about["keys"]:
        raw = bytes.fromhex(shaped(key, _KEY, "a key")["public_key"])
        export.keys[key["key_id"]] = raw
        if key["key_id"] != hashlib.sha256(raw).hexdigest()[:16]:
            raise Unreadable(f"{key['key_id']} is not the id of its key")
    return export


def _take_in(export: Export, entry: dict[str, Any], wanted: Collection[int]) -> None:
    event = entry.pop("event", None)
    shaped(entry, _ENTRY, "an entry")
    content = hashlib.sha256(canonical(event)).digest() if isinstance(event, dict) else None
    hashes = bytes.fromhex(entry["event_hash"]), bytes.fromhex(entry["chain_hash"])
    link = Link(entry["index"], entry["event_id"], *hashes, content)
    export.chain.add(link)
    export.entries += 1
    if link.index + 1 in wanted:
        export.hashes[link.index + 1] = link.chain_hash
    if content != link.event_hash or event["id"] != link.event_id or event["compound"] != export.compound:
        export.changed.append(link)
