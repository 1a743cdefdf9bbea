"""How much of a home is kept as it was rendered for somebody."""

from datetime import timedelta
from uuid import uuid4

import orjson

from app.home.rendering import Own, rendered
from app.home.shared import ENDS_KEPT, Shared
from app.home.statements import Left
from tests.support.world import START

NO_DUTIES = {"roles": [], "to_dos": {}}


def shared_by(buildings: list[str]) -> Shared:
    wishes = [{"id": str(uuid4()), "building_id": one} for one in buildings]
    text = orjson.dumps({"meetings": [], "wishes": wishes, "activities": [], "notices": []})
    return Shared(1, START, START + timedelta(days=1), "测试小区", text, Left(votes=False, rare=False))


def near(of_all: Shared, own: Own) -> list[bool]:
    home = orjson.loads(rendered(uuid4(), of_all, own, 3, NO_DUTIES))
    assert (home["compound"], home["unread"], home["to_dos"]) == ("测试小区", 3, [])
    return [one["near"] for one in home["wishes"]]


def test_neighbours_of_a_building_share_what_is_rendered_and_others_do_not():
    first, second, elsewhere = (str(uuid4()) for _ in range(3))
    of_all = shared_by([first, second])
    for _ in range(2):
        assert near(of_all, Own(True, [first])) == [True, False]
        assert near(of_all, Own(True, [second, first])) == [True, True]
        assert near(of_all, Own(True, [elsewhere])) == near(of_all, Own(True)) == [False, False]
    assert set(of_all.ends) == {(first,), (second, first), ()}


def test_only_so_many_renderings_of_a_compound_are_kept():
    buildings = [str(uuid4()) for _ in range(3 * ENDS_KEPT)]
    of_all = shared_by(buildings)
    for building in buildings:
        assert near(of_all, Own(True, [building])) == [True, False, False, False, False]
        assert 0 < len(of_all.ends) <= ENDS_KEPT


def test_what_is_the_readers_own_is_kept_for_nobody():
    slot = {"id": str(uuid4()), "mine": "booked"}
    of_all = shared_by([])
    home = orjson.loads(rendered(uuid4(), of_all, Own(True, activities=[slot]), 0, NO_DUTIES))
    assert home["activities"] == [slot]
    assert of_all.ends == {}
