"""Attachments of motions: added to a draft, frozen by the announcement, shown to those who may see the meeting."""

import hashlib
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from sqlalchemy import event, select
from werkzeug.test import TestResponse

from app.core import clock
from app.core import storage as core_storage
from app.core.db import db
from app.core.storage import FolderStorage, storage
from app.meetings.models import Attachment
from tasks.meetings import sweep_files
from tests.support.files import EXECUTABLE, HTML, huge_png, pdf, picture
from tests.support.world import Person, World, at


@pytest.fixture(autouse=True)
def _own_storage(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder for each test: the store does not roll back, and workers share the usual one."""
    monkeypatch.setattr(core_storage, "_storage", FolderStorage(tmp_path / "storage"))


def motion_of(world: World, path: str) -> dict[str, Any]:
    found: dict[str, Any] = world.api(world.secretary)("GET", path).json["motions"][0]
    return found


def attach(
    world: World, path: str, content: bytes, name: str = "方案.pdf", person: Person | None = None
) -> TestResponse:
    address = f"{path}/motions/{motion_of(world, path)['id']}/attachments"
    return world.api(person or world.secretary)("POST", address, **form(content, name))


def form(content: bytes, name: str) -> dict[str, Any]:
    """A multipart body, made here since the test client leaves its own temporary file open."""
    head = f'--limit\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n\r\n'
    return {
        "data": head.encode() + content + b"\r\n--limit--\r\n",
        "content_type": "multipart/form-data; boundary=limit",
    }


def stored() -> list[Attachment]:
    return list(db.session.scalars(select(Attachment)))


def test_a_secretary_attaches_files_and_owners_read_them_to_the_bit(world: World):
    owner = world.owners(1)[0]
    path, content, photo = world.draft(), pdf(2), picture("JPEG")
    added = attach(world, path, content, "3栋电梯更换方案.pdf")
    assert added.status_code == 201, added.text
    attach(world, path, photo, "现场照片.jpg")
    assert world.api(world.secretary)("POST", f"{path}/announcement").status_code == 200

    listed = world.api(owner)("GET", path).json["motions"][0]["attachments"]
    assert [one["file_name"] for one in listed] == ["3栋电梯更换方案.pdf", "现场照片.jpg"]
    assert listed[0] == added.json
    assert listed[0]["sha256"] == hashlib.sha256(content).hexdigest()
    assert (listed[0]["size"], listed[0]["media_type"]) == (len(content), "application/pdf")

    answer = world.api(owner)("GET", f"{path}/attachments/{listed[0]['id']}", buffered=True)
    assert answer.data == content
    assert answer.headers["Content-Type"] == "application/pdf"
    assert answer.headers["Content-Length"] == str(len(content))
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Cache-Control"] == "no-store"
    disposition = answer.headers["Content-Disposition"]
    assert disposition.startswith("attachment;")
    assert f"filename*=UTF-8''{quote('3栋电梯更换方案.pdf')}" in disposition
    assert world.api(owner)("GET", f"{path}/attachments/{listed[1]['id']}", buffered=True).data == photo


def test_nobody_but_the_secretary_attaches_or_removes(world: World):
    owner, stranger = world.owners(1)[0], world.person()
    path = world.draft()
    kept = attach(world, path, pdf()).json
    motion = motion_of(world, path)["id"]
    for person in (owner, stranger, world.supervisor):
        assert attach(world, path, pdf(), person=person).status_code == 403
        removed = world.api(person)("DELETE", f"{path}/motions/{motion}/attachments/{kept['id']}")
        assert removed.status_code == 403
    assert [str(one.id) for one in stored()] == [kept["id"]]


def test_a_draft_s_attachment_is_shown_to_staff_only_and_an_announced_one_to_owners_only(world: World):
    owner, stranger = world.owners(1)[0], world.person()
    path = world.draft()
    address = f"{path}/attachments/{attach(world, path, pdf()).json['id']}"
    assert world.api(world.supervisor)("GET", address, buffered=True).status_code == 200
    assert world.api(owner)("GET", address, buffered=True).status_code == 404
    world.api(world.secretary)("POST", f"{path}/announcement")
    assert world.api(owner)("GET", address, buffered=True).status_code == 200
    assert world.api(stranger)("GET", address, buffered=True).status_code == 403
    assert world.api()("GET", address, buffered=True).status_code == 401


def test_an_attachment_is_not_found_through_another_meeting_or_compound(world: World):
    world.owners(1)
    path, other = world.draft(), world.draft()
    attachment = attach(world, path, pdf()).json["id"]
    assert world.api(world.secretary)("GET", f"{other}/attachments/{attachment}", buffered=True).status_code == 404
    motion = motion_of(world, other)["id"]
    wrong = world.api(world.secretary)("DELETE", f"{other}/motions/{motion}/attachments/{attachment}")
    assert (wrong.status_code, wrong.json["error"]["code"]) == (404, "attachment_not_found")
    elsewhere = path.replace(str(world.compound), str(world.add_compound("测试二区")))
    assert world.api(world.secretary)("GET", f"{elsewhere}/attachments/{attachment}", buffered=True).status_code == 403


def test_an_announcement_freezes_the_attachments(world: World):
    world.owners(1)
    path = world.draft()
    kept = attach(world, path, pdf()).json
    world.api(world.secretary)("POST", f"{path}/announcement")
    late = attach(world, path, pdf())
    assert (late.status_code, late.json["error"]["code"]) == (409, "wrong_meeting_state")
    motion = motion_of(world, path)
    removed = world.api(world.secretary)("DELETE", f"{path}/motions/{motion['id']}/attachments/{kept['id']}")
    assert (removed.status_code, removed.json["error"]["code"]) == (409, "wrong_meeting_state")
    assert motion_of(world, path)["attachments"] == [kept]


def test_a_removed_attachment_is_gone_and_a_motion_takes_its_attachments_along(world: World):
    path = world.draft()
    first, second = attach(world, path, pdf()).json, attach(world, path, pdf()).json
    motion = motion_of(world, path)["id"]
    assert world.api(world.secretary)("DELETE", f"{path}/motions/{motion}/attachments/{first['id']}").status_code == 204
    assert [one["id"] for one in motion_of(world, path)["attachments"]] == [second["id"]]
    assert world.api(world.secretary)("GET", f"{path}/attachments/{first['id']}", buffered=True).status_code == 404
    assert world.api(world.secretary)("DELETE", f"{path}/motions/{motion}").status_code == 204
    assert stored() == []


def test_files_that_no_attachment_names_are_swept_after_a_day_and_others_stay(world: World):
    path = world.draft()
    kept, removed = attach(world, path, pdf()).json, attach(world, path, pdf()).json
    keys = {str(one.id): one.storage_key for one in stored()}
    motion = motion_of(world, path)["id"]
    world.api(world.secretary)("DELETE", f"{path}/motions/{motion}/attachments/{removed['id']}")
    written = next(file.written_at for file in storage().list_kind("attachments") if file.key == keys[removed["id"]])
    with at(written.astimezone(UTC) + timedelta(hours=23)):
        sweep_files()
        assert storage().exists(keys[removed["id"]])
    with at(written.astimezone(UTC) + timedelta(hours=25)):
        assert sweep_files() == 1
    assert not storage().exists(keys[removed["id"]])
    assert storage().exists(keys[kept["id"]])


BAD = {
    "an executable named pdf": (EXECUTABLE, "方案.pdf", "file_type_refused"),
    "a web page named pdf": (HTML, "方案.pdf", "file_type_refused"),
    "a truncated picture": (picture("JPEG")[:-500], "照片.jpg", "file_damaged"),
    "a truncated pdf": (pdf()[:-200], "方案.pdf", "file_damaged"),
    "a pdf with a password": (pdf(password="secret"), "方案.pdf", "file_locked"),
    "a bomb of a picture": (huge_png(), "照片.png", "picture_too_large"),
    "an empty file": (b"", "方案.pdf", "file_empty"),
    "21 MB": (b"%PDF-" + b"\0" * (21 * 1024 * 1024), "方案.pdf", "file_too_large"),
}


@pytest.mark.parametrize("bad", BAD)
def test_a_bad_file_is_refused_by_name_and_nothing_is_kept(bad: str, world: World):
    content, name, code = BAD[bad]
    path = world.draft()
    refused = attach(world, path, content, name)
    assert (refused.status_code, refused.json["error"]["code"]) == (422, code)
    assert stored() == []
    assert list(storage().list_kind("attachments")) == []


def test_a_body_beyond_all_limits_is_not_read(world: World):
    refused = attach(world, world.draft(), b"\0" * (52 * 1024 * 1024))
    assert (refused.status_code, refused.json["error"]["code"]) == (413, "too_large")


def test_no_file_at_all_is_refused(world: World):
    path = world.draft()
    address = f"{path}/motions/{motion_of(world, path)['id']}/attachments"
    assert world.api(world.secretary)("POST", address, data={"file": "text"}).status_code == 422


def test_a_name_with_folders_and_control_characters_is_made_safe(world: World):
    path = world.draft()
    added = attach(world, path, pdf(), "../../系统/方\u202e案\x07.html")
    assert added.json["file_name"] == "方案.html.pdf"
    answer = world.api(world.secretary)("GET", f"{path}/attachments/{added.json['id']}", buffered=True)
    assert quote("方案.html.pdf") in answer.headers["Content-Disposition"]


def test_a_motion_has_a_most_of_attachments(world: World, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("app.meetings.attachments.MOST_OF_A_MOTION", 1)
    path = world.draft()
    assert attach(world, path, pdf()).status_code == 201
    refused = attach(world, path, pdf())
    assert (refused.status_code, refused.json["error"]["code"]) == (409, "too_many_attachments")


@pytest.mark.parametrize("spoil", ["change", "lose"])
def test_a_file_that_is_not_the_uploaded_one_is_not_served(spoil: str, world: World):
    path = world.draft()
    added = attach(world, path, pdf()).json
    (attachment,) = stored()
    storage().delete(attachment.storage_key)
    if spoil == "change":
        storage().put(attachment.storage_key, pdf(2))
    answer = world.api(world.secretary)("GET", f"{path}/attachments/{added['id']}", buffered=True)
    assert (answer.status_code, answer.json["error"]["code"]) == (503, "attachment_damaged")


def test_the_sweep_runs_on_the_machine_s_time(world: World):
    """The world's clock stands in May 2026; a file written now must not look a day old to it."""
    path = world.draft()
    attach(world, path, pdf())
    db.session.delete(stored()[0])
    db.session.commit()
    with at(datetime.now(UTC)):
        sweep_files()
    assert any(storage().list_kind("attachments"))


def test_files_are_checked_and_stored_before_the_meeting_is_locked(world: World, monkeypatch: pytest.MonkeyPatch):
    world.owners(1)
    path, done = world.draft(), list[str]()
    put = FolderStorage.put

    def storing(store: FolderStorage, key: str, content: bytes) -> None:
        done.append("stored")
        put(store, key, content)

    def locking(connection: Any, _: Any, statement: str, *__: Any) -> None:
        if "FROM meeting " in statement.replace("\n", " ") and " FOR " in statement:
            done.append("locked")

    monkeypatch.setattr(FolderStorage, "put", storing)
    event.listen(db.engine, "before_cursor_execute", locking)
    try:
        assert attach(world, path, pdf()).status_code == 201
        assert done == ["stored", "locked"]
        world.api(world.secretary)("POST", f"{path}/announcement")
        del done[:]
        query = {"place": "1栋门厅", "posted_at": clock.now().isoformat()}
        sent = {"query_string": query, **form(pdf(), "照片.pdf")}
        posted = world.api(world.secretary)("POST", f"{path}/posted-notices", **sent)
        assert posted.status_code == 201, posted.text
        assert done == ["stored", "locked"]
    finally:
        event.remove(db.engine, "before_cursor_execute", locking)
