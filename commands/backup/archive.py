"""The form of a backup's archive: a folder that is whole if and only if it has its manifest.

    manifest.json    what is in it, with sizes and SHA-256, signed with the key of the ballot log; written last
    database.dump    pg_dump's custom format
    heads.jsonl      the newest signed head of every ballot log and audit log
    files.jsonl      every stored file with size and SHA-256
    files/<key>      the stored files, as they are in the storage

No key is in it. The folder is written under another name and renamed when it is whole.
"""

import hashlib
import json
import os
import re
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from app.core import signing
from app.core.canonical import canonical
from app.core.signing import Signature, SigningKeyMissing
from app.core.storage import KEY

FORMAT, VERSION = "community-backup", 1
MANIFEST, DATABASE, HEADS, FILES, STORED = "manifest.json", "database.dump", "heads.jsonl", "files.jsonl", "files"
LISTED = (DATABASE, HEADS, FILES)
UNFINISHED = ".unfinished-"
NAME = re.compile(r"community-\d{8}T\d{6}Z(-\d+)?")
_CHUNK = 1024 * 1024


class Refused(Exception):
    """An archive that is not what was made, or that does not fit here. The message is a plain sentence."""


@dataclass(frozen=True)
class Entry:
    """A file of the archive, by its place in it or by its key in the storage."""

    name: str
    size: int
    sha256: str


@dataclass(frozen=True)
class Keys:
    """Which keys the content needs; nothing of the keys themselves. Ids as `flask keys status` shows them."""

    encryption: tuple[str, ...]
    lookup: str
    signing: tuple[str, ...]


@dataclass(frozen=True)
class Manifest:
    """What an archive says of itself. `schema`: the newest migration. `with_files`: whether stored files are in it.

    `lost_files`: keys of files that a row names and that the storage no longer had when the backup was made.
    """

    made_at: str
    schema: str
    postgresql: str
    keys: Keys
    contents: tuple[Entry, ...]
    counts: dict[str, int]
    with_files: bool
    lost_files: tuple[str, ...]

    def statement(self) -> dict[str, Any]:
        """What is signed."""
        told = {name: value for name, value in asdict(self).items() if name != "contents"}
        return {"format": FORMAT, "v": VERSION, **_plain(told), "contents": _plain([asdict(e) for e in self.contents])}


def write_manifest(folder: Path, manifest: Manifest) -> bytes:
    """Write the manifest with its signature, down to the disk; the SHA-256 of the file."""
    signature = signing.sign(manifest.statement())
    whole = {"manifest": manifest.statement(), "key_id": signature.key_id, "signature": signature.raw.hex()}
    text = json.dumps(whole, sort_keys=True, indent=1, ensure_ascii=False).encode() + b"\n"
    with (folder / MANIFEST).open("wb") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    return hashlib.sha256(text).digest()


def read_manifest(archive: Path) -> Manifest:
    """The manifest of an archive, once its signature is found right. Raises Refused."""
    try:
        whole = json.loads((archive / MANIFEST).read_text("utf-8"))
        told = whole["manifest"]
        if (told.pop("format"), told.pop("v")) != (FORMAT, VERSION):
            raise Refused(f"{archive} is of a form that this version of the program does not know.")
        keys = Keys(**{name: _tuple(value) for name, value in told.pop("keys").items()})
        contents = tuple(Entry(**entry) for entry in told.pop("contents"))
        manifest = Manifest(keys=keys, contents=contents, **{name: _tuple(value) for name, value in told.items()})
        signature = Signature(bytes.fromhex(whole["signature"]), whole["key_id"])
    except (FileNotFoundError, NotADirectoryError):
        raise Refused(f"{archive} has no {MANIFEST}: it is no backup, or one that was never finished.") from None
    except (KeyError, TypeError, ValueError, AttributeError):
        raise Refused(f"{archive / MANIFEST} cannot be read: it is damaged.") from None
    try:
        if not signing.is_signed(manifest.statement(), signature):
            raise Refused(f"{archive / MANIFEST} was changed after it was signed. Use another backup.")
    except SigningKeyMissing:
        raise Refused(
            f"{archive / MANIFEST} is signed with the key {signature.key_id}, which SIGNING_KEYS does not list. Add it "
            "(as public:… if its seed is gone), or the archive is not yours."
        ) from None
    return manifest


def check_contents(archive: Path, manifest: Manifest) -> tuple[Entry, ...]:
    """The stored files of an archive in which nothing is missing, changed or added. Raises Refused."""
    if tuple(entry.name for entry in manifest.contents) != LISTED:
        raise Refused(f"{archive / MANIFEST} does not list what a backup holds: it is damaged.")
    for entry in manifest.contents:
        _check(archive / entry.name, entry)
    stored = tuple(Entry(**line) for line in read_lines(archive / FILES))
    for entry in stored:
        if not KEY.fullmatch(entry.name):
            raise Refused(f"{archive / FILES} names {entry.name!r}, which is no key of a stored file.")
        _check(archive / STORED / entry.name, entry)
    known = {MANIFEST, *LISTED, *(f"{STORED}/{entry.name}" for entry in stored)}
    for path in sorted(archive.rglob("*")):
        if not path.is_dir() and path.relative_to(archive).as_posix() not in known:
            raise Refused(f"{path} is not part of the backup: somebody put it there.")
    return stored


def entry_of(path: Path, name: str) -> Entry:
    """Size and SHA-256 of a file."""
    digest, size = hashlib.sha256(), 0
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            digest.update(chunk)
            size += len(chunk)
    return Entry(name, size, digest.hexdigest())


def write_lines(path: Path, lines: Iterable[dict[str, Any]]) -> None:
    """Write JSON lines."""
    with path.open("wb") as file:
        for line in lines:
            file.write(canonical(line) + b"\n")


def read_lines(path: Path) -> Iterator[dict[str, Any]]:
    """The JSON lines of a file whose SHA-256 was found right."""
    with path.open("rb") as file:
        for line in file:
            yield json.loads(line)


def whole_archives(folder: Path) -> list[Path]:
    """The whole archives in a folder, the oldest first."""
    found = (path for path in folder.iterdir() if NAME.fullmatch(path.name) and (path / MANIFEST).is_file())
    return sorted(found, key=lambda path: path.name)


def _check(path: Path, entry: Entry) -> None:
    if path.is_symlink() or not path.is_file():
        raise Refused(f"{path} is missing from the backup.")
    if entry_of(path, entry.name) != entry:
        raise Refused(f"{path} is not what was backed up: its size or SHA-256 differs. Use another backup.")


def _plain(value: Any) -> Any:
    """Lists for tuples, so that what is signed is the same when it was written and read."""
    return json.loads(json.dumps(value))


def _tuple(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value
