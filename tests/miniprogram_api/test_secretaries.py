"""A compound gets its secretary: put forward in three ways, appointed by the street for a term that ends by itself."""

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from werkzeug.test import TestResponse

from app.compounds import arriving
from app.core.audit import AuditEvent
from app.core.crypto import lookup_hash
from app.core.db import db
from app.identity.models import Account, AccountPhone
from app.notifications.models import OutboxMessage
from app.org import queries
from app.org.models import Appointment, Role
from tasks import org as jobs
from tests.support.answers import code
from tests.support.kept import kept
from tests.support.world import START, Person, World, at

PHONE = "13900000201"
TERM = {"term_ends": "2029-04-30"}


class Street:
    """The world's compound below a street with an officer."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.officer = world.official(Role.STREET_OFFICER, queries.path_to(world.compound)[-3].id)
        self.owner = world.owner(world.unit("101"))

    def call(self, person: Person, method: str, path: str = "", body: Any = None) -> TestResponse:
        path = f"/compounds/{self.world.compound}/secretary-nominations{path}"
        return self.world.api(person)(method, path, body)

    def nominated(self, person: Person | None = None, phone: str = PHONE) -> str:
        body = {"name": "赵书记", "phone": phone, "grounds": "党员，热心"}
        made = self.call(person or self.officer, "POST", "", body)
        assert made.status_code == 201, made.text
        return str(made.json["id"])

    def proves(self, person: Person, phone: str = PHONE) -> None:
        db.session.get_one(Account, person.account_id).phone = phone
        hashed = lookup_hash("phone", phone)
        db.session.add(AccountPhone(phone_hash=hashed, account_id=person.account_id, verified_at=START))
        db.session.commit()

    def stands(self) -> TestResponse:
        return self.call(self.owner, "POST", "/mine", {"name": "钱业主", "grounds": "愿意为邻居服务"})


@pytest.fixture
def street(world: World) -> Street:
    return kept(Street)(world)


def test_somebody_is_put_forward_by_oneself_the_community_and_the_street(street: Street):
    assert code(street.stands()) == (409, "phone_not_proven")
    street.proves(street.owner)
    mine = street.stands()
    assert (mine.status_code, mine.json["way_text"], mine.json["name"]) == (201, "个人自荐", "钱业主")
    street.nominated(street.world.supervisor, "13900000202")
    street.nominated(street.officer, "13900000203")
    listed = street.call(street.officer, "GET").json["items"]
    assert [one["way"] for one in listed] == ["street", "community", "self"]
    assert [one["name"] for one in listed] == ["赵书记", "赵**", "钱**"], "whole for who wrote it alone"
    assert [one["way"] for one in street.call(street.owner, "GET").json["items"]] == ["self"], "others are not told"
    assert code(street.stands()) == (409, "nominated_already")
    assert street.call(street.world.secretary, "POST", "/mine", {"name": "x", "grounds": "y"}).status_code == 403


def test_the_street_appoints_for_a_term_and_nobody_else_does(street: Street):
    street.proves(street.owner)
    nomination = street.nominated()
    for person in (street.world.supervisor, street.world.secretary, street.owner):
        assert street.call(person, "POST", f"/{nomination}/appointment", TERM).status_code == 403
    for wrong in ("2026-05-01", "2031-05-02"):
        refused = street.call(street.officer, "POST", f"/{nomination}/appointment", {"term_ends": wrong})
        assert code(refused) == (422, "term_wrong")
    appointed = street.call(street.officer, "POST", f"/{nomination}/appointment", TERM)
    assert (appointed.status_code, appointed.json["state"]) == (200, "appointed"), appointed.text
    assert Role.SECRETARY in queries.roles_held(street.owner.account_id, street.world.compound)
    again = street.call(street.officer, "POST", f"/{nomination}/appointment", TERM)
    assert code(again) == (409, "nomination_decided")
    acts = db.session.scalars(
        select(AuditEvent.act).where(AuditEvent.account_id == street.officer.account_id).order_by(AuditEvent.id)
    ).all()
    assert acts == ["nominate_secretary", "give_role", "decide_secretary_nomination"]


def test_a_term_ends_with_its_last_day_and_whoever_held_the_role_is_told(street: Street):
    street.proves(street.owner)
    nomination = street.nominated()
    assert street.call(street.officer, "POST", f"/{nomination}/appointment", TERM).status_code == 200
    account, compound = street.owner.account_id, street.world.compound
    with at(START.replace(year=2029, month=4, day=30, hour=15)):
        assert jobs.end_terms() == 0
    with at(START.replace(year=2029, month=4, day=30, hour=16)):
        assert jobs.end_terms() == 1
        assert jobs.end_terms() == 0
    assert Role.SECRETARY not in queries.roles_held(account, compound)
    ended = db.session.query(Appointment).filter_by(account_id=account, term_ends=date(2029, 4, 30)).one()
    assert ended.ended_at is not None


def test_an_officer_does_not_appoint_oneself(street: Street):
    street.proves(street.officer)
    nomination = street.nominated()
    refused = street.call(street.officer, "POST", f"/{nomination}/appointment", TERM)
    assert code(refused) == (409, "own_role")
    assert street.call(street.officer, "GET").json["items"][0]["state"] == "open"


def told(person: Person) -> list[tuple[str, str, str]]:
    """Kind, node or outcome, and hint of each message that somebody got."""
    found = db.session.scalars(
        select(OutboxMessage).where(OutboxMessage.account_id == person.account_id).order_by(OutboxMessage.id)
    )
    return [(one.kind, one.data.get("node") or one.data["outcome"], one.data["hint"]) for one in found]


ASKED = ("role_nominated", "测试小区", "等待决定；不愿意担任的，可以谢绝")


def test_whom_another_puts_forward_is_told_at_once_and_what_came_of_it(street: Street):
    street.proves(street.owner)
    nomination = street.nominated(street.world.supervisor)
    assert told(street.owner) == [ASKED]
    [mine] = street.call(street.owner, "GET").json["items"]
    assert (mine["is_about_me"], mine["is_mine"], mine["name"]) == (True, False, "赵书记")
    assert street.call(street.officer, "POST", f"/{nomination}/refusal", {"reason": "已有人选。"}).status_code == 200
    assert told(street.owner)[1:] == [("nomination_ended", "测试小区", "这次没有采纳，谢谢您的热心")], "not why"
    assert [one["reason"] for one in street.call(street.owner, "GET").json["items"]] == [None]
    assert told(street.world.supervisor) == [("application_decided", "没有采纳", "已有人选。")]
    with at(START + timedelta(minutes=1)):
        nomination = street.nominated(street.world.supervisor)
        assert street.call(street.officer, "POST", f"/{nomination}/appointment", TERM).status_code == 200
    assert [kind for kind, _, _ in told(street.owner)][2:] == ["role_nominated", "role_given"]
    assert told(street.world.supervisor)[1:] == [("application_decided", "已任命", "已经任命，并通知了本人")]
    assert told(street.officer) == [], "who decides knows"


def test_who_stands_oneself_hears_of_the_outcome_once_and_whose_nomination_is_taken_back_hears_too(street: Street):
    street.proves(street.owner)
    own = street.stands().json["id"]
    assert told(street.owner) == []
    assert street.call(street.officer, "POST", f"/{own}/refusal", {"reason": "请下次再来。"}).status_code == 200
    assert told(street.owner) == [("application_decided", "没有采纳", "请下次再来。")]
    nomination = street.nominated()
    assert street.call(street.officer, "DELETE", f"/{nomination}").status_code == 204
    assert told(street.owner)[1:] == [ASKED, ("nomination_ended", "测试小区", "推荐人撤回了推荐，不用办理")]


def test_who_proves_the_number_later_is_told_then_and_once(street: Street):
    street.nominated()
    assert told(street.owner) == []
    street.proves(street.owner)
    for _ in range(2):
        arriving.claim_all(street.owner.account_id, lookup_hash("phone", PHONE))
    assert told(street.owner) == [ASKED]


def test_who_turns_a_nomination_down_is_shown_no_further_and_the_nominator_is_told(street: Street):
    street.proves(street.owner)
    nomination = street.nominated(street.world.supervisor)
    refusal = f"/{nomination}/own-refusal"
    for other in (street.world.supervisor, street.world.secretary, street.world.person()):
        assert code(street.call(other, "POST", refusal)) == (404, "secretary_nomination_not_found")
    assert street.call(street.owner, "POST", refusal).status_code == 204
    assert told(street.world.supervisor) == [("application_decided", "本人谢绝", "本人谢绝了，可以另外推荐一位")]
    assert street.call(street.officer, "GET").json["items"] == []
    assert street.call(street.owner, "GET").json["items"] == []
    [kept] = street.call(street.world.supervisor, "GET").json["items"]
    assert (kept["state"], kept["name"], kept["phone_masked"], kept["grounds"]) == (
        "turned_down",
        "（本人谢绝）",
        "",
        "（本人谢绝）",
    )
    assert code(street.call(street.officer, "POST", f"/{nomination}/appointment", TERM)) == (409, "nomination_decided")
    assert code(street.call(street.owner, "POST", refusal)) == (404, "secretary_nomination_not_found")
    assert Role.SECRETARY not in queries.roles_held(street.owner.account_id, street.world.compound)


def test_a_nomination_is_declined_with_a_reason_or_taken_back_and_then_over(street: Street):
    declined, taken_back = street.nominated(), street.nominated(phone="13900000209")
    assert street.call(street.officer, "POST", f"/{declined}/refusal", {}).status_code == 422
    answer = street.call(street.officer, "POST", f"/{declined}/refusal", {"reason": "已有合适人选。"})
    assert (answer.json["state"], answer.json["reason"]) == ("declined", "已有合适人选。")
    assert code(street.call(street.world.supervisor, "DELETE", f"/{taken_back}")) == (
        404,
        "secretary_nomination_not_found",
    )
    assert street.call(street.officer, "DELETE", f"/{taken_back}").status_code == 204
    for over in (declined, taken_back):
        assert code(street.call(street.officer, "POST", f"/{over}/appointment", TERM)) == (409, "nomination_decided")
    with at(START + timedelta(minutes=1)):
        assert street.nominated() != declined, "somebody may be put forward again"
