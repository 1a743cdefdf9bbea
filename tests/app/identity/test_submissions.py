"""Forms of the console that are sent twice."""

from datetime import timedelta

import pytest

from app.core import clock
from app.core.db import db
from app.core.errors import Conflict
from app.core.ids import new_id
from app.identity.actor import Actor
from app.identity.console.models import ConsoleSubmission
from app.identity.console.submissions import forget_old_submissions, once
from tests.support.world import World, at


def test_a_form_does_its_act_once_and_leads_to_the_same_address(world: World):
    actor, token, done = Actor(world.secretary.account_id), new_id(), []

    def act() -> str:
        done.append(1)
        return f"/console/{len(done)}"

    assert [once(actor, token, act) for _ in range(2)] == ["/console/1", "/console/1"]
    assert once(actor, new_id(), act) == "/console/2"
    assert once(Actor(world.supervisor.account_id), token, act) == "/console/3"


def test_a_form_whose_act_was_refused_can_be_sent_again(world: World):
    actor, token = Actor(world.secretary.account_id), new_id()

    def refused() -> str:
        raise Conflict

    with pytest.raises(Conflict), db.session.begin_nested():
        once(actor, token, refused)
    assert once(actor, token, lambda: "/console") == "/console"


def test_an_act_that_committed_on_its_way_and_ended_there_is_tried_again(world: World):
    actor, token = Actor(world.secretary.account_id), new_id()
    db.session.add(ConsoleSubmission(account_id=actor.account_id, token=token, address="", sent_at=clock.now()))
    db.session.flush()
    assert [once(actor, token, lambda: "/console") for _ in range(2)] == ["/console"] * 2
    assert once(actor, token, lambda: "/elsewhere") == "/console"


def test_forms_are_forgotten_after_a_day(world: World):
    actor = Actor(world.secretary.account_id)
    once(actor, new_id(), lambda: "/console")
    with at(clock.now() + timedelta(hours=23)):
        assert forget_old_submissions() == 0
    with at(clock.now() + timedelta(hours=25)):
        assert forget_old_submissions() == 1
    assert db.session.query(ConsoleSubmission).count() == 0
