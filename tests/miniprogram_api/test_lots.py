"""A lot among candidates tied at the last seat: two people record it, and nothing is published before."""

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from app.core.db import db
from tests.miniprogram_api.test_elections import Election, opened
from tests.support.world import CLOSES, OPENS, World, at


@pytest.fixture
def tied(world: World) -> Election:
    return tied_election(world)


def tied_election(world: World) -> Election:
    """A counted election: 0, 1 and 2 are elected, 3, 4 and 5 are tied for two seats."""
    election = opened(world)
    people = list(election.owners)
    with at(OPENS):
        for marks in ((0, 1, 2, 3, 4), (0, 1, 2, 3, 5), (4, 5, 0, 1, 2)):
            election.cast(people.pop(), *marks)
    assert sorted(election.numbers(election.outcome()["needs_lot"])) == [3, 4, 5]
    return election


def test_domain_2_a_tie_is_published_only_after_a_lot_that_two_people_recorded(world: World, tied: Election):
    secretary, supervisor = world.api(world.secretary), world.api(world.supervisor)
    motion = f"{tied.path}/motions/{tied.motion}"
    body = {"order": [tied.names[one] for one in (5, 3, 4)]}
    with at(CLOSES):
        assert secretary("POST", f"{tied.path}/publication").json["error"]["code"] == "lot_needed"
        assert supervisor("POST", f"{motion}/lot/confirmation").json["error"]["code"] == "no_lot_needed"
        drawn = secretary("POST", f"{motion}/lot", body)
        assert (drawn.status_code, len(drawn.json["outcome"]["needs_lot"])) == (201, 3)
        assert secretary("POST", f"{tied.path}/publication").json["error"]["code"] == "lot_needed"
        assert secretary("POST", f"{motion}/lot/confirmation").status_code == 403
        outcome = supervisor("POST", f"{motion}/lot/confirmation").json["outcome"]
        assert tied.numbers(outcome["elected"])[3:] == [5, 3]
        assert (tied.numbers(outcome["substitutes"]), outcome["needs_lot"]) == ([4], [])
        again = secretary("POST", f"{motion}/lot", body)
        assert (again.status_code, again.json["error"]["code"]) == (409, "no_lot_needed")
        owner = world.api(tied.owners[0])
        assert owner("GET", f"{motion}/outcome").status_code == 404
        assert secretary("POST", f"{tied.path}/publication").status_code == 200
        assert owner("GET", f"{motion}/outcome").json["outcome"] == outcome
    for change in ("UPDATE lot SET number = number + 10", "DELETE FROM lot"):
        with pytest.raises(IntegrityError, match="append-only"), db.session.begin_nested():
            db.session.execute(text(change))


def test_a_lot_is_of_exactly_the_tied_candidates(world: World, tied: Election):
    secretary = world.api(world.secretary)
    with at(CLOSES):
        for order in ((3, 4), (3, 4, 6), (3, 4, 5, 0), (3, 3, 4)):
            body = {"order": [tied.names[one] for one in order]}
            refused = secretary("POST", f"{tied.path}/motions/{tied.motion}/lot", body)
            assert refused.json["error"]["code"] == "no_lot_needed"
        body = {"order": [tied.names[one] for one in (3, 4, 5)]}
        assert world.api(world.supervisor)("POST", f"{tied.path}/motions/{tied.motion}/lot", body).status_code == 403
