"""Every role, every state, field by field: whom a wish is for. Domain rules, sections 4 and 7."""

import json
from typing import Any

import pytest
from sqlalchemy import func, select, text

from app.core.audit import AuditEvent
from app.core.db import db
from app.org.models import Role
from tests.support.answers import code
from tests.support.kept import kept
from tests.support.wishes import TEXT, Wishes
from tests.support.world import Person

PHONE, DOOR, NAME = "13900000102", "1栋1单元501", "赵六顺"
WHOLE, MASKED = {"name": NAME, "door": DOOR, "phone": PHONE}, {"name": NAME, "door": DOOR, "phone": "139****0102"}
OWN_NEIGHBOUR = WHOLE | {"name": "赵**"}
NEVER = (PHONE, DOOR, NAME, "单元501", "赵六")


@pytest.fixture
def people(wishes: Wishes) -> dict[str, Person]:
    return people_of(wishes)


@kept
def people_of(wishes: Wishes) -> dict[str, Person]:
    """One of every kind."""
    world = wishes.world
    elsewhere = world.add_compound("别的小区")
    street = world.official(Role.STREET_OFFICER, world.community)
    return {
        "stranger": world.person(),
        "resident of another compound": world.owner(world.unit("101", compound=elsewhere)),
        "secretary of another compound": world.official(Role.SECRETARY, elsewhere),
        "property staff": world.official(Role.PROPERTY_STAFF, world.compound),
        "resident": wishes.other,
        "claimant": wishes.helper,
        "other steward": world.official(Role.STEWARD, world.compound),
        "steward": wishes.steward,
        "secretary": wishes.secretary,
        "officer": wishes.officer,
        "street officer": street,
    }


def post(wishes: Wishes) -> dict[str, Any]:
    """For a neighbour of home 501, with a phone, by the steward."""
    neighbour = {"name": NAME, "consent": "written", "consent_note": "同意书在档案盒"}
    return {"unit_id": str(wishes.homes[4].id), "neighbour": neighbour, "phone": PHONE}


OUTSIDERS = ("stranger", "resident of another compound", "secretary of another compound", "property staff")
REVIEWERS = ("secretary", "officer", "street officer")


@kept
def in_state(wishes: Wishes, state: str) -> str:
    wish = wishes.submitted(wishes.steward, **post(wishes))
    if state != "checking":
        wishes.decide(wish, True)
    if state in ("claimed", "fulfilled"):
        assert wishes.call(wishes.helper, "POST", f"/{wish}/claim").status_code == 201
    if state == "fulfilled":
        wishes.call(wishes.helper, "POST", f"/{wish}/fulfilment", {"note": "送到了"})
    return wish


def allowed(role: str, state: str) -> dict[str, str] | None:
    if role == "steward":
        return OWN_NEIGHBOUR
    if role == "claimant" and state == "claimed":
        return WHOLE
    return MASKED if role in REVIEWERS else None


@pytest.mark.parametrize("state", ["checking", "published", "claimed", "fulfilled"])
def test_name_door_and_phone_are_shown_to_poster_reviewers_and_standing_claimant_only(
    wishes: Wishes, people: dict[str, Person], state: str
):
    wish = in_state(wishes, state)
    for role, person in people.items():
        answer = wishes.call(person, "GET", f"/{wish}")
        if role in OUTSIDERS:
            assert code(answer) == (403, "forbidden"), role
        elif state == "checking" and role not in (*REVIEWERS, "steward"):
            assert code(answer) == (404, "wish_not_found"), role
        else:
            shown = answer.json["beneficiary"]
            assert (shown and {name: shown[name] for name in WHOLE}) == allowed(role, state), role
            if not shown:
                assert not any(word in answer.text for word in NEVER), role
            assert (answer.json["review"] is not None) is (role == "steward"), role
            concerned = role in (*REVIEWERS, "steward", "claimant")
            note = (answer.json["claim"] or {}).get("note")
            assert (note == "送到了") is (concerned and state == "fulfilled"), role


@pytest.mark.parametrize("state", ["checking", "published", "claimed", "fulfilled"])
def test_no_list_names_anybody(wishes: Wishes, people: dict[str, Person], state: str):
    in_state(wishes, state)
    for role, person in people.items():
        for path in ("", "?mine=posted", "?mine=claimed"):
            answer = wishes.call(person, "GET", path)
            if role in OUTSIDERS:
                assert code(answer) == (403, "forbidden"), role
                continue
            said = json.dumps(
                [{**one, "id": "", "building_id": ""} for one in answer.json["items"]], ensure_ascii=False
            )
            assert not any(word in said for word in (*NEVER, "李四光", "张三丰")), (role, path)
            assert "beneficiary" not in said
    for role in REVIEWERS:
        waiting = wishes.reviews(people[role], "GET")
        said = json.dumps([{**one, "id": "", "subject_id": ""} for one in waiting.json["items"]], ensure_ascii=False)
        assert not any(word in said for word in NEVER)


