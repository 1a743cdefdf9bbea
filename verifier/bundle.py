"""Reading a bundle: five data files, and up to two more, whose every byte is determined by what they say."""

import json
import re
import zipfile
from collections.abc import Iterator, Mapping
from typing import Any, NoReturn

FORMAT, VERSION = "ballot-log-bundle", 1
MORE = ("excluded.jsonl", "deliveries.jsonl")
FILES = ("README.txt", "bundle.json", "electorate.jsonl", "log.jsonl", "heads.jsonl", "count_record.json")
_MOMENT = re.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}[.][0-9]{6}Z")
_LONGEST_LINE = 4 * 1024 * 1024
_LONGEST_FILE = 64 * 1024 * 1024


def _refuse(text: str) -> NoReturn:
    raise ValueError(f"{text} is no integer")


_encode = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False).encode
_decode = json.JSONDecoder(parse_float=_refuse, parse_constant=_refuse).decode


class Unreadable(Exception):
    """The bundle is not in the form that docs/ballot-log.md describes; the message says where."""


class Bundle:
    """An open bundle. Lines are read one at a time, whatever the size of the file."""

    def __init__(self, path: str) -> None:
        try:
            self._zip = zipfile.ZipFile(path)
        except (OSError, zipfile.BadZipFile) as error:
            raise Unreadable(f"{path}: {error}") from None
        names = self._zip.namelist()
        if set(names) - set(MORE) != set(FILES) or len(set(names)) != len(names):
            missing, foreign = set(FILES) - set(names), set(names) - {*FILES, *MORE}
            raise Unreadable(f"missing files: {sorted(missing)}; unknown or doubled files: {sorted(foreign) or names}")

    def has(self, name: str) -> bool:
        """Whether the bundle has a file that only some meetings have."""
        return name in self._zip.namelist()

    def document(self, name: str) -> dict[str, Any]:
        """A .json file: canonical JSON, indented by one space."""
        raw = b"".join(self._chunks(name))
        value = _parsed(raw, name)
        if raw != json.dumps(value, sort_keys=True, indent=1, ensure_ascii=False, allow_nan=False).encode() + b"\n":
            raise Unreadable(f"{name} is not written canonically")
        return _object(value, name)

    def lines(self, name: str) -> Iterator[dict[str, Any]]:
        """The objects of a .jsonl file: canonical JSON, one a line."""
        number = 0
        try:
            with self._zip.open(name) as file:
                while line := file.readline(_LONGEST_LINE):
                    number += 1
                    value = _parsed(line, f"{name}, line {number}")
                    if line != canonical(value) + b"\n":
                        raise Unreadable(f"{name}, line {number} is not written canonically")
                    yield _object(value, f"{name}, line {number}")
        except (zipfile.BadZipFile, EOFError, OSError) as error:
            raise Unreadable(f"{name}, after line {number}: {error}") from None

    def _chunks(self, name: str) -> Iterator[bytes]:
        try:
            with self._zip.open(name) as file:
                yield file.read(_LONGEST_FILE)
        except (zipfile.BadZipFile, EOFError, OSError) as error:
            raise Unreadable(f"{name}: {error}") from None


def canonical(value: Any) -> bytes:
    """Canonical JSON (RFC 8785 for strings, integers, booleans, null): what is hashed and signed."""
    try:
        return _encode(value).encode()
    except (ValueError, UnicodeEncodeError) as error:
        raise Unreadable(str(error)) from None


def shaped(value: Any, shape: Mapping[str, Any], where: str) -> dict[str, Any]:
    """The object, if it has exactly these fields of these types; `hex64` is text of 64 hex digits, `moment` a time."""
    found = _object(value, where)
    if found.keys() != shape.keys():
        raise Unreadable(f"{where}: its fields should be {sorted(shape)}, and are {sorted(found)}")
    for name, kind in shape.items():
        if not _is(found[name], kind):
            raise Unreadable(f"{where}: {name} is not what it should be")
    return found


def _is(value: Any, kind: Any) -> bool:
    if isinstance(kind, str) and kind.startswith("hex"):
        digits = int(kind[3:])
        return isinstance(value, str) and len(value) == digits and not set(value) - set("0123456789abcdef")
    if kind == "moment":
        return isinstance(value, str) and bool(_MOMENT.fullmatch(value))
    if isinstance(kind, tuple):
        return value in kind
    return type(value) is kind


def _parsed(raw: bytes, where: str) -> Any:
    try:
        return _decode(raw.decode())
    except (ValueError, RecursionError) as error:
        raise Unreadable(f"{where}: {error}") from None


def _object(value: Any, where: str) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise Unreadable(f"{where} is not an object")
    return value
