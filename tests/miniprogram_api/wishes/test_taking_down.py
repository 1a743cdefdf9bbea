"""What turns out wrong after it was published is taken down at once, with a reason, and may be appealed."""

import pytest
from sqlalchemy import select
from werkzeug.test import TestResponse

from app.core.db import db
from app.notifications.models import OutboxMessage
from app.org.models import Role
from tests.support.answers import code
from tests.support.wishes import Wishes
from tests.support.world import Person

WHY = {"ground": "personal_data", "reason": "文字里有邻居的姓名"}


def take_down(wishes: Wishes, wish: str, by: Person | None = None) -> TestResponse:
    return wishes.call(by or wishes.secretary, "POST", f"/{wish}/taking-down", WHY)


def told(person: Person) -> list[str]:
    return list(db.session.scalars(select(OutboxMessage.kind).where(OutboxMessage.account_id == person.account_id)))


@pytest.mark.parametrize("state", ["published", "claimed"])
def test_it_is_gone_at_once_and_its_poster_reads_why(wishes: Wishes, state: str):
    wish = wishes.in_state(state)
    assert take_down(wishes, wish).json["state"] == "returned"
    assert code(wishes.call(wishes.other, "GET", f"/{wish}")) == (404, "wish_not_found")
    review = wishes.call(wishes.poster, "GET", f"/{wish}").json["review"]
    assert (review["ground"], review["reason"], review["may_appeal"]) == (*WHY.values(), True)
    assert told(wishes.poster)[-1] == "wish_returned"
    assert told(wishes.helper) == (["wish_closed"] if state == "claimed" else [])
    assert code(take_down(wishes, wish)) == (409, "wrong_wish_state")


def test_the_poster_changes_it_and_it_is_reviewed_anew(wishes: Wishes):
    wish = wishes.published()
    take_down(wishes, wish)
    wishes.call(wishes.poster, "PATCH", f"/{wish}", {"text": "想请会修水龙头的邻居来看一看"})
    wishes.submit(wish)
    assert wishes.decide(wish, True).status_code == 200
    assert wishes.state(wish) == "published"


def test_an_appeal_is_decided_by_another_person(wishes: Wishes):
    wish = wishes.published()
    take_down(wishes, wish)
    case = wishes.call(wishes.poster, "GET", f"/{wish}").json["review"]["id"]
    assert wishes.reviews(wishes.poster, "POST", f"/{case}/appeal", {"text": "那是商店的名字"}).status_code == 200
    assert code(wishes.decide(wish, True)) == (403, "second_reviewer_needed")
    assert wishes.decide(wish, True, by=wishes.officer).status_code == 200
    assert wishes.state(wish) == "published"


@pytest.mark.parametrize("state", ["draft", "checking", "returned"])
def test_what_was_never_public_is_not_there_to_take_down(wishes: Wishes, state: str):
    assert code(take_down(wishes, wishes.in_state(state))) == (404, "wish_not_found")


@pytest.mark.parametrize("state", ["fulfilled", "rated", "withdrawn"])
def test_what_is_over_is_not_taken_down(wishes: Wishes, state: str):
    wish = wishes.in_state(state)
    assert code(take_down(wishes, wish)) == (409, "wrong_wish_state")
    assert wishes.state(wish) == state


def test_only_reviewers_take_down_and_nobody_the_own_wish(wishes: Wishes):
    wish = wishes.published()
    for person in (wishes.other, wishes.steward, wishes.poster):
        assert code(take_down(wishes, wish, by=person)) == (403, "forbidden")
    wishes.world.appoint(wishes.poster, Role.SECRETARY)
    assert code(take_down(wishes, wish, by=wishes.poster)) == (403, "own_entry")
    assert wishes.state(wish) == "published"
