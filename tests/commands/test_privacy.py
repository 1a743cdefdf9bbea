"""The operator looks at what would be forgotten, and nothing is; then it is."""

from datetime import timedelta

import pytest
from flask.testing import FlaskCliRunner
from sqlalchemy import func, select

from app.core.db import db
from app.notifications.models import OutboxMessage
from app.privacy import retention
from commands import register
from tests.support.wishes import Wishes
from tests.support.world import START, World, at


def run(world: World, *args: str) -> str:
    result = FlaskCliRunner(world.application).invoke(args=["privacy", "retention", *args])
    assert result.exit_code == 0, result.output
    return result.output


def messages() -> int:
    return db.session.scalars(select(func.count()).select_from(OutboxMessage)).one()


def rule(name: str) -> retention.Rule:
    return next(one for one in retention.RULES if one.name == name)


def test_a_dry_run_says_how_many_and_changes_nothing(world: World, monkeypatch: pytest.MonkeyPatch):
    register(world.application)
    Wishes(world).claimed()
    db.session.execute(OutboxMessage.__table__.update().values(state="sent"))
    db.session.commit()
    before = messages()
    assert before > 1
    monkeypatch.setattr(retention, "AT_ONCE", 1)
    with at(START + timedelta(days=729)):
        assert retention.due(rule("messages")) == 0
    with at(START + timedelta(days=731)):
        shown = run(world)
        assert all(one.name in shown for one in retention.RULES)
        assert retention.due(rule("messages")) == before
        assert messages() == before
        assert "forgotten" in run(world, "--rule", "messages", "--really")
        assert messages() == 0


def test_an_application_loses_its_words_a_year_after_it_was_decided(world: World):
    world.unit("401")
    person = world.person()
    door = {"building": "1栋", "stairwell": "1单元", "room": "401", "claimed_name": "某某", "note": "房本在身边"}
    path = f"/compounds/{world.compound}/bindings"
    made = world.api(person)("POST", path, door)
    assert made.status_code == 201, made.text
    binding = world.api(world.secretary)("GET", f"{path}/waiting").json["items"][0]
    decision = {"accept": False, "reason": "名册上没有"}
    decided = world.api(world.secretary)("POST", f"{path}/{binding['binding_id']}/decision", decision)
    assert decided.status_code == 200, decided.text
    with at(START + timedelta(days=364)):
        assert retention.carry_out(rule("applications")) == 0
    with at(START + timedelta(days=366)):
        assert retention.carry_out(rule("applications")) == 1
        assert retention.carry_out(rule("applications")) == 0
