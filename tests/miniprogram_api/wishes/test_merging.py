"""Wishes that ask for the same: proposed by their words, merged by a reviewer."""

import pytest
from werkzeug.test import TestResponse

from app.org.models import Role
from app.wishes.merging import ALIKE, likeness
from tests.support.answers import code
from tests.support.wishes import Wishes

TAP = "家里的水龙头一直漏水，想请会修的邻居来看一看"


@pytest.mark.parametrize(
    ("other", "proposed"),
    [
        (TAP, True),
        ("家里水龙头漏水，请会修的邻居来看看", True),
        ("我家水龙头一直在滴水，想请邻居修一修", True),
        ("厨房水龙头漏水，谁会修请来看一下", True),
        ("水龙头坏了漏水", True),
        ("想请人教我用智能手机", False),
        ("厨房的灯坏了，想请邻居帮忙换一换", False),
        ("周三去医院复查，希望有人陪同", False),
        ("收一辆旧的儿童自行车", False),
    ],
)
def test_likely_duplicates_are_found_by_their_words(other: str, proposed: bool):
    assert (likeness(TAP, other) >= ALIKE) is proposed
    assert likeness(TAP, other) == likeness(other, TAP)


def proposals(wishes: Wishes, wish: str) -> list[str]:
    answer = wishes.call(wishes.secretary, "GET", f"/{wish}/duplicates")
    assert answer.status_code == 200, answer.text
    scores = [one["score"] for one in answer.json["items"]]
    assert scores == sorted(scores, reverse=True)
    return [one["id"] for one in answer.json["items"]]


def merge(wishes: Wishes, wish: str, into: str, by: str = "secretary") -> TestResponse:
    return wishes.call(getattr(wishes, by), "POST", f"/{wish}/merge", {"into": into})


def test_open_wishes_of_the_compound_are_proposed_the_likeliest_first(wishes: Wishes):
    older = wishes.published(text="水龙头坏了漏水")
    same = wishes.submitted(wishes.helper, text=TAP + "！！")
    wishes.published(text="想请人教我用智能手机")
    wishes.draft(text=TAP)
    ended = wishes.published(text=TAP)
    wishes.call(wishes.poster, "POST", f"/{ended}/withdrawal")
    elsewhere = Wishes(wishes.world.__class__(wishes.world.application))
    elsewhere.published(text=TAP)
    wish = wishes.submitted(wishes.other, text=TAP)
    assert proposals(wishes, wish) == [same, older]
    assert code(wishes.call(wishes.steward, "GET", f"/{wish}/duplicates")) == (403, "forbidden")


def test_a_merged_wish_goes_on_as_the_other_with_its_backers_and_its_poster(wishes: Wishes):
    target, wish = wishes.published(), wishes.published(wishes.helper)
    for one in (target, wish):
        wishes.call(wishes.other, "PUT", f"/{one}/backing")
    wishes.call(wishes.poster, "PUT", f"/{wish}/backing")
    for _ in range(2):  # a double tap
        merged = merge(wishes, wish, target)
        assert (merged.status_code, merged.json["id"], merged.json["backings"]) == (200, target, 2)
    mine = wishes.call(wishes.helper, "GET", f"/{wish}").json
    assert (mine["state"], mine["merged_into"], mine["backings"]) == ("merged", target, 0)
    assert wishes.call(wishes.helper, "GET", f"/{target}").json["backed_by_me"] is True
    assert [one["id"] for one in wishes.call(wishes.other, "GET").json["items"]] == [target]


def test_what_waits_for_review_may_be_merged_and_leaves_the_queue(wishes: Wishes):
    target, wish = wishes.claimed(), wishes.submitted(wishes.other)
    assert merge(wishes, wish, target).status_code == 200
    assert wishes.reviews(wishes.secretary, "GET").json["items"] == []
    assert wishes.state(wish, wishes.other) == "merged"


@pytest.mark.parametrize("state", ["draft", "returned", "claimed", "fulfilled", "rated", "withdrawn"])
def test_what_is_not_open_is_not_merged(wishes: Wishes, state: str):
    wish, target = wishes.in_state(state), wishes.published(wishes.other)
    assert code(merge(wishes, wish, target)) == (409, "wrong_wish_state")
    assert wishes.state(wish) == state


@pytest.mark.parametrize("state", ["draft", "checking", "returned", "fulfilled", "withdrawn"])
def test_nothing_is_merged_into_what_is_not_public(wishes: Wishes, state: str):
    target, wish = wishes.in_state(state), wishes.published(wishes.other)
    assert code(merge(wishes, wish, target)) == (422, "merge_refused")
    assert wishes.state(wish, wishes.other) == "published"


def test_nobody_merges_an_own_wish_nor_one_with_itself_nor_without_the_role(wishes: Wishes):
    wish, target = wishes.published(), wishes.published(wishes.other)
    assert code(merge(wishes, wish, wish)) == (422, "merge_refused")
    assert code(merge(wishes, wish, target, by="steward")) == (403, "forbidden")
    wishes.world.appoint(wishes.poster, Role.SECRETARY)
    assert code(merge(wishes, wish, target, by="poster")) == (403, "own_entry")
    assert code(merge(wishes, target, wish, by="poster")) == (403, "own_entry")
    elsewhere = Wishes(wishes.world.__class__(wishes.world.application)).published()
    assert code(merge(wishes, wish, elsewhere)) == (404, "wish_not_found")
