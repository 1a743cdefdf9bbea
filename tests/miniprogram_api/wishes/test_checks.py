"""What WeChat says before a person looks: the simulator answers over real HTTP. Risk comes with errcode 0."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlalchemy import select

from app.core.db import db
from app.identity.models import Account
from app.moderation import checking
from app.moderation.check_models import ContentCheck
from app.notifications.models import OutboxMessage
from tasks import moderation as jobs
from tests.support.answers import code
from tests.support.wechat import WeChat
from tests.support.wishes import TEXT, Wishes
from tests.support.world import START, Person, at

CHECK = "/wxa/msg_sec_check"


@pytest.fixture
def visiting(wishes: Wishes, wechat: WeChat) -> Iterator[Wishes]:
    """The poster and the helper came in through WeChat a moment ago."""
    for person in (wishes.poster, wishes.helper):
        come_in(wishes, wechat, person)
    return wishes


def come_in(wishes: Wishes, wechat: WeChat, person: Person, visit: bool = True) -> None:
    openid = wechat.phone()
    if visit:
        assert wishes.world.api()("POST", "/auth/wechat", {"code": wechat.login_code(openid)}).status_code == 201
    db.session.get_one(Account, person.account_id).openid = openid
    db.session.commit()


def submitted(wishes: Wishes, text: str = TEXT) -> str:
    wish = wishes.draft(text=text)
    assert wishes.call(wishes.poster, "POST", f"/{wish}/submission").json["state"] == "checking"
    return wish


def seen(wishes: Wishes) -> list[tuple[str, str]]:
    """What reviewers see of the first case: of what WeChat says what."""
    [case] = wishes.reviews(wishes.secretary, "GET").json["items"]
    return [(check["what"], check["suggest"]) for check in case["checks"]]


def told(person: Person) -> list[str]:
    return list(db.session.scalars(select(OutboxMessage.kind).where(OutboxMessage.account_id == person.account_id)))


def test_the_request_itself_asks_nobody_and_reviewers_see_nothing_yet(visiting: Wishes):
    submitted(visiting)
    assert visiting.reviews(visiting.secretary, "GET").json["items"] == []
    assert told(visiting.secretary) == []
    [check] = db.session.scalars(select(ContentCheck)).all()
    assert (check.state, check.attempts) == ("due", 0)


@pytest.mark.parametrize(("word", "suggest"), [("", "pass"), ("存疑测试", "review")])
def test_what_is_not_risky_is_left_to_a_person_who_sees_what_wechat_says(visiting: Wishes, word: str, suggest: str):
    wish = submitted(visiting, TEXT + word)
    assert [jobs.check(), jobs.check()] == [1, 0]
    assert seen(visiting) == [("文字", suggest)]
    assert told(visiting.secretary) == ["review_waiting"]
    assert visiting.decide(wish, True).status_code == 200


def test_what_is_risky_comes_back_by_itself_with_a_reason_and_may_be_appealed(visiting: Wishes):
    wish = submitted(visiting, "违规测试")
    jobs.check()
    shown = visiting.call(visiting.poster, "GET", f"/{wish}").json
    assert (shown["state"], shown["review"]["ground"], shown["review"]["may_appeal"]) == ("returned", "unlawful", True)
    assert "文字可能违规" in shown["review"]["reason"]
    assert (told(visiting.poster), told(visiting.secretary)) == (["wish_returned"], [])
    appeal = {"text": "这是一出戏的名字"}
    assert visiting.reviews(visiting.poster, "POST", f"/{shown['review']['id']}/appeal", appeal).status_code == 200
    assert visiting.decide(wish, True).status_code == 200  # any reviewer: no person had refused it
    assert visiting.state(wish) == "published"


def test_61010_an_author_who_was_not_here_for_two_hours_is_left_to_a_person(wishes: Wishes, wechat: WeChat):
    come_in(wishes, wechat, wishes.poster, visit=False)
    submitted(wishes)
    jobs.check()
    assert seen(wishes) == [("文字", "unchecked")]


@pytest.mark.parametrize("fault", [{"errcode": -1}, {"errcode": 45009}, {"drop_connection": True}], ids=str)
def test_when_wechat_is_busy_or_does_not_answer_it_is_asked_again_later(
    visiting: Wishes, wechat: WeChat, fault: dict[str, object]
):
    submitted(visiting)
    wechat.fails(path=CHECK, count=1, **fault)
    assert jobs.check() == 1
    assert visiting.reviews(visiting.secretary, "GET").json["items"] == []
    with at(START + timedelta(seconds=29)):
        assert jobs.check() == 0
    with at(START + timedelta(seconds=30)):
        assert jobs.check() == 1
        assert seen(visiting) == [("文字", "pass")]


def test_an_unknown_error_is_left_to_a_person(visiting: Wishes, wechat: WeChat):
    submitted(visiting)
    wechat.fails(path=CHECK, errcode=40003)
    jobs.check()
    assert seen(visiting) == [("文字", "unchecked")]


class TestNoVerdictInTime:
    LATE = START + checking.CHECK_FOR

    def test_a_person_decides_though_no_job_has_run(self, visiting: Wishes):
        wish = submitted(visiting)
        with at(self.LATE - timedelta(seconds=1)):
            assert visiting.reviews(visiting.secretary, "GET").json["items"] == []
        with at(self.LATE):
            [case] = visiting.reviews(visiting.secretary, "GET").json["items"]
            assert (case["state"], case["may_decide"]) == ("waiting", True)
            assert visiting.decide(wish, True).status_code == 200
            assert visiting.state(wish) == "published"

    def test_the_job_tells_the_reviewers_once(self, visiting: Wishes):
        submitted(visiting)
        with at(self.LATE):
            assert [jobs.settle(), jobs.settle()] == [1, 0]
            assert seen(visiting) == [("文字", "unchecked")]
        assert told(visiting.secretary) == ["review_waiting"]

    def test_before_that_nobody_decides(self, visiting: Wishes):
        wish = submitted(visiting)
        case = visiting.call(visiting.poster, "GET", f"/{wish}").json["review"]["id"]
        answer = visiting.reviews(visiting.secretary, "POST", f"/{case}/decision", {"accept": True})
        assert code(answer) == (409, "case_not_waiting")


def test_what_was_taken_back_is_not_sent_to_wechat(visiting: Wishes):
    wish = submitted(visiting)
    visiting.call(visiting.poster, "POST", f"/{wish}/withdrawal")
    jobs.check()
    [check] = db.session.scalars(select(ContentCheck)).all()
    assert (check.state, check.label) == ("done", "closed")


class TestReports:
    """What the claimant says was done: neighbours see it once WeChat, or else a person, has passed it."""

    def reported(self, wishes: Wishes, note: str) -> str:
        wish = wishes.claimed()
        assert wishes.call(wishes.helper, "POST", f"/{wish}/fulfilment", {"note": note}).status_code == 200
        return wish

    def note(self, wishes: Wishes, wish: str, person: Person) -> str | None:
        found: str | None = wishes.call(person, "GET", f"/{wish}").json["claim"]["note"]
        return found

    def test_the_poster_sees_it_at_once_and_neighbours_when_wechat_found_nothing(self, visiting: Wishes):
        wish = self.reported(visiting, "换了新的水龙头")
        assert self.note(visiting, wish, visiting.poster) == "换了新的水龙头"
        assert self.note(visiting, wish, visiting.other) is None
        jobs.check()
        assert self.note(visiting, wish, visiting.other) == "换了新的水龙头"
        assert visiting.reviews(visiting.secretary, "GET").json["items"] == []

    def test_what_is_doubtful_waits_for_a_person(self, visiting: Wishes):
        wish = self.reported(visiting, "存疑测试")
        jobs.check()
        [case] = visiting.reviews(visiting.secretary, "GET", "?kind=wish_report").json["items"]
        assert (case["text"], case["facts"]) == ("存疑测试", {"心愿": TEXT})
        assert self.note(visiting, wish, visiting.other) is None
        assert (
            visiting.reviews(visiting.secretary, "POST", f"/{case['id']}/decision", {"accept": True}).status_code == 200
        )
        assert self.note(visiting, wish, visiting.other) == "存疑测试"

    def test_what_is_risky_stays_between_those_whom_it_concerns(self, visiting: Wishes):
        wish = self.reported(visiting, "违规测试")
        jobs.check()
        assert self.note(visiting, wish, visiting.other) is None
        assert visiting.state(wish) == "fulfilled"
