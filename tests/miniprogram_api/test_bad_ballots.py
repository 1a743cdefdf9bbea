"""Bad input to casting, in one table: the right status, a stable code, a Chinese sentence, and nothing changed."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import func, select, update
from werkzeug.test import TestResponse

from app.compounds.models import Binding, Ownership
from app.core import clock
from app.core.db import db
from app.identity.models import LoginSession
from app.meetings.models import Ballot, Meeting
from app.notifications.models import OutboxMessage
from tests.support.world import CLOSES, OPENS, Person, World, at

CHINESE = re.compile(r"[\u4e00-\u9fff].*[。！]$")


@dataclass
class Scene:
    """An open meeting of two motions, an owner who may vote, and a neighbour."""

    world: World
    path: str
    owner: Person
    neighbour: Person

    def ballot(self, *choices: str) -> dict[str, Any]:
        with at(OPENS):
            return self.world.ballot(self.owner, self.path, *(choices or ("for", "against")))

    def send(self, body: Any = None, person: Person | None = None, **options: Any) -> TestResponse:
        return self.world.api(person or self.owner)("POST", f"{self.path}/ballots", body, **options)


@pytest.fixture
def scene(world: World) -> Scene:
    owner, neighbour = world.owners(2)
    return Scene(world, world.announced(5, 8), owner, neighbour)


def malformed(scene: Scene) -> TestResponse:
    return scene.send(data=b'{"party_id": ', content_type="application/json")


def nested_without_end(scene: Scene) -> TestResponse:
    return scene.send(data=b"[" * 200_000, content_type="application/json")


def not_an_object(scene: Scene) -> TestResponse:
    return scene.send([1, 2])


def party_missing(scene: Scene) -> TestResponse:
    body = scene.ballot()
    del body["party_id"]
    return scene.send(body)


def party_of_wrong_type(scene: Scene) -> TestResponse:
    return scene.send(scene.ballot() | {"party_id": 17})


def unknown_choice(scene: Scene) -> TestResponse:
    return scene.send(scene.ballot("maybe"))


def unknown_field(scene: Scene) -> TestResponse:
    return scene.send(scene.ballot() | {"area_centi": 999999})


def unknown_motion(scene: Scene) -> TestResponse:
    body = scene.ballot()
    body["choices"][str(uuid4())] = "for"
    return scene.send(body)


def all_blank(scene: Scene) -> TestResponse:
    return scene.send(scene.ballot("blank", "blank"))


def no_choices(scene: Scene) -> TestResponse:
    return scene.send(scene.ballot() | {"choices": {}})


def twice(scene: Scene) -> TestResponse:
    body = scene.ballot()
    assert scene.send(body).status_code == 201
    return scene.send(body)


def for_another_unit(scene: Scene) -> TestResponse:
    return scene.send(scene.ballot(), scene.neighbour)


def for_an_unknown_party(scene: Scene) -> TestResponse:
    return scene.send(scene.ballot() | {"party_id": str(uuid4())})


def by_a_stranger(scene: Scene) -> TestResponse:
    return scene.send(scene.ballot(), scene.world.person())


def by_the_secretary(scene: Scene) -> TestResponse:
    return scene.send(scene.ballot(), scene.world.secretary)


def after_the_unit_was_transferred(scene: Scene) -> TestResponse:
    body = scene.ballot()
    _transfer(scene.owner)
    return scene.send(body)


def by_the_buyer(scene: Scene) -> TestResponse:
    body = scene.ballot()
    _transfer(scene.owner)
    buyer = scene.world.owner(scene.world.unit("999"), name="测试买家")
    return scene.send(body, buyer)


def _transfer(owner: Person) -> None:
    now = clock.now()
    mine = Ownership.owner_id == owner.owner_id
    db.session.execute(update(Ownership).where(mine).values(valid_to=now))
    db.session.execute(update(Binding).where(Binding.owner_id == owner.owner_id).values(state="revoked"))
    db.session.commit()


def without_a_token(scene: Scene) -> TestResponse:
    body = scene.ballot()
    return scene.world.api()("POST", f"{scene.path}/ballots", body)


def with_a_made_up_token(scene: Scene) -> TestResponse:
    return scene.send(scene.ballot(), Person(scene.owner.account_id, "made-up"))


def with_an_expired_token(scene: Scene) -> TestResponse:
    body = scene.ballot()
    owner = LoginSession.account_id == scene.owner.account_id
    db.session.execute(update(LoginSession).where(owner).values(expires_at=clock.now() - timedelta(seconds=1)))
    db.session.commit()
    return scene.send(body)


def in_another_compound(scene: Scene) -> TestResponse:
    body = scene.ballot()
    other = scene.world.add_compound("别的小区")
    path = scene.path.replace(str(scene.world.compound), str(other))
    return scene.world.api(scene.owner)("POST", f"{path}/ballots", body)


def in_an_unknown_meeting(scene: Scene) -> TestResponse:
    body = scene.ballot()
    return scene.world.api(scene.owner)("POST", f"{scene.world.meetings_path()}/{uuid4()}/ballots", body)


def in_a_draft(scene: Scene) -> TestResponse:
    body = scene.ballot()
    with at(OPENS - timedelta(days=16)):
        path = scene.world.draft()
    return scene.world.api(scene.owner)("POST", f"{path}/ballots", body)


def in_a_cancelled_meeting(scene: Scene) -> TestResponse:
    body = scene.ballot()
    meeting_id = UUID(scene.path.rsplit("/", 1)[1])
    db.session.execute(update(Meeting).where(Meeting.id == meeting_id).values(cancelled_at=clock.now()))
    db.session.commit()
    return scene.send(body)


def send(scene: Scene) -> TestResponse:
    return scene.send(scene.ballot())


def too_large(scene: Scene) -> TestResponse:
    return scene.send(data=b"{" + b" " * 2_000_000 + b"}", content_type="application/json")


VOTING = OPENS + timedelta(hours=1)

CASES: list[tuple[Callable[[Scene], TestResponse], datetime, int, str]] = [
    (malformed, VOTING, 400, "malformed_request"),
    (nested_without_end, VOTING, 400, "malformed_request"),
    (not_an_object, VOTING, 422, "invalid_input"),
    (too_large, VOTING, 413, "too_large"),
    (party_missing, VOTING, 422, "invalid_input"),
    (party_of_wrong_type, VOTING, 422, "invalid_input"),
    (unknown_choice, VOTING, 422, "invalid_input"),
    (unknown_field, VOTING, 422, "invalid_input"),
    (unknown_motion, VOTING, 422, "unknown_motion"),
    (all_blank, VOTING, 422, "ballot_empty"),
    (no_choices, VOTING, 422, "invalid_input"),
    (twice, VOTING, 409, "ballot_already_cast"),
    (for_another_unit, VOTING, 403, "not_your_vote"),
    (for_an_unknown_party, VOTING, 403, "not_your_vote"),
    (by_a_stranger, VOTING, 403, "not_your_vote"),
    (by_the_secretary, VOTING, 403, "not_your_vote"),
    (after_the_unit_was_transferred, VOTING, 403, "not_your_vote"),
    (by_the_buyer, VOTING, 403, "not_your_vote"),
    (without_a_token, VOTING, 401, "unauthenticated"),
    (with_a_made_up_token, VOTING, 401, "unauthenticated"),
    (with_an_expired_token, VOTING, 401, "unauthenticated"),
    (in_another_compound, VOTING, 404, "meeting_not_found"),
    (in_an_unknown_meeting, VOTING, 404, "meeting_not_found"),
    (in_a_draft, VOTING, 404, "meeting_not_found"),
    (in_a_cancelled_meeting, VOTING, 409, "meeting_cancelled"),
    (send, OPENS - timedelta(microseconds=1), 409, "voting_not_open"),
    (send, CLOSES, 409, "voting_closed"),
    (send, CLOSES + timedelta(days=1), 409, "voting_closed"),
]


@pytest.mark.parametrize(
    ("act", "moment", "status", "code"),
    CASES,
    ids=[f"{act.__name__}-{code}-{number}" for number, (act, _, _, code) in enumerate(CASES)],
)
def test_a_bad_ballot_is_refused_and_changes_nothing(
    scene: Scene, act: Callable[[Scene], TestResponse], moment: datetime, status: int, code: str
):
    with at(moment):
        answer = act(scene)
    error = answer.json["error"]
    assert (answer.status_code, error["code"]) == (status, code)
    assert CHINESE.search(error["message"]), error["message"]
    assert error["request_id"] == answer.headers["X-Request-ID"]
    accepted = 1 if act is twice else 0
    assert db.session.scalar(select(func.count()).select_from(Ballot)) == accepted
    received = select(func.count()).select_from(OutboxMessage).where(OutboxMessage.kind == "ballot_received")
    assert db.session.scalar(received) == accepted


def test_domain_3_a_ballot_at_the_first_and_the_last_moment_is_accepted(scene: Scene):
    with at(OPENS):
        assert scene.world.cast(scene.owner, scene.path).status_code == 201
    with at(CLOSES - timedelta(microseconds=1)):
        assert scene.world.cast(scene.neighbour, scene.path).status_code == 201


@pytest.mark.parametrize("body", [{}, {"party_id": str(uuid4()), "choices": {}}])
def test_a_stranger_hears_nothing_of_what_is_wrong_with_a_ballot(scene: Scene, body: dict[str, Any]):
    client = scene.world.application.test_client()
    with at(OPENS):
        answer = client.post(f"/api/v1{scene.path}/ballots", json=body, headers={"Authorization": "Bearer nobody's"})
    assert (answer.status_code, answer.json["error"]["code"]) == (401, "unauthenticated")


def test_casting_keeps_the_sign_in_alive(scene: Scene):
    with at(OPENS):
        owner = LoginSession.account_id == scene.owner.account_id
        db.session.execute(update(LoginSession).where(owner).values(expires_at=clock.now() + timedelta(days=1)))
        assert scene.send(scene.ballot()).status_code == 201
        assert db.session.scalar(select(LoginSession.expires_at).where(owner)) == clock.now() + timedelta(days=30)
