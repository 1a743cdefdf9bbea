"""Files by key, in a local folder or in an S3-compatible store. Written once, never changed.

A key is `<compound_id>/<kind>/<id>`, all three without personal data. A row in PostgreSQL names every file that
counts: a file whose transaction was rolled back, or whose row is gone, is found by listing and swept.
"""

import os
import re
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any, Protocol
from urllib.parse import parse_qs, urlsplit
from uuid import UUID

import structlog

from app.core.errors import Unavailable
from app.core.settings import Settings

log = structlog.get_logger(__name__)

KEY = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/[a-z][a-z_]{0,30}/[0-9A-Za-z_-]{1,64}")
_SPOOLED = 1024 * 1024


class FileMissing(Exception):
    """There is no file of that key."""


class FileExists(Exception):
    """A file of that key is there already; files are never overwritten."""


@dataclass(frozen=True)
class StoredFile:
    """A file in a listing; `written_at` is the store's own time, which a movable clock does not move."""

    key: str
    written_at: datetime


class Storage(Protocol):
    """What both kinds of store do. A malformed key is a ValueError, a store that cannot be reached Unavailable."""

    def put(self, key: str, content: bytes) -> None:
        """Write a file, all of it or nothing. Raises FileExists."""

    def get(self, key: str) -> bytes:
        """The whole file. Raises FileMissing."""

    def open(self, key: str) -> IO[bytes]:
        """The file as a seekable stream, which the caller closes. Raises FileMissing."""

    def delete(self, key: str) -> None:
        """Remove a file; one that is not there is no error."""

    def exists(self, key: str) -> bool:
        """Whether the file is there."""

    def list_kind(self, kind: str) -> Iterator[StoredFile]:
        """All files of a kind, of every compound."""

    def list_all(self) -> Iterator[StoredFile]:
        """All files, of every kind and compound."""


def new_key(compound_id: UUID, kind: str, id: UUID) -> str:
    """The key of a file."""
    return _checked(f"{compound_id}/{kind}/{id}")


def _checked(key: str) -> str:
    if not KEY.fullmatch(key):
        raise ValueError(f"not a storage key: {key!r}")
    return key


class FolderStorage:
    """Files below a folder, readable by the program's own user only."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def put(self, key: str, content: bytes) -> None:
        target = self._path(key)
        for folder in (self._root, target.parent.parent, target.parent):
            folder.mkdir(mode=0o700, exist_ok=True)
        handle, draft = tempfile.mkstemp(prefix=".draft-", dir=target.parent)  # mode 0600
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            os.link(draft, target)  # unlike a rename, refuses a file that is there
        except FileExistsError:
            raise FileExists(key) from None
        finally:
            os.unlink(draft)
        _sync_folder(target.parent)

    def get(self, key: str) -> bytes:
        with self.open(key) as file:
            return file.read()

    def open(self, key: str) -> IO[bytes]:
        try:
            return self._path(key).open("rb")
        except FileNotFoundError:
            raise FileMissing(key) from None

    def delete(self, key: str) -> None:
        self._path(key).unlink(missing_ok=True)

    def exists(self, key: str) -> bool:
        return self._path(key).is_file()

    def list_kind(self, kind: str) -> Iterator[StoredFile]:
        return self._list(kind)

    def list_all(self) -> Iterator[StoredFile]:
        return self._list("*")

    def _list(self, kind: str) -> Iterator[StoredFile]:
        for path in self._root.glob(f"*/{kind}/*"):
            key = path.relative_to(self._root).as_posix()
            if KEY.fullmatch(key):  # drafts begin with a dot
                yield StoredFile(key, datetime.fromtimestamp(path.stat().st_mtime, UTC))

    def _path(self, key: str) -> Path:
        return self._root / _checked(key)


def _sync_folder(folder: Path) -> None:
    """Make a new name in the folder last through a power cut."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


class S3Storage:
    """Files in a bucket of S3 or of what speaks its protocol (OSS, COS, MinIO)."""

    def __init__(self, url: str, access_key: str, secret_key: str) -> None:
        import boto3  # a second of loading that only those who store on S3 pay
        from botocore.config import Config

        address = urlsplit(url)
        options = {name: values[-1] for name, values in parse_qs(address.query).items()}
        self._bucket = address.netloc
        self._client: Any = boto3.client(
            "s3",
            endpoint_url=options.get("endpoint"),
            region_name=options.get("region", "us-east-1"),
            aws_access_key_id=access_key,
            aws_secret_access_key=secret_key,
            config=Config(
                connect_timeout=5,
                read_timeout=30,
                retries={"max_attempts": 3, "mode": "standard"},
                s3={"addressing_style": options.get("addressing", "auto")},
                request_checksum_calculation="when_required",  # other stores refuse AWS's newer checksums
                response_checksum_validation="when_required",
            ),
        )

    def put(self, key: str, content: bytes) -> None:
        if self.exists(key):
            raise FileExists(key)
        with _reached(key):
            self._client.put_object(Bucket=self._bucket, Key=key, Body=content)

    def get(self, key: str) -> bytes:
        with self.open(key) as file:
            return file.read()

    def open(self, key: str) -> IO[bytes]:
        file: IO[bytes] = tempfile.SpooledTemporaryFile(max_size=_SPOOLED)  # noqa: SIM115 (the caller closes it)
        try:
            with _reached(key):
                answer = self._client.get_object(Bucket=self._bucket, Key=_checked(key))
                with answer["Body"] as body:
                    shutil.copyfileobj(body, file)
        except BaseException:
            file.close()
            raise
        file.seek(0)
        return file

    def delete(self, key: str) -> None:
        with _reached(key):
            self._client.delete_object(Bucket=self._bucket, Key=_checked(key))

    def exists(self, key: str) -> bool:
        try:
            with _reached(key):
                self._client.head_object(Bucket=self._bucket, Key=_checked(key))
        except FileMissing:
            return False
        return True

    def list_kind(self, kind: str) -> Iterator[StoredFile]:
        return (file for file in self.list_all() if file.key.split("/")[1] == kind)

    def list_all(self) -> Iterator[StoredFile]:
        with _reached("*"):
            for page in self._client.get_paginator("list_objects_v2").paginate(Bucket=self._bucket):
                for found in page.get("Contents", ()):
                    if KEY.fullmatch(found["Key"]):
                        yield StoredFile(found["Key"], found["LastModified"])


@contextmanager
def _reached(key: str) -> Iterator[None]:
    """Turn the client's errors into FileMissing and Unavailable. The log gets no address: it may carry a signature."""
    from botocore.exceptions import BotoCoreError, ClientError

    try:
        yield
    except ClientError as error:
        code = str(error.response["Error"]["Code"])
        if code in {"404", "NoSuchKey", "NotFound"}:
            raise FileMissing(key) from None
        log.error("storage_refused", code=code)
        raise Unavailable from None
    except BotoCoreError as error:
        log.error("storage_unreachable", error=type(error).__name__)
        raise Unavailable from None


_storage: Storage | None = None


def configure(settings: Settings) -> None:
    """Use the store that the settings name."""
    global _storage
    _storage = made_of(settings)


def made_of(settings: Settings) -> Storage:
    """The store that the settings name: S3 where STORAGE_URL is set, else DATA_DIR/storage."""
    if settings.storage_url:
        return S3Storage(settings.storage_url, settings.storage_access_key, settings.storage_secret_key)
    return FolderStorage(settings.data_dir / "storage")


def storage() -> Storage:
    """The store of this process. Raises RuntimeError before `configure`."""
    if _storage is None:
        raise RuntimeError("the storage is not configured")
    return _storage
