"""A phone that hears no answer asks again: the act is done once, and the answer is the same."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select, text, update
from werkzeug.test import TestResponse

from app.bootstrap import create_app
from app.core.db import db, dispose_of_engines
from app.core.settings import Settings
from app.core.unit_of_work import unit_of_work
from app.identity import repeats
from app.identity.actor import Actor
from app.identity.repeats import Answer, AnsweredRequest, RequestUnderWay
from app.meetings.models import Meeting
from tests.support import servers
from tests.support.world import CLOSES, OPENS, START, Person, World, at

KEY = "0198c0de-0000-7000-8000-0000000000aa"


def meeting(title: str = "第一次业主大会") -> dict[str, Any]:
    times = {"opens_at": OPENS.isoformat(), "closes_at": CLOSES.isoformat()}
    return {"title": title, "convenor": "committee", **times}


def send(world: World, body: Any, key: str = KEY, person: Person | None = None, path: str = "") -> TestResponse:
    headers = {"Authorization": f"Bearer {(person or world.secretary).token}", "Idempotency-Key": key}
    address = "/api/v1" + (path or world.meetings_path())
    return world.application.test_client().post(address, json=body, headers=headers)


def meetings() -> int:
    return db.session.scalars(select(func.count()).select_from(Meeting)).one()


def test_a_repeated_request_is_answered_again_and_done_once(world: World):
    first, again = send(world, meeting()), send(world, meeting())
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json == again.json
    assert "Idempotent-Replayed" not in first.headers
    assert again.headers["Idempotent-Replayed"] == "true"
    assert again.content_type == first.content_type
    assert meetings() == 1


def test_keys_are_an_accounts_own(world: World):
    other = world.person()
    world.appoint(other, role=_secretary())
    assert send(world, meeting()).json != send(world, meeting(), person=other).json
    assert meetings() == 2


def _secretary() -> Any:
    from app.org.models import Role

    return Role.SECRETARY


def test_a_key_stands_for_one_request_alone(world: World):
    send(world, meeting())
    for refused in (
        send(world, meeting("第二次业主大会")),
        send(world, {}, path="/me/phone"),
    ):
        assert (refused.status_code, refused.json["error"]["code"]) == (422, "idempotency_key_reused")
    assert meetings() == 1


def test_a_refused_request_leaves_nothing_and_is_tried_again(world: World):
    assert send(world, {"title": ""}).status_code == 422
    assert db.session.scalars(select(AnsweredRequest)).all() == []
    assert send(world, meeting()).status_code == 201


@pytest.mark.parametrize("key", ["", "a" * 65, "钥匙", "a b"])
def test_a_key_that_is_none_is_refused(world: World, key: str):
    headers = {"Authorization": f"Bearer {world.secretary.token}", "Idempotency-Key": key.encode().decode("latin-1")}
    refused = world.application.test_client().post("/api/v1" + world.meetings_path(), json=meeting(), headers=headers)
    assert (refused.status_code, refused.json["error"]["code"]) == (422, "idempotency_key_invalid")
    assert meetings() == 0


def test_a_form_with_a_picture_is_the_same_whatever_its_boundary(world: World):
    from io import BytesIO

    from tests.support.files import pdf

    path = world.draft()
    motion = world.api(world.secretary)("GET", path).json["motions"][0]["id"]
    address = f"/api/v1{path}/motions/{motion}/attachments"

    def upload(content: bytes) -> TestResponse:
        headers = {"Authorization": f"Bearer {world.secretary.token}", "Idempotency-Key": KEY}
        file = {"file": (BytesIO(content), "公告.pdf")}
        return world.application.test_client().post(address, data=file, headers=headers)

    first, again = upload(pdf()), upload(pdf())
    assert first.status_code == 201, first.text
    assert first.json == again.json
    assert upload(pdf() + b"\n").status_code == 422


def test_the_answer_is_kept_encrypted_and_for_a_day(world: World):
    send(world, meeting("不外传的标题"))
    kept = bytes(db.session.execute(text("SELECT answer FROM answered_request")).scalar_one())
    assert "不外传的标题".encode() not in kept
    with at(START + timedelta(hours=23)):
        assert repeats.forget_answered() == 0
    with at(START + timedelta(hours=25)):
        assert repeats.forget_answered() == 1


def test_an_act_that_ended_half_way_is_tried_again(world: World):
    send(world, meeting())
    db.session.execute(update(AnsweredRequest).values(status=None, answer=None))
    db.session.commit()
    assert send(world, meeting()).status_code == 201
    assert meetings() == 2


@pytest.fixture
def own(settings: Settings, worker_id: str) -> Iterator[Flask]:
    """A database with real commits."""
    application = create_app(servers.beside(settings, f"repeats_{worker_id}"))
    with application.app_context():
        yield application
        db.session.remove()
        dispose_of_engines()


def test_of_two_at_once_one_acts_and_the_other_waits_or_is_told(own: Flask, monkeypatch: pytest.MonkeyPatch):
    from threading import Event, Thread

    from app.core.ids import new_id

    actor, done, begun, go_on = Actor(new_id()), [], Event(), Event()
    answers: list[Answer] = []

    def act() -> Answer:
        done.append(1)
        begun.set()
        assert go_on.wait(20)
        return Answer(201, "{}")

    def ask() -> None:
        with own.app_context(), unit_of_work():
            answers.append(repeats.once(actor, KEY, b"asked", act))

    first = Thread(target=ask)
    first.start()
    assert begun.wait(20)
    monkeypatch.setattr(repeats, "PATIENCE_S", 0.1)
    with pytest.raises(RequestUnderWay), unit_of_work():
        repeats.once(actor, KEY, b"asked", act)
    monkeypatch.setattr(repeats, "PATIENCE_S", 20)
    second = Thread(target=ask)
    second.start()
    go_on.set()
    first.join(20)
    second.join(20)
    assert sorted(answers, key=lambda one: one.repeated) == [Answer(201, "{}"), Answer(201, "{}", repeated=True)]
    assert len(done) == 1


def test_a_crash_in_the_middle_leaves_nothing(own: Flask):
    from app.core.ids import new_id

    actor = Actor(new_id())

    def crash() -> Answer:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt), unit_of_work():
        repeats.once(actor, KEY, b"asked", crash)
    assert db.session.scalars(select(func.count()).select_from(AnsweredRequest)).one() == 0


def test_every_post_that_is_signed_in_takes_a_key_but_casting(app: Flask):
    specification = app.test_client().get("/openapi.json").json
    without = {
        f"{method} {path}"
        for path, operations in specification["paths"].items()
        for method, operation in operations.items()
        if method == "post" and not any(one.get("name") == "Idempotency-Key" for one in operation.get("parameters", ()))
    }
    ballots = "/api/v1/compounds/{compound_id}/meetings/{meeting_id}/ballots"
    signed_out = {"post /api/v1/auth/wechat", "post /api/v1/certificate-checks"}
    assert without == {*signed_out, f"post {ballots}"}