def test_the_claimant_is_masked_for_everybody(wishes: Wishes, people: dict[str, Person]):
    wish = in_state(wishes, "claimed")
    for role in ("resident", "claimant", "steward", "secretary", "officer"):
        answer = wishes.call(people[role], "GET", f"/{wish}")
        assert answer.json["claim"]["claimant"] == "李**"
        assert "李四光" not in answer.text


def test_after_a_release_the_former_claimant_sees_nothing_more(wishes: Wishes):
    wish = in_state(wishes, "claimed")
    wishes.call(wishes.secretary, "POST", f"/{wish}/claim/release", {"reason": "一直没有来"})
    assert wishes.call(wishes.helper, "GET", f"/{wish}").json["beneficiary"] is None


def test_every_look_at_somebody_elses_data_is_on_record(wishes: Wishes, people: dict[str, Person]):
    wish = in_state(wishes, "claimed")
    looks = select(func.count()).where(AuditEvent.act == "see_beneficiary")
    before = db.session.scalar(looks)
    for role in ("resident", "steward"):
        wishes.call(people[role], "GET", f"/{wish}")
    assert db.session.scalar(looks) == before
    for role in ("claimant", "secretary", "officer"):
        wishes.call(people[role], "GET", f"/{wish}")
    assert db.session.scalar(looks) == (before or 0) + 3


def test_names_phones_and_notes_are_encrypted_at_rest(wishes: Wishes):
    in_state(wishes, "fulfilled")
    rows = text("SELECT row_to_json(w)::text FROM wish w UNION ALL SELECT row_to_json(c)::text FROM wish_claim c")
    kept = "".join(db.session.scalars(rows))
    assert TEXT in kept
    assert not any(word in kept for word in (PHONE, NAME, "档案盒", "送到了"))


def test_a_building_of_few_homes_is_not_named(wishes: Wishes):
    villa = wishes.world.owner(wishes.world.unit("1", building="9栋"), name="周七")
    assert wishes.call(villa, "GET", f"/{wishes.draft(villa)}").json["building"] is None
    assert wishes.call(wishes.poster, "GET", f"/{wishes.draft()}").json["building"] == "1栋"


ENDPOINTS = [
    ("POST", "", {"text": "心愿", "category": "repair"}),
    ("GET", "/{wish}", None),
    ("PATCH", "/{wish}", {"text": "别的文字"}),
    ("POST", "/{wish}/submission", None),
    ("POST", "/{wish}/withdrawal", None),
    ("POST", "/{wish}/claim", {}),
    ("DELETE", "/{wish}/claim", None),
    ("POST", "/{wish}/claim/start", None),
    ("POST", "/{wish}/claim/release", {"reason": "没有来"}),
    ("POST", "/{wish}/fulfilment", {}),
    ("POST", "/{wish}/rating", {"rating": 5}),
    ("PUT", "/{wish}/backing", None),
    ("DELETE", "/{wish}/backing", None),
    ("GET", "/{wish}/duplicates", None),
    ("POST", "/{wish}/merge", {"into": "0198c0de-0000-7000-8000-000000000000"}),
    ("POST", "/{wish}/taking-down", {"ground": "other", "reason": "不合适"}),
    ("DELETE", "/{wish}/photos/{wish}", None),
    ("DELETE", "/{wish}/claim/photos/{wish}", None),
]
NAMES = [f"{method} {path}" for method, path, _ in ENDPOINTS]


@pytest.mark.parametrize(("method", "path", "body"), ENDPOINTS, ids=NAMES)
def test_no_endpoint_tells_an_outsider_anything(
    wishes: Wishes, people: dict[str, Person], method: str, path: str, body: Any
):
    wish = in_state(wishes, "claimed")
    for role in OUTSIDERS:
        answer = wishes.call(people[role], method, path.format(wish=wish), body)
        assert code(answer) == (403, "forbidden"), role
        assert not any(word in answer.text for word in (*NEVER, TEXT))
    assert code(wishes.call(None, method, path.format(wish=wish), body)) == (401, "unauthenticated")


@pytest.mark.parametrize(("method", "path", "body"), ENDPOINTS, ids=NAMES)
def test_no_answer_to_a_resident_who_is_not_concerned_names_anybody(
    wishes: Wishes, people: dict[str, Person], method: str, path: str, body: Any
):
    wish = in_state(wishes, "claimed")
    if path == "":
        return
    answer = wishes.call(people["resident"], method, path.format(wish=wish), body)
    said = answer.text.replace(wish, "")
    assert not any(word in said for word in (PHONE, DOOR, NAME, "赵六", "李四光"))
