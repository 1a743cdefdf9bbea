"""Files at rest are encrypted with keys that rotate; those from before are encrypted while the product runs."""

import hashlib
from collections.abc import Iterator
from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from cryptography.fernet import Fernet
from flask.testing import FlaskCliRunner
from sqlalchemy import Column, Table, select, text, update
from sqlalchemy.exc import IntegrityError

from app.core import crypto, rotation, sealed_files
from app.core.db import db
from app.core.settings import Settings
from app.core.storage import storage
from app.meetings.models import Attachment, Scan
from app.moderation.check_models import Picture
from tests.support.files import pdf, picture
from tests.support.keys import other_keys
from tests.support.world import CLOSES, OPENS, World, at

NEW_KEY = Fernet.generate_key().decode()
PAPER, PHOTO = pdf(2), picture("JPEG")


def quietly(done: int, total: int) -> None:
    """Report to nobody."""


class Stopped(Exception):
    """The process is killed."""


class Papers:
    """A motion with an attachment, a mandate with its scan, a wish with a photograph."""

    def __init__(self, world: World) -> None:
        self.world, self.owners = world, world.owners(2)
        here, secretary = f"/compounds/{world.compound}", world.api(world.secretary)
        self.path = world.draft(5)
        motion = secretary("GET", self.path).json["motions"][0]["id"]
        attached = f"{self.path}/motions/{motion}/attachments"
        self.attachment = self._sent(world.secretary, attached, file=(BytesIO(PAPER), "方案.pdf"))
        assert secretary("POST", f"{self.path}/announcement").status_code == 200
        party = world.api(self.owners[0])("GET", self.path).json["my_parties"][0]["id"]
        form = {"proxy_phone": "13900000166", "proxy_name": "代理某", "file": (BytesIO(PAPER), "委托书.pdf")}
        self.scan = self._sent(self.owners[0], f"{self.path}/parties/{party}/mandates", **form)["scan_id"]
        body = {"text": "想借一把梯子用一下午。", "category": "repair"}
        wish = world.api(self.owners[0])("POST", f"{here}/wishes", body).json["id"]
        self.photo = self._sent(self.owners[0], f"{here}/wishes/{wish}/photos", file=(BytesIO(PHOTO), "照片.jpg"))

    def _sent(self, person: Any, path: str, **form: Any) -> Any:
        answer = self.world.api(person)("POST", path, data=form, content_type="multipart/form-data")
        assert answer.status_code == 201, answer.text
        return answer.json

    def shown(self) -> dict[str, bytes]:
        """What people are shown of each file."""
        staff = self.world.api(self.world.secretary)
        attachment = staff("GET", f"{self.path}/attachments/{self.attachment['id']}", buffered=True)
        scan = staff("GET", f"{self.path}/scans/{self.scan}", buffered=True)
        client = self.world.application.test_client()
        photos = {name: client.get(self.photo[name], buffered=True) for name in ("url", "thumbnail_url")}
        answers = {"attachment": attachment, "scan": scan, **photos}
        assert {answer.status_code for answer in answers.values()} == {200}
        return {name: answer.data for name, answer in answers.items()}

    def count(self) -> None:
        """Cast and count, so that what was counted is kept as it is."""
        with at(OPENS):
            assert self.world.cast(self.owners[1], self.path).status_code == 201
        with at(CLOSES + timedelta(minutes=1)):
            for person in (self.world.secretary, self.world.supervisor):
                assert self.world.api(person)("POST", f"{self.path}/count").status_code == 200


@pytest.fixture
def papers(world: World) -> Papers:
    return Papers(world)


def addresses() -> Iterator[tuple[Table, Column[Any], str]]:
    """Every file that a row names."""
    for model in (Attachment, Scan, Picture):
        table = model.__table__
        for column in table.columns:
            if column.name in ("storage_key", "thumbnail_key"):
                yield from ((table, column, key) for key in db.session.scalars(select(column)))


def lay_open() -> list[str]:
    """Have every file in clear, as a version before had them; their keys."""
    opened = []
    for table, column, key in list(addresses()):
        file_key = db.session.scalar(select(table.c.file_key).where(column == key))
        content = sealed_files.get(key, file_key)
        storage().delete(key)
        storage().put(key, content)
        opened.append(key)
    for model in (Attachment, Scan, Picture):
        db.session.execute(text(f"ALTER TABLE {model.__tablename__} DISABLE TRIGGER USER"))
        db.session.execute(update(model).values(file_key=None))
        db.session.execute(text(f"ALTER TABLE {model.__tablename__} ENABLE TRIGGER USER"))
    db.session.commit()
    return opened


def in_the_store() -> bytes:
    return b"".join(storage().get(key) for _, _, key in addresses())


