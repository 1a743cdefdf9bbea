"""Partner units and other groups undertake wishes in their own name. Domain rules, sections 4 and 6."""

from uuid import uuid4

import pytest
from sqlalchemy import text
from werkzeug.test import TestResponse

from app.compounds.arriving import claim_all
from app.core.crypto import lookup_hash
from app.core.db import db
from tests.support.answers import code
from tests.support.phones import proven
from tests.support.wechat import fresh_number
from tests.support.wishes import Wishes
from tests.support.world import Person

UNIT = {"kind": "partner_unit", "name": "演示银行党支部"}


def groups(wishes: Wishes, person: Person, method: str, path: str = "", body: object = None) -> TestResponse:
    return wishes.world.api(person)(method, f"/compounds/{wishes.world.compound}/groups{path}", body)


@pytest.fixture
def group(wishes: Wishes) -> str:
    made = groups(wishes, wishes.secretary, "POST", "", UNIT)
    assert made.status_code == 201, made.text
    return str(made.json["id"])


def member(wishes: Wishes, group: str) -> Person:
    """Somebody who lives elsewhere and works there."""
    person = wishes.world.person()
    number = proven(person)
    added = groups(wishes, wishes.secretary, "POST", f"/{group}/members", {"phone": number})
    assert (added.status_code, added.json["joined"]) == (201, True)
    return person


def test_a_member_from_elsewhere_undertakes_a_wish_in_the_groups_name(wishes: Wishes, group: str):
    person, wish = member(wishes, group), wishes.published()
    claimed = wishes.call(person, "POST", f"/{wish}/claim", {"group_id": group})
    assert (claimed.status_code, claimed.json["claim"]["claimant"]) == (201, "演示银行党支部")
    assert claimed.json["beneficiary"]["name"] == "张三丰"
    seen = wishes.call(wishes.other, "GET", f"/{wish}").json
    assert (seen["claim"]["claimant"], seen["claim"]["group_id"], seen["beneficiary"]) == (
        "演示银行党支部",
        group,
        None,
    )
    colleague = member(wishes, group)
    assert wishes.call(colleague, "GET", f"/{wish}").json["beneficiary"] is None
    assert code(wishes.call(colleague, "POST", f"/{wish}/claim", {"group_id": group})) == (409, "wish_taken")
    assert wishes.call(person, "POST", f"/{wish}/fulfilment", {}).json["state"] == "fulfilled"


def test_nobody_claims_in_the_name_of_a_group_of_others(wishes: Wishes, group: str):
    wish = wishes.published()
    for other in (group, str(uuid4())):
        answer = wishes.call(wishes.helper, "POST", f"/{wish}/claim", {"group_id": other})
        assert code(answer) == (409, "not_your_group")
    assert wishes.state(wish) == "published"


def test_a_membership_waits_until_the_number_is_proven_and_follows_it(wishes: Wishes, group: str):
    number, first, second = fresh_number(), wishes.world.person(), wishes.world.person()
    added = groups(wishes, wishes.secretary, "POST", f"/{group}/members", {"phone": number}).json
    assert (added["joined"], added["phone_masked"]) == (False, f"{number[:3]}****{number[-4:]}")
    assert code(wishes.call(first, "GET", "")) == (403, "forbidden")
    for person in (first, second):
        claim_all(person.account_id, lookup_hash("phone", number))
        db.session.commit()
        assert wishes.call(person, "GET", "").status_code == 200
    assert code(wishes.call(first, "GET", "")) == (403, "forbidden")


def test_who_leaves_and_what_is_dissolved_opens_nothing_any_more(wishes: Wishes, group: str):
    person, other = member(wishes, group), member(wishes, group)
    members = groups(wishes, wishes.secretary, "GET", f"/{group}/members").json["items"]
    assert groups(wishes, wishes.secretary, "DELETE", f"/{group}/members/{members[0]['id']}").status_code == 204
    assert code(wishes.call(person, "GET", "")) == (403, "forbidden")
    assert wishes.call(other, "GET", "").status_code == 200
    assert groups(wishes, wishes.secretary, "DELETE", f"/{group}").status_code == 204
    assert code(wishes.call(other, "GET", "")) == (403, "forbidden")
    for method, path, body in (
        ("DELETE", "", None),
        ("GET", "/members", None),
        ("POST", "/members", {"phone": "1" * 11}),
    ):
        assert code(groups(wishes, wishes.secretary, method, f"/{group}{path}", body)) == (404, "group_not_found")


def test_a_name_stands_once_and_a_member_too(wishes: Wishes, group: str):
    assert code(groups(wishes, wishes.secretary, "POST", "", UNIT)) == (409, "group_name_taken")
    number = fresh_number()
    ids = {
        groups(wishes, wishes.secretary, "POST", f"/{group}/members", {"phone": number}).json["id"] for _ in range(2)
    }
    assert len(ids) == 1
    [shown] = groups(wishes, wishes.helper, "GET").json["items"]
    assert (shown["name"], shown["kind_text"], shown["members"], shown["mine"]) == (
        "演示银行党支部",
        "共建单位",
        1,
        False,
    )
    unknown = groups(wishes, wishes.secretary, "DELETE", f"/{group}/members/{uuid4()}")
    assert code(unknown) == (404, "group_member_not_found")


def test_only_the_secretary_keeps_groups_and_phones_are_encrypted(wishes: Wishes, group: str):
    number = fresh_number()
    groups(wishes, wishes.secretary, "POST", f"/{group}/members", {"phone": number})
    for person in (wishes.helper, wishes.steward, wishes.officer):
        for method, path, body in (
            ("POST", "", UNIT),
            ("DELETE", f"/{group}", None),
            ("GET", f"/{group}/members", None),
            ("POST", f"/{group}/members", {"phone": number}),
        ):
            assert code(groups(wishes, person, method, path, body)) == (403, "forbidden")
    assert code(groups(wishes, wishes.world.person(), "GET")) == (403, "forbidden")
    kept = "".join(db.session.scalars(text("SELECT row_to_json(m)::text FROM group_member m")))
    assert group in kept
    assert number not in kept
