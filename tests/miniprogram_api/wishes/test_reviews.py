"""The review queue: reasons, appeals, and nobody on an own entry."""

import pytest
from sqlalchemy import select

from app.core.db import db
from app.moderation.models import ReviewCase
from app.org.models import Role
from tests.support.answers import code
from tests.support.wishes import TEXT, Wishes

REFUSAL = {"accept": False, "ground": "personal_data", "reason": "文字里有门牌号"}


def test_the_queue_shows_what_waits_with_masked_names_the_oldest_first(wishes: Wishes):
    first, second = wishes.submitted(), wishes.submitted(text="想请人教我用手机")
    waiting = wishes.reviews(wishes.secretary, "GET").json["items"]
    assert [case["subject_id"] for case in waiting] == [first, second]
    case = waiting[0]
    assert (case["kind"], case["text"], case["author_masked"]) == ("wish", TEXT, "张**")
    assert case["facts"] == {"类别": "家政维修", "受益人": "张**"}
    page = wishes.reviews(wishes.secretary, "GET", f"?limit=1&after={case['id']}&kind=wish").json["items"]
    assert [one["subject_id"] for one in page] == [second]
    assert wishes.reviews(wishes.officer, "GET", f"/{case['id']}").json == case


def test_a_refusal_needs_a_ground_and_a_reason(wishes: Wishes):
    wish = wishes.submitted()
    for body in ({"accept": False}, {"accept": False, "ground": "unclear"}, {"accept": False, "reason": "不清楚"}):
        answer = wishes.reviews(wishes.secretary, "POST", f"/{wishes.case_of(wish)}/decision", body)
        assert code(answer) == (422, "refusal_reason_required")
    assert wishes.state(wish) == "checking"


def test_the_poster_reads_why_a_wish_came_back(wishes: Wishes):
    wish = wishes.submitted()
    wishes.decide(wish, **REFUSAL)
    review = wishes.call(wishes.poster, "GET", f"/{wish}").json["review"]
    assert review.pop("id")
    assert review == {
        "state": "refused",
        "state_text": "已退回",
        "ground": "personal_data",
        "ground_text": "含有个人信息",
        "reason": "文字里有门牌号",
        "may_appeal": True,
    }


def test_what_was_decided_is_not_decided_again(wishes: Wishes):
    wish = wishes.submitted()
    case = wishes.case_of(wish)
    assert wishes.decide(wish, True).status_code == 200
    again = wishes.reviews(wishes.officer, "POST", f"/{case}/decision", REFUSAL)
    assert code(again) == (409, "case_not_waiting")
    assert wishes.state(wish) == "published"


def test_a_wish_taken_back_leaves_the_queue(wishes: Wishes):
    wish = wishes.submitted()
    case = wishes.case_of(wish)
    wishes.call(wishes.poster, "POST", f"/{wish}/withdrawal")
    assert wishes.reviews(wishes.secretary, "GET").json["items"] == []
    assert (
        code(wishes.reviews(wishes.secretary, "POST", f"/{case}/decision", {"accept": True}))[1] == "case_not_waiting"
    )
    assert wishes.state(wish) == "withdrawn"


@pytest.mark.parametrize("who", ["poster", "helper", "steward"])
def test_others_neither_see_the_queue_nor_decide(wishes: Wishes, who: str):
    case = wishes.case_of(wishes.submitted())
    person = getattr(wishes, who)
    for method, path, body in (("GET", "", None), ("GET", f"/{case}", None), ("POST", f"/{case}/decision", REFUSAL)):
        assert code(wishes.reviews(person, method, path, body)) == (403, "forbidden")


class TestOwnEntries:
    def test_a_secretary_does_not_review_the_own_wish(self, wishes: Wishes):
        wishes.world.appoint(wishes.poster, Role.SECRETARY)
        wish = wishes.submitted()
        [case] = wishes.reviews(wishes.poster, "GET").json["items"]
        assert case["may_decide"] is False
        assert code(wishes.decide(wish, True, by=wishes.poster)) == (403, "own_entry")
        assert wishes.decide(wish, True, by=wishes.officer).status_code == 200

    def test_nor_the_wish_that_a_steward_posted_for_the_own_home(self, wishes: Wishes):
        wishes.world.appoint(wishes.helper, Role.SECRETARY)
        neighbour = {"name": "李四光", "consent": "spoken"}
        wish = wishes.submitted(wishes.steward, unit_id=str(wishes.homes[1].id), neighbour=neighbour)
        assert code(wishes.decide(wish, True, by=wishes.helper)) == (403, "own_entry")


class TestAppeals:
    def appealed(self, wishes: Wishes) -> str:
        wish = wishes.submitted()
        wishes.decide(wish, False)
        case = wishes.call(wishes.poster, "GET", f"/{wish}").json["review"]["id"]
        for _ in range(2):  # a double tap
            answer = wishes.reviews(wishes.poster, "POST", f"/{case}/appeal", {"text": "门牌号是商店的"})
            assert (answer.status_code, answer.json["state"]) == (200, "appealed")
        assert wishes.state(wish) == "checking"
        return wish

    def test_another_person_decides_and_may_publish(self, wishes: Wishes):
        wish = self.appealed(wishes)
        [case] = wishes.reviews(wishes.secretary, "GET").json["items"]
        assert (case["may_decide"], case["appeal"]) == (False, "门牌号是商店的")
        assert code(wishes.decide(wish, True)) == (403, "second_reviewer_needed")
        assert wishes.decide(wish, True, by=wishes.officer).status_code == 200
        assert wishes.state(wish) == "published"

    def test_a_second_refusal_is_final(self, wishes: Wishes):
        wish = self.appealed(wishes)
        wishes.decide(wish, False, by=wishes.officer)
        review = wishes.call(wishes.poster, "GET", f"/{wish}").json["review"]
        assert (wishes.state(wish), review["may_appeal"]) == ("returned", False)
        answer = wishes.reviews(wishes.poster, "POST", f"/{review['id']}/appeal", {"text": "请再看看"})
        assert code(answer) == (409, "not_appealable")
        kept = db.session.scalars(select(ReviewCase)).one()
        deciders = (wishes.secretary.account_id, wishes.officer.account_id)
        assert (kept.decided_by, kept.appeal_decided_by) == deciders

    def test_what_was_changed_since_is_submitted_and_not_appealed(self, wishes: Wishes):
        wish = wishes.in_state("returned")
        case = wishes.call(wishes.poster, "GET", f"/{wish}").json["review"]["id"]
        wishes.call(wishes.poster, "PATCH", f"/{wish}", {"text": "别的文字"})
        answer = wishes.reviews(wishes.poster, "POST", f"/{case}/appeal", {"text": "请再看看"})
        assert code(answer) == (409, "not_appealable")
        assert wishes.state(wish) == "draft"

    def test_only_its_author_appeals(self, wishes: Wishes):
        wish = wishes.in_state("returned")
        case = wishes.call(wishes.poster, "GET", f"/{wish}").json["review"]["id"]
        answer = wishes.reviews(wishes.other, "POST", f"/{case}/appeal", {"text": "我也觉得可以"})
        assert code(answer) == (404, "case_not_found")
        assert wishes.state(wish) == "returned"

    def test_an_accepted_wish_needs_no_appeal(self, wishes: Wishes):
        wish = wishes.published()
        case = wishes.call(wishes.poster, "GET", f"/{wish}").json["review"]["id"]
        assert code(wishes.reviews(wishes.poster, "POST", f"/{case}/appeal", {"text": "谢谢"}))[1] == "not_appealable"
