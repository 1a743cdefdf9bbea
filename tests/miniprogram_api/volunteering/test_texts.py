"""The words of posts, activities and services: WeChat first, a person where it finds something, then all."""

from typing import Any

import pytest
from sqlalchemy import select

from app.core.db import db
from app.identity.models import Account
from app.moderation.check_models import Suggest
from app.moderation.models import ReviewCase
from app.org.models import Role
from tasks import moderation
from tests.miniprogram_api.volunteering.test_services import RULE
from tests.support.answers import code
from tests.support.moderation import said
from tests.support.volunteering import ABOUT, POST, Volunteering, shift, told
from tests.support.wechat import WeChat
from tests.support.world import Person

BODIES: dict[str, dict[str, Any]] = {
    "volunteer-posts": POST,
    "activities": {**ABOUT, "shifts": [shift()]},
    "services": {**ABOUT, "recurrence": RULE},
}
KINDS = pytest.mark.parametrize("kind", BODIES)


class Written:
    """Something that the secretary has just written, of which WeChat has said nothing yet."""

    def __init__(self, here: Volunteering, kind: str, author: Person | None = None) -> None:
        self.here, self.author = here, author or here.world.secretary
        self.list = f"{here.path}/{kind}"
        made = here.world.api(self.author)("POST", self.list, BODIES[kind])
        assert made.status_code == 201, made.text
        self.made = made.json
        self.id = str(made.json["id"])
        self.path = f"{self.list}/{self.id}"

    def seen(self, person: Person | None = None) -> dict[str, Any]:
        return self.here.seen(person or self.author, self.path)

    def listed(self, person: Person) -> list[str]:
        return [one["id"] for one in self.here.seen(person, self.list)["items"]]

    def sign_up(self, person: Person) -> Any:
        api = self.here.world.api(person)
        if "volunteer-posts" in self.path:
            return api("POST", f"{self.path}/claim")
        return api("POST", f"{self.here.path}/slots/{self.made['slots'][0]['id']}/booking", {"may_wait": False})

    def decide(self, person: Person, **body: Any) -> Any:
        newest = select(ReviewCase.id).where(ReviewCase.subject_id == self.id).order_by(ReviewCase.id.desc())
        case = db.session.scalars(newest.limit(1)).one()
        return self.here.world.api(person)("POST", f"{self.here.path}/reviews/{case}/decision", body)


@KINDS
def test_until_wechat_answers_residents_see_nothing_and_cannot_sign_up(here: Volunteering, kind: str):
    written, resident = Written(here, kind), here.volunteer()
    assert (written.seen()["text_state"], written.seen()["text_state_text"]) == ("checking", "内容检查中")
    assert written.seen()["text_review"]["state"] == "checking"
    assert code(here.world.api(resident)("GET", written.path))[0] == 404
    assert (written.listed(resident), written.listed(here.world.secretary)) == ([], [written.id])
    assert code(written.sign_up(resident)) == (409, "text_not_shown")
    said(written.id)
    assert (written.seen(resident)["text_state"], written.seen(resident)["text_review"]) == ("shown", None)
    assert written.listed(resident) == [written.id]
    assert written.sign_up(resident).status_code == 201
    assert told("review_waiting") == [], "where WeChat finds nothing nobody need look"


@KINDS
def test_what_wechat_calls_risky_is_refused_and_another_person_may_accept_it_on_appeal(here: Volunteering, kind: str):
    written, resident = Written(here, kind), here.volunteer()
    said(written.id, Suggest.RISKY)
    review = written.seen()["text_review"]
    assert (written.seen()["text_state"], review["state"], review["may_appeal"]) == ("refused", "refused", True)
    assert "可能违规" in review["reason"]
    assert told("application_decided") == [here.world.secretary.account_id]
    assert code(written.sign_up(resident)) == (409, "text_not_shown")
    appeal = here.world.api(here.world.secretary)(
        "POST", f"{here.path}/reviews/{review['id']}/appeal", {"text": "是正常的活动安排"}
    )
    assert appeal.status_code == 200
    assert code(written.decide(here.world.secretary, accept=True)) == (403, "own_entry")
    assert written.decide(here.world.supervisor, accept=True).status_code == 200
    assert written.seen(resident)["text_state"] == "shown"
    assert len(told("application_decided")) == 2