def test_nothing_in_the_store_can_be_read_and_people_see_their_files(papers: Papers):
    kept, shown = in_the_store(), papers.shown()
    assert (shown["attachment"], shown["scan"]) == (PAPER, PAPER)
    assert b"%PDF" not in kept
    assert b"JFIF" not in kept
    assert shown["url"][:2] == shown["thumbnail_url"][:2] == b"\xff\xd8"


def test_a_file_in_the_place_of_another_is_not_taken_for_it(papers: Papers):
    """Even where both have the same key: a picture and its thumbnail."""
    photo = db.session.scalars(select(Picture)).one()
    thumbnail = storage().get(photo.thumbnail_key)
    storage().delete(photo.storage_key)
    storage().put(photo.storage_key, thumbnail)
    with pytest.raises(sealed_files.FileChanged):
        sealed_files.get(photo.storage_key, photo.file_key)
    assert papers.world.application.test_client().get(papers.photo["url"]).status_code == 404


def test_files_from_before_are_read_then_encrypted_however_often_it_is_stopped(
    papers: Papers, monkeypatch: pytest.MonkeyPatch
):
    papers.count()
    before = papers.shown()
    old = lay_open()
    assert b"%PDF" in in_the_store()
    assert papers.shown() == before, "a file in clear stays readable"
    assert sealed_files.in_clear() == 3

    def stop(done: int, total: int) -> None:
        if done:
            raise Stopped

    monkeypatch.setattr(sealed_files, "AT_ONCE", 1)
    for left in (2, 1, 0):
        with pytest.raises(Stopped):
            sealed_files.seal_all(stop)
        assert sealed_files.in_clear() == left
    assert sealed_files.seal_all(quietly) == 0
    db.session.expire_all()
    assert papers.shown() == before
    assert b"%PDF" not in in_the_store()
    assert set(old).isdisjoint(key for _, _, key in addresses()), "the sweep takes what no row names"


def test_what_was_counted_is_turned_to_the_same_file_alone(papers: Papers):
    papers.count()
    for change in ({"sha256": hashlib.sha256(b"").digest()}, {"storage_key": "x"}, {"file_key": crypto.encrypt("x")}):
        with pytest.raises(IntegrityError, match="kept as it is"), db.session.begin_nested():
            db.session.execute(update(Attachment).values(**change))


def test_a_new_master_key_comes_to_files_without_writing_them(papers: Papers, settings: Settings):
    papers.count()
    before, kept = papers.shown(), in_the_store()
    with other_keys(settings, encryption_keys=f"{NEW_KEY},{settings.secrets['encryption_keys']}"):
        assert rotation.rotate(quietly) == 0
        assert in_the_store() == kept
        for model in (Attachment, Scan, Picture):
            keys = db.session.scalars(select(model.file_key)).all()
            assert {bytes(one)[1:5] for one in keys} == {crypto.key_ids()[0]}
    with other_keys(settings, encryption_keys=NEW_KEY):
        db.session.expire_all()
        scan = db.session.scalars(select(Scan)).one()
        assert sealed_files.get(scan.storage_key, scan.file_key) == before["scan"] == PAPER


def test_a_file_that_is_lost_is_named_and_holds_up_no_other(papers: Papers):
    lay_open()
    storage().delete(db.session.scalars(select(Scan.storage_key)).one())
    assert sealed_files.seal_all(quietly) == 1
    assert db.session.scalars(select(Attachment.file_key)).one() is not None
    assert db.session.scalars(select(Scan.file_key)).one() is None


def test_of_two_runs_at_once_one_turns_the_row(papers: Papers, monkeypatch: pytest.MonkeyPatch):
    lay_open()
    written, real = [], sealed_files.put

    def put(key: str, content: bytes, file_key: bytes) -> None:
        real(key, content, file_key)
        written.append(key)
        if len(written) == 1:
            assert sealed_files.seal_all(quietly) == 0  # the other run, all of it

    monkeypatch.setattr(sealed_files, "put", put)
    assert sealed_files.seal_all(quietly) == 0
    db.session.expire_all()
    named = {key for _, _, key in addresses()}
    assert named <= set(written)
    assert written[0] not in named
    assert papers.shown()["attachment"] == PAPER


def test_the_commands_tell_of_files_in_clear_and_encrypt_them(papers: Papers):
    from commands import register

    register(papers.world.application)
    runner = FlaskCliRunner(papers.world.application)
    lay_open()
    before = runner.invoke(args=["keys", "status"])
    assert (before.exit_code, "3 rows with files in clear wait" in before.output) == (1, True), before.output
    assert runner.invoke(args=["keys", "rotate"]).exit_code == 0
    assert runner.invoke(args=["keys", "status"]).exit_code == 0
