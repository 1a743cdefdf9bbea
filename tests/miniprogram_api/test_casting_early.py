"""A ballot that is cast before Flask sees the request: the same answer, in one question to PostgreSQL."""

import json
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

import psycopg
import pytest
from sqlalchemy import delete, func, select
from structlog.contextvars import get_contextvars
from structlog.testing import CapturingLogger
from werkzeug.test import TestResponse

from app.core.crypto import token_hash
from app.core.db import db
from app.identity import service as identity
from app.identity.models import LoginSession
from app.meetings import casting, service
from app.meetings.casting_statements import CAST_AT_ONCE
from app.meetings.models import Ballot
from app.notifications.models import OutboxMessage
from miniprogram_api import http
from miniprogram_api.early import LONGEST
from miniprogram_api.meetings import early
from miniprogram_api.meetings.schemas import ReceiptSchema
from miniprogram_api.metrics import requests
from tests.support.distribution import recorded
from tests.support.world import OPENS, Person, World, at

ROUTE = "/api/v1/compounds/<uuid:compound_id>/meetings/<uuid:meeting_id>/ballots"


@dataclass
class Scene:
    """An open meeting of two motions, and two owners who may vote."""

    world: World
    path: str
    owner: Person
    neighbour: Person

    def cast(self, person: Person | None = None, **options: Any) -> TestResponse:
        who = person or self.owner
        with at(OPENS):
            return self.world.api(who)("POST", f"{self.path}/ballots", self.world.ballot(who, self.path), **options)


@pytest.fixture
def scene(world: World) -> Scene:
    owner, neighbour = world.owners(2)
    return Scene(world, world.announced(5, 8), owner, neighbour)


@pytest.fixture
def without_route(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever reaches the route fails."""
    monkeypatch.setattr(service, "cast_ballot", lambda *_, **__: pytest.fail("the route was asked"))


def stored() -> tuple[int, int]:
    told = select(func.count()).select_from(OutboxMessage).where(OutboxMessage.kind == "ballot_received")
    return db.session.scalar(select(func.count()).select_from(Ballot)) or 0, db.session.scalar(told) or 0


def test_an_early_receipt_is_what_the_route_gives(scene: Scene, monkeypatch: pytest.MonkeyPatch):
    with monkeypatch.context() as patch:
        patch.setattr(early, "cast_at_once", lambda *_, **__: None)
        by_route = scene.cast(scene.neighbour)
    monkeypatch.setattr(service, "cast_ballot", lambda *_, **__: pytest.fail("the route was asked"))
    at_once = scene.cast()
    assert (at_once.status, at_once.content_type) == (by_route.status, by_route.content_type)
    assert set(at_once.json) == set(by_route.json) == set(ReceiptSchema().fields)
    assert ReceiptSchema().dump(ReceiptSchema().load(at_once.json)) == at_once.json
    assert dict(at_once.headers).keys() == dict(by_route.headers).keys()
    for name in dict(at_once.headers).keys() - {"X-Request-ID", "Content-Length"}:
        assert at_once.headers[name] == by_route.headers[name]
    row = db.session.scalars(select(Ballot).where(Ballot.id == UUID(at_once.json["ballot_id"]))).one()
    assert row.account_id == scene.owner.account_id
    assert [one.hex() for one in (row.leaf_hash, row.nonce) if one] == [at_once.json[n] for n in ("leaf_hash", "nonce")]
    assert stored() == (2, 2)


@pytest.mark.usefixtures("without_route")
def test_sign_in_and_ballot_are_one_question_to_postgresql(scene: Scene):
    with at(OPENS):
        ballot = scene.world.ballot(scene.owner, scene.path)
        with recorded() as statements:
            assert scene.world.api(scene.owner)("POST", f"{scene.path}/ballots", ballot).status_code == 201
    assert statements == [CAST_AT_ONCE.text]


@pytest.mark.usefixtures("without_route")
def test_an_early_ballot_is_logged_and_counted_as_its_route_is(scene: Scene, monkeypatch: pytest.MonkeyPatch):
    seen: list[tuple[object, ...]] = []
    log = CapturingLogger()
    with at(OPENS):
        ballot = scene.world.ballot(scene.owner, scene.path)
        monkeypatch.setattr(requests, "observe", lambda *about: seen.append(about[:3]))
        monkeypatch.setattr(http, "log", log)
        answer = scene.world.api(scene.owner)("POST", f"{scene.path}/ballots", ballot, "a-phone-1")
    assert answer.headers["X-Request-ID"] == "a-phone-1"
    assert seen == [("POST", ROUTE, 201)]
    [(_, (event,), about)] = log.calls
    assert (event, about["route"], about["status"]) == ("request", ROUTE, 201)
    assert get_contextvars()["request_id"] == "a-phone-1", "of every line that is logged meanwhile"


def test_a_sign_in_is_kept_alive_by_casting(scene: Scene):
    session = db.session.get_one(LoginSession, token_hash(scene.owner.token))
    session.expires_at = OPENS + timedelta(days=28)
    db.session.commit()
    assert scene.cast().status_code == 201
    db.session.expire_all()
    session = db.session.get_one(LoginSession, token_hash(scene.owner.token))
    assert session.expires_at == OPENS + timedelta(days=30)


def test_a_sign_in_that_ended_casts_nothing(scene: Scene):
    with at(OPENS):
        ballot = scene.world.ballot(scene.owner, scene.path)
        db.session.execute(delete(LoginSession).where(LoginSession.account_id == scene.owner.account_id))
        db.session.commit()
        refused = scene.world.api(scene.owner)("POST", f"{scene.path}/ballots", ballot)
    assert (refused.status_code, refused.json["error"]["code"]) == (401, "unauthenticated")
    assert stored() == (0, 0)


@pytest.mark.parametrize("padding", [0, LONGEST])
@pytest.mark.parametrize("kind", ["application/json", "application/json; charset=utf-8", "application/vnd.api+json"])
def test_however_the_body_is_sent_it_is_cast_once(scene: Scene, padding: int, kind: str):
    with at(OPENS):
        ballot = json.dumps(scene.world.ballot(scene.owner, scene.path)) + " " * padding
        cast = scene.world.api(scene.owner)("POST", f"{scene.path}/ballots", data=ballot, content_type=kind)
        again = scene.world.api(scene.owner)("POST", f"{scene.path}/ballots", data=ballot, content_type=kind)
    assert (cast.status_code, again.status_code) == (201, 409)
    assert again.json["error"]["details"]["ballot_id"] == cast.json["ballot_id"]
    assert stored() == (1, 1)


def test_where_the_database_is_away_the_route_says_so(scene: Scene, monkeypatch: pytest.MonkeyPatch):
    with at(OPENS):
        ballot = scene.world.ballot(scene.owner, scene.path)
        for module in (casting, identity):
            monkeypatch.setattr(module, "fetch_one_alone", _away)
        refused = scene.world.api(scene.owner)("POST", f"{scene.path}/ballots", ballot)
    assert (refused.status_code, refused.json["error"]["code"]) == (503, "unavailable")
    assert refused.headers["Retry-After"] == "2"


def _away(*_: object) -> None:
    raise psycopg.OperationalError