@KINDS
@pytest.mark.parametrize("suggest", [Suggest.REVIEW, Suggest.UNCHECKED])
def test_what_wechat_leaves_open_is_left_to_another_person(here: Volunteering, kind: str, suggest: Suggest):
    written, resident = Written(here, kind), here.volunteer()
    said(written.id, suggest)
    assert here.world.supervisor.account_id in told("review_waiting")
    assert here.world.secretary.account_id not in told("review_waiting")
    assert code(here.world.api(resident)("GET", written.path))[0] == 404
    refusal = {"accept": False, "ground": "unclear", "reason": "请写清楚集合地点"}
    assert written.decide(here.world.supervisor, **refusal).status_code == 200
    assert written.seen()["text_review"]["reason"] == "请写清楚集合地点"


@pytest.mark.parametrize(("field", "state"), [(None, "shown"), ("title", "refused"), ("contact", "refused")])
def test_the_job_asks_wechat_about_all_the_words(here: Volunteering, wechat: WeChat, field: str | None, state: str):
    come_in(here, wechat, here.world.secretary)
    words = {field: "违规测试"} if field else {}
    made = here.world.api(here.world.secretary)("POST", f"{here.path}/activities", {**BODIES["activities"], **words})
    assert made.json["text_state"] == "checking"
    assert moderation.check() == 1
    assert here.seen(here.world.secretary, f"{here.path}/activities/{made.json['id']}")["text_state"] == state


def come_in(here: Volunteering, wechat: WeChat, person: Person) -> None:
    """Let the person have opened the mini-program a moment ago: WeChat checks no words of others."""
    openid = wechat.phone()
    assert here.world.api()("POST", "/auth/wechat", {"code": wechat.login_code(openid)}).status_code == 201
    db.session.get_one(Account, person.account_id).openid = openid
    db.session.commit()


def test_other_words_are_checked_anew_and_other_places_are_not(here: Volunteering):
    written, volunteer, resident = Written(here, "volunteer-posts"), here.volunteer(), here.volunteer()
    said(written.id)
    assert written.sign_up(volunteer).status_code == 201
    api = here.world.api(here.world.secretary)
    assert api("PATCH", written.path, {"places": 7, "title": POST["title"]}).json["text_state"] == "shown"
    assert api("PATCH", written.path, {"duties": "每天巡查两次。"}).json["text_state"] == "checking"
    assert api("PATCH", written.path, {"duties": "每天巡查三次。"}).json["text_state"] == "checking"
    assert written.seen(volunteer)["my_state"] == "claimed", "whoever serves in it goes on seeing it"
    assert written.listed(volunteer) == [written.id]
    assert written.listed(resident) == []
    assert here.world.api(volunteer)("DELETE", f"{written.path}/claim").status_code in (200, 404)
    said(written.id)
    assert written.seen(resident)["duties"] == "每天巡查三次。"
    states = select(ReviewCase.state).where(ReviewCase.subject_id == written.id).order_by(ReviewCase.id)
    assert db.session.scalars(states).all() == ["accepted", "closed", "accepted"]


def test_a_volunteer_s_service_opens_when_wechat_and_the_secretary_have_both_said_so(here: Volunteering):
    volunteer = here.volunteer()
    written = Written(here, "services", volunteer)
    approve = here.world.api(here.world.secretary)
    assert code(approve("POST", f"{written.path}/approval")) == (409, "text_not_shown")
    said(written.id)
    assert code(here.world.api(here.volunteer())("GET", written.path))[0] == 404
    assert approve("POST", f"{written.path}/approval").status_code == 200
    assert written.seen(here.volunteer())["review"] == "open"


def test_what_is_closed_called_off_or_declined_is_checked_no_more(here: Volunteering):
    secretary = here.world.api(here.world.secretary)
    post, activity = Written(here, "volunteer-posts"), Written(here, "activities")
    service = Written(here, "services", here.volunteer())
    reason = {"reason": "改期另行通知"}
    assert secretary("POST", f"{post.path}/closing").status_code == 200
    assert secretary("POST", f"{activity.path}/cancellation", reason).status_code == 200
    assert secretary("POST", f"{service.path}/refusal", reason).status_code == 200
    assert set(db.session.scalars(select(ReviewCase.state))) == {"closed"}


def test_only_reviewers_see_the_words_in_the_queue(here: Volunteering):
    said(Written(here, "activities").id, Suggest.REVIEW)
    steward = here.world.official(Role.STEWARD, here.world.compound)
    queue = here.world.api(here.world.supervisor)("GET", f"{here.path}/reviews").json["items"]
    assert [one["kind"] for one in queue] == ["offering"]
    assert code(here.world.api(steward)("GET", f"{here.path}/reviews")) == (403, "forbidden")
