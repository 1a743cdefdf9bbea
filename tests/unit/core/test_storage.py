"""Files are kept whole, never overwritten, and found by key: in a folder, and in an S3 store over real HTTP."""

import stat
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import boto3
import pytest
from moto.server import ThreadedMotoServer

from app.core.errors import ConfigurationError, Unavailable
from app.core.settings import load_settings
from app.core.storage import FileExists, FileMissing, FolderStorage, S3Storage, Storage, made_of, new_key

COMPOUND = UUID("0198c0de-0000-7000-8000-000000000001")
KEY = new_key(COMPOUND, "attachments", UUID("0198c0de-0000-7000-8000-000000000002"))
OTHER = new_key(COMPOUND, "photos", UUID("0198c0de-0000-7000-8000-000000000003"))
CONTENT = b"\x00\xff" * 1_000_000


@pytest.fixture(scope="module")
def s3_url() -> Iterator[str]:
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0)
    server.start()
    host, port = server.get_host_and_port()
    endpoint = f"http://{host}:{port}"
    boto3.client(
        "s3", endpoint_url=endpoint, region_name="us-east-1", aws_access_key_id="key", aws_secret_access_key="secret"
    ).create_bucket(Bucket="files")
    yield f"s3://files?endpoint={endpoint}&addressing=path"
    server.stop()


@pytest.fixture(params=["folder", "s3"])
def storage(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Storage]:
    if request.param == "folder":
        yield FolderStorage(tmp_path / "storage")
        return
    made = S3Storage(request.getfixturevalue("s3_url"), "key", "secret")
    yield made
    for key in (KEY, OTHER):
        made.delete(key)


def test_what_is_put_is_got_and_opened_and_deleted(storage: Storage):
    assert not storage.exists(KEY)
    storage.put(KEY, CONTENT)
    assert storage.exists(KEY)
    assert storage.get(KEY) == CONTENT
    with storage.open(KEY) as file:
        assert file.read(2) == CONTENT[:2]
        file.seek(0)
        assert file.read() == CONTENT
    storage.delete(KEY)
    assert not storage.exists(KEY)


def test_a_file_is_never_overwritten(storage: Storage):
    storage.put(KEY, b"first")
    with pytest.raises(FileExists):
        storage.put(KEY, b"second")
    assert storage.get(KEY) == b"first"


def test_a_missing_file_is_said_to_be_missing_and_may_be_deleted(storage: Storage):
    with pytest.raises(FileMissing):
        storage.get(KEY)
    with pytest.raises(FileMissing):
        storage.open(KEY)
    storage.delete(KEY)


def test_a_listing_tells_the_files_of_one_kind_with_their_time(storage: Storage):
    storage.put(KEY, b"one")
    storage.put(OTHER, b"two")
    (found,) = storage.list_kind("attachments")
    assert found.key == KEY
    assert abs(found.written_at - datetime.now(UTC)) < timedelta(minutes=1)


@pytest.mark.parametrize("key", ["../etc/passwd", f"{COMPOUND}/../x", "/a/b/c", f"{COMPOUND}/kind/a/b", "", KEY + "\n"])
def test_a_malformed_key_reaches_nothing(storage: Storage, key: str):
    for act in (storage.get, storage.open, storage.delete, storage.exists):
        with pytest.raises(ValueError, match="not a storage key"):
            act(key)
    with pytest.raises(ValueError, match="not a storage key"):
        storage.put(key, b"")


def test_files_in_a_folder_are_private_and_leave_no_drafts(tmp_path: Path):
    FolderStorage(tmp_path / "storage").put(KEY, b"content")
    written = tmp_path / "storage" / KEY
    assert stat.S_IMODE(written.stat().st_mode) == 0o600
    for folder in (written.parent, written.parent.parent, tmp_path / "storage"):
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert list(written.parent.iterdir()) == [written]


def test_a_write_that_fails_leaves_nothing(tmp_path: Path):
    storage = FolderStorage(tmp_path / "storage")
    with pytest.raises(TypeError):
        storage.put(KEY, "no bytes")  # type: ignore[arg-type]
    assert not storage.exists(KEY)
    assert list((tmp_path / "storage" / KEY).parent.iterdir()) == []


def test_a_store_that_cannot_be_reached_is_unavailable():
    storage = S3Storage("s3://files?endpoint=http://127.0.0.1:9&addressing=path", "key", "secret")
    with pytest.raises(Unavailable):
        storage.get(KEY)


def test_a_store_that_refuses_is_unavailable(s3_url: str):
    with pytest.raises(Unavailable):
        list(S3Storage(s3_url.replace("s3://files", "s3://no-such-bucket"), "key", "secret").list_kind("attachments"))


def test_the_settings_name_the_store(tmp_path: Path):
    assert isinstance(made_of(load_settings(data_dir=tmp_path)), FolderStorage)
    settings = load_settings(storage_url="s3://files", storage_access_key="key", storage_secret_key="secret")
    assert isinstance(made_of(settings), S3Storage)


def test_a_store_without_keys_or_with_a_wrong_address_is_a_configuration_error():
    with pytest.raises(ConfigurationError, match="STORAGE_ACCESS_KEY"):
        load_settings(storage_url="s3://files")
    with pytest.raises(ConfigurationError, match="STORAGE_URL"):
        load_settings(storage_url="ftp://files")
