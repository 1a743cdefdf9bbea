"""Posts: claimed, confirmed, declined, given up; every wrong state and every wrong person."""

from typing import Any

import pytest

from app.org.models import Role
from tests.support.answers import code
from tests.support.volunteering import NOBODY, REASON, Volunteering, told
from tests.support.world import Person, World


def decide(
    here: Volunteering, post: str, person: Person | None = None, act: str = "confirmation", which: int = 0
) -> Any:
    claim = here.claims(post)[which]["id"]
    body = REASON if act == "refusal" else None
    return here.world.api(person or here.world.secretary)("POST", f"{post}/claims/{claim}/{act}", body)


def test_a_post_is_claimed_confirmed_and_given_up(here: Volunteering):
    person, post = here.volunteer(), here.post()
    claimed = here.claim(person, post)
    assert (claimed.status_code, claimed.json["my_state"], claimed.json["free"]) == (201, "claimed", 1)
    confirmed = decide(here, post)
    assert (confirmed.status_code, confirmed.json["state"], confirmed.json["name"]) == (200, "confirmed", "测试志愿者")
    assert told("post_confirmed") == [person.account_id]
    given_up = here.world.api(person)("DELETE", f"{post}/claim")
    assert (given_up.json["my_state"], given_up.json["free"]) == ("given_up", 2)
    assert here.claim(person, post).status_code == 201


def test_a_full_post_says_so_and_a_declined_place_is_free_again(here: Volunteering):
    first, second, third = here.volunteers(3)
    post = here.post(places=2)
    assert [here.claim(one, post).status_code for one in (first, second)] == [201, 201]
    assert code(here.claim(third, post)) == (409, "post_full")
    assert decide(here, post, act="refusal").json["reason"] == REASON["reason"]
    assert told("post_declined") == [first.account_id]
    assert here.seen(first, post)["my_reason"] == REASON["reason"]
    assert here.claim(third, post).status_code == 201
    assert decide(here, post, act="refusal", which=2).status_code == 200


def test_double_taps_change_nothing(here: Volunteering):
    person, post = here.volunteer(), here.post()
    here.claim(person, post)
    assert code(here.claim(person, post)) == (409, "post_already_claimed")
    decide(here, post)
    assert code(decide(here, post)) == (409, "wrong_claim_state")
    assert told("post_confirmed") == [person.account_id]
    api = here.world.api(person)
    assert (api("DELETE", f"{post}/claim").status_code, code(api("DELETE", f"{post}/claim"))) == (
        200,
        (409, "post_not_claimed"),
    )
    for act in ("confirmation", "refusal"):
        assert code(decide(here, post, act=act)) == (409, "wrong_claim_state")
    assert here.seen(person, post)["free"] == 2


def test_a_closed_post_takes_no_claims_and_no_changes(here: Volunteering):
    person, late, post = here.volunteer(), here.volunteer(), here.post()
    here.claim(person, post)
    api = here.world.api(here.world.secretary)
    assert api("POST", f"{post}/closing").json["closed"]
    assert code(api("POST", f"{post}/closing")) == (409, "post_closed")
    assert code(api("PATCH", post, {"places": 9})) == (409, "post_closed")
    assert code(here.claim(late, post)) == (409, "post_closed")
    assert decide(here, post).json["state"] == "confirmed", "who was there before is not left waiting"


def test_places_never_fall_below_those_taken(here: Volunteering):
    post = here.post(places=3)
    for person in here.volunteers(2):
        here.claim(person, post)
    api = here.world.api(here.world.secretary)
    assert code(api("PATCH", post, {"places": 1})) == (409, "places_taken")
    assert api("PATCH", post, {"places": 2, "title": "巡查员"}).json["free"] == 0
    assert here.seen(here.world.secretary, post)["title"] == "巡查员"


def test_nobody_confirms_the_own_claim(here: Volunteering):
    world, post = here.world, here.post()
    assert here.register(world.secretary).status_code == 200
    here.claim(world.secretary, post)
    assert code(decide(here, post)) == (403, "own_claim")
    assert decide(here, post, world.supervisor).status_code == 200


ACTS = {
    "create": ("POST", "{posts}", {"title": "岗", "duties": "责", "places": 1}),
    "change": ("PATCH", "{post}", {"places": 5}),
    "close": ("POST", "{post}/closing", None),
    "list claims": ("GET", "{post}/claims", None),
    "confirm": ("POST", "{post}/claims/{claim}/confirmation", None),
    "decline": ("POST", "{post}/claims/{claim}/refusal", REASON),
}


@pytest.mark.parametrize("act", ACTS)
def test_posts_are_run_by_the_secretary_alone(world: World, here: Volunteering, act: str):
    method, path, body = ACTS[act]
    person, post = here.volunteer(), here.post()
    here.claim(person, post)
    claim = here.claims(post)[0]["id"]
    elsewhere = world.official(Role.SECRETARY, world.add_compound("测试二区"))
    steward = world.official(Role.STEWARD, world.compound)
    address = path.format(posts=f"{here.path}/volunteer-posts", post=post, claim=claim)
    for wrong in (person, steward, elsewhere, world.person(), world.official(Role.PROPERTY_STAFF, world.compound)):
        assert code(world.api(wrong)(method, address, body)) == (403, "forbidden")
    assert world.api()(method, address, body).status_code == 401
    assert here.claims(post)[0]["state"] == "claimed"
    assert here.seen(person, post)["free"] == 1


def test_a_post_of_another_compound_is_not_found(world: World, here: Volunteering):
    person, post, second = here.volunteer(), here.post(), here.post()
    here.claim(person, post)
    claim, api = here.claims(post)[0]["id"], world.api(world.secretary)
    assert code(here.claim(person, f"{here.path}/volunteer-posts/{NOBODY}")) == (404, "post_not_found")
    assert code(api("GET", f"{here.path}/volunteer-posts/{NOBODY}/claims")) == (404, "post_not_found")
    assert code(api("POST", f"{second}/claims/{claim}/confirmation")) == (404, "claim_not_found")
    assert code(world.api(world.person())("GET", post)) == (403, "forbidden")
    assert [one["id"] for one in here.seen(person, f"{here.path}/volunteer-posts")["items"]] == [
        second.rsplit("/", 1)[1],
        post.rsplit("/", 1)[1],
    ]
