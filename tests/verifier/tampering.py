"""Bundles taken apart, changed and put together again."""

import io
import json
import zipfile
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from app.core.canonical import canonical
from app.meetings.log.bundle import readable
from app.meetings.log.leaves import hash_of

MORE_FILES = ("excluded.jsonl", "deliveries.jsonl")
DATA_FILES = ("bundle.json", "electorate.jsonl", "log.jsonl", "heads.jsonl", "count_record.json")


@dataclass
class Parts:
    """The content of a bundle, for changing."""

    about: dict[str, Any]
    electorate: list[dict[str, Any]]
    log: list[dict[str, Any]]
    heads: list[dict[str, Any]]
    record: dict[str, Any]
    excluded: list[dict[str, Any]] = field(default_factory=list)
    deliveries: list[dict[str, Any]] = field(default_factory=list)

    def ballot(self, place: int) -> dict[str, Any]:
        """The leaf of a ballot, the first being 1; changed in place."""
        leaf: dict[str, Any] = self.log[place]["input"]
        return leaf

    def renumber(self) -> None:
        """Make places and hashes fit the leaves, as somebody careful would."""
        for index, line in enumerate(self.log):
            line["index"], line["leaf_hash"] = index, hash_of(line["input"]).hex()


def files_of(bundle: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(bundle)) as files:
        return {name: files.read(name) for name in files.namelist()}


def packed(files: dict[str, bytes]) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as bundle:
        for name, content in files.items():
            bundle.writestr(name, content)
    return packed.getvalue()


def tampered(bundle: bytes, change: Callable[[Parts], None]) -> bytes:
    """The bundle with a change, written in the form that bundles have."""
    files = files_of(bundle)
    lines = {name: [json.loads(line) for line in files[name].splitlines()] for name in DATA_FILES if name[-1] == "l"}
    parts = Parts(
        json.loads(files["bundle.json"]),
        lines["electorate.jsonl"],
        lines["log.jsonl"],
        lines["heads.jsonl"],
        json.loads(files["count_record.json"]),
        *([json.loads(line) for line in files.get(name, b"").splitlines()] for name in MORE_FILES),
    )
    change(parts)
    written = {"bundle.json": readable(parts.about), "count_record.json": readable(parts.record)}
    for name, objects in (
        ("electorate.jsonl", parts.electorate),
        ("log.jsonl", parts.log),
        ("heads.jsonl", parts.heads),
        ("excluded.jsonl", parts.excluded),
        ("deliveries.jsonl", parts.deliveries),
    ):
        written[name] = b"".join(canonical(one) + b"\n" for one in objects)
    gone = {name for name in MORE_FILES if not written[name]}
    return packed({name: content for name, content in (files | written).items() if name not in gone})


@dataclass
class Verdict:
    """What the verifier said."""

    code: int
    text: str


class Desk:
    """Where bundles are laid down to be verified."""

    def __init__(self, folder: Path, read_output: Callable[[], str]) -> None:
        self._folder, self._read_output = folder, read_output

    def verify(self, bundle: bytes, *options: str) -> Verdict:
        from verifier.__main__ import main

        path = self._folder / "bundle.zip"
        path.write_bytes(bundle)
        return Verdict(main([str(path), *options]), self._read_output())

    def file(self, name: str, content: Any) -> str:
        """A JSON file of the reader's own; its path."""
        path = self._folder / name
        path.write_text(json.dumps(content))
        return str(path)
