"""An entry from its draft to its expiry, with every wrong state and every wrong person. Domain rules, section 5."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select

from app.compounds.models import Owner
from app.core.audit import AuditEvent
from app.core.clock import SHANGHAI
from app.core.db import db
from app.moderation.check_models import Suggest
from app.notifications.models import OutboxMessage
from app.org.models import Role
from tests.support.kept import kept
from tests.support.notices import HEARD, TEXT, Notices, code
from tests.support.world import START, Person, at

ON_5_MAY = datetime(2026, 5, 5, tzinfo=SHANGHAI)
EXPIRES = datetime(2026, 5, 13, tzinfo=SHANGHAI)


def told(kind: str) -> list[Any]:
    return list(db.session.scalars(select(OutboxMessage.account_id).where(OutboxMessage.kind == kind)))


@kept
def in_state(notices: Notices, state: str) -> str:
    """An entry about the person concerned in a state; `heard` and `expired` come by waiting."""
    if state in ("draft", "reviewing"):
        return getattr(notices, state)("black", notices.concerned)
    if state == "returned":
        entry = notices.reviewing("black", notices.concerned)
        assert notices.decide(entry, accept=False).status_code == 200
        return entry
    if state in ("hearing", "heard"):
        return notices.hearing("black", notices.concerned)
    if state == "withdrawn":
        entry = notices.draft("black", notices.concerned)
        assert notices.call(notices.steward, "POST", f"/{entry}/withdrawal").status_code == 200
        return entry
    entry = notices.published("black", notices.concerned)
    if state == "taken_down":
        with at(HEARD):
            answer = notices.call(notices.secretary, "POST", f"/{entry}/takedown", {"note": "已经整改，提前撤下"})
        assert answer.status_code == 200, answer.text
    return entry


MOMENTS = {"heard": HEARD, "published": HEARD, "taken_down": HEARD, "expired": EXPIRES}
STATES = (
    "draft", "reviewing", "returned", "hearing", "heard", "published", "expired", "taken_down", "withdrawn",
)  # fmt: skip
CHANGE = {"text": "有人在门厅堆放杂物。"}
SAYING = {"text": "杂物已经清理"}
ACTS: dict[str, tuple[str, str, str, Any, set[str]]] = {
    "change": ("steward", "PATCH", "", CHANGE, {"draft", "returned"}),
    "submit": ("steward", "POST", "/submission", None, {"draft", "returned"}),
    "withdraw": ("steward", "POST", "/withdrawal", None, {"draft", "reviewing", "returned", "hearing", "heard"}),
    "publish": ("secretary", "POST", "/publication", None, {"heard"}),
    "take down": ("secretary", "POST", "/takedown", {"note": "已经整改，提前撤下"}, {"published"}),
    "answer": ("concerned", "POST", "/answers", SAYING, {"hearing", "heard", "published"}),
    "appeal": ("concerned", "POST", "/appeals", SAYING, {"hearing", "heard", "published"}),
}


@pytest.mark.parametrize("act", ACTS)
@pytest.mark.parametrize("state", STATES)
def test_an_act_is_done_in_its_states_and_refused_in_every_other(notices: Notices, act: str, state: str):
    who, method, path, body, allowed = ACTS[act]
    entry, moment = in_state(notices, state), MOMENTS.get(state, START)
    assert notices.state(entry, moment) == state
    with at(moment):
        answer = notices.call(getattr(notices, who), method, f"/{entry}{path}", body)
    if state in allowed:
        assert answer.status_code in (200, 201), answer.text
        return
    hidden = who == "concerned" and state in ("draft", "reviewing", "returned", "withdrawn")
    assert code(answer) == ("notice_not_found" if hidden else "wrong_notice_state"), answer.text
    assert notices.state(entry, moment) == state


WRONG_PEOPLE = [
    ("change", "secretary", "not_your_notice"),
    ("change", "officer", "forbidden"),
    ("submit", "secretary", "not_your_notice"),
    ("withdraw", "neighbour", "forbidden"),
    ("publish", "steward", "forbidden"),
    ("take down", "steward", "forbidden"),
    ("take down", "concerned", "forbidden"),
    ("answer", "secretary", "not_concerned"),
    ("answer", "neighbour", "notice_not_found"),
    ("appeal", "secretary", "no_home_here"),
    ("appeal", "neighbour", "notice_not_found"),
]
STARTS = {"publish": "heard", "take down": "published", "answer": "hearing", "appeal": "hearing"}


@pytest.mark.parametrize(("act", "who", "refusal"), WRONG_PEOPLE)
def test_an_act_of_the_wrong_person_is_refused_and_changes_nothing(notices: Notices, act: str, who: str, refusal: str):
    _, method, path, body, _ = ACTS[act]
    state = STARTS.get(act, "draft")
    entry, moment = in_state(notices, state), MOMENTS.get(state, START)
    with at(moment):
        assert code(notices.call(getattr(notices, who), method, f"/{entry}{path}", body)) == refusal
    assert notices.state(entry, moment) == state


@pytest.mark.parametrize("act", ACTS)
@pytest.mark.parametrize("who", ["stranger", "foreigner"])
def test_whoever_does_not_belong_to_the_compound_does_nothing(notices: Notices, act: str, who: str):
    _, method, path, body, _ = ACTS[act]
    state = STARTS.get(act, "draft")
    entry, moment = in_state(notices, state), MOMENTS.get(state, START)
    with at(moment):
        assert code(notices.call(getattr(notices, who), method, f"/{entry}{path}", body)) == "forbidden"
    assert notices.state(entry, moment) == state


def test_a_whole_life_with_its_times_and_messages(notices: Notices):
    entry = notices.hearing("black", notices.concerned)
    shown = notices.call(notices.secretary, "GET", f"/{entry}").json
    assert (shown["state"], datetime.fromisoformat(shown["hearing_until"])) == ("hearing", ON_5_MAY)
    assert told("notice_hearing") == [notices.concerned.account_id]
    assert notices.state(entry, ON_5_MAY - timedelta(seconds=1)) == "hearing"
    assert notices.state(entry, ON_5_MAY) == "heard"
    with at(ON_5_MAY):
        published = notices.call(notices.officer, "POST", f"/{entry}/publication").json
    assert (published["state"], datetime.fromisoformat(published["expires_at"])) == ("published", EXPIRES)
    assert notices.concerned.account_id in told("notice_news")
    assert notices.state(entry, EXPIRES - timedelta(seconds=1), notices.neighbour) == "published"
    assert notices.state(entry, EXPIRES, notices.neighbour) == "404"
    acts = select(AuditEvent.act).where(AuditEvent.subject_id == UUID(entry))
    assert [one for one in db.session.scalars(acts.order_by(AuditEvent.id)) if one != "read_notice_persons"] == [
        "draft_notice", "open_review", "submit_notice", "decide_review", "begin_hearing", "publish_notice",
    ]  # fmt: skip


def test_a_red_entry_stands_for_30_days(notices: Notices):
    entry = notices.published("red", notices.concerned)
    last = datetime(2026, 6, 5, tzinfo=SHANGHAI)
    assert notices.state(entry, last - timedelta(seconds=1), notices.neighbour) == "published"
    assert notices.state(entry, last, notices.neighbour) == "404"


def test_nobody_reviews_an_own_entry(notices: Notices):
    body = {"colour": "black", "category": "noise", "title": "夜间噪声", "text": "有人半夜装修。"}
    entry = notices.call(notices.secretary, "POST", "", body).json["id"]
    notices.call(notices.secretary, "POST", f"/{entry}/submission")
    assert code(notices.decide(entry, by=notices.secretary)) == "own_entry"
    assert notices.state(entry) == "reviewing"
    assert notices.decide(entry, by=notices.officer).status_code == 200
    with at(HEARD):
        assert code(notices.call(notices.secretary, "POST", f"/{entry}/publication")) == "drafted_by_you"
        assert notices.call(notices.officer, "POST", f"/{entry}/publication").status_code == 200


def test_nobody_reviews_or_publishes_an_entry_about_oneself(notices: Notices):
    notices.world.appoint(notices.concerned, Role.SECRETARY)
    entry = notices.reviewing("black", notices.concerned)
    assert code(notices.decide(entry, by=notices.concerned)) == "own_entry"
    notices.decide(entry)
    with at(HEARD):
        assert code(notices.call(notices.concerned, "POST", f"/{entry}/publication")) == "your_own_case"


def test_nobody_takes_back_or_takes_down_what_is_said_about_oneself(notices: Notices):
    notices.world.appoint(notices.concerned, Role.SECRETARY)
    entry = notices.hearing("black", notices.concerned)
    assert code(notices.call(notices.concerned, "POST", f"/{entry}/withdrawal")) == "your_own_case"
    with at(HEARD):
        assert notices.call(notices.secretary, "POST", f"/{entry}/publication").status_code == 200
        taken = notices.call(notices.concerned, "POST", f"/{entry}/takedown", {"note": "情况已经整改"})
        assert code(taken) == "your_own_case"
        assert notices.state(entry, HEARD) == "published"
        assert notices.appeal(notices.concerned, entry).status_code == 201


def test_a_text_that_wechat_finds_risky_comes_back_before_a_person_looks(notices: Notices):
    entry = notices.reviewing()
    notices.checked(entry, Suggest.RISKY)
    assert notices.state(entry) == "returned"
    assert notices.steward.account_id in told("notice_news")


def test_a_text_that_wechat_does_not_clear_waits_for_a_person(notices: Notices):
    entry = notices.reviewing()
    notices.checked(entry, Suggest.REVIEW)
    assert notices.state(entry) == "reviewing"
    assert notices.decide(entry).status_code == 200


def test_a_returned_entry_is_changed_and_handed_in_again(notices: Notices):
    entry = in_state(notices, "returned")
    review = notices.call(notices.steward, "GET", f"/{entry}").json["review"]
    assert (review["state"], review["reason"]) == ("refused", "请写清楚地点")
    assert notices.call(notices.steward, "PATCH", f"/{entry}", CHANGE).json["text"] == CHANGE["text"]
    assert notices.call(notices.steward, "POST", f"/{entry}/submission").json["state"] == "reviewing"


def test_what_tells_who_is_meant_is_refused_with_the_part_and_the_reason(notices: Notices):
    body = {"colour": "black", "category": "noise", "title": "噪声", "text": "3栋2单元501的甲 某某半夜装修"}
    refused = notices.call(notices.steward, "POST", "", body)
    assert code(refused) == "tells_who_is_meant"
    parts = [(one["field"], one["kind"], one["part"]) for one in refused.json["error"]["details"]["findings"]]
    assert parts == [("text", "door", "3栋2单元501"), ("text", "name", "甲 某某")]
    assert "“3栋2单元501”是门牌号" in refused.json["error"]["message"]


def test_a_draft_cannot_be_changed_into_one_that_tells_who_is_meant(notices: Notices):
    entry = notices.draft()
    changed = notices.call(notices.steward, "PATCH", f"/{entry}", {"text": "联系13812345678"})
    assert code(changed) == "tells_who_is_meant"
    db.session.rollback()
    assert notices.call(notices.steward, "GET", f"/{entry}").json["text"] == TEXT


def test_a_name_that_came_to_the_roll_meanwhile_is_found_at_the_publication(notices: Notices):
    entry = notices.hearing(text="有人对着林小小的雕像扔垃圾")
    notices.world.owner(notices.world.unit("901"), name="林小小")
    with at(HEARD):
        assert code(notices.call(notices.secretary, "POST", f"/{entry}/publication")) == "tells_who_is_meant"


def test_a_word_that_is_also_a_name_passes_when_the_drafter_says_that_it_means_nobody(notices: Notices):
    notices.world.owner(notices.world.unit("901"), name="高空")
    body = {"colour": "black", "category": "other", "title": "抛物", "text": "有人高空抛物，险些伤人"}
    asked = notices.call(notices.steward, "POST", "", body)
    assert [one["kind"] for one in asked.json["error"]["details"]["findings"]] == ["name_or_word"]
    passed = notices.call(notices.steward, "POST", "", body | {"words": ["高空"]})
    assert (passed.status_code, passed.json["words"]) == (201, ["高空"])


def test_persons_must_own_something_here_today_and_be_of_age(notices: Notices):
    body = {"colour": "black", "category": "other", "title": "乱停车", "text": "有人乱停车"}
    foreign = body | {"owner_ids": [str(notices.foreigner.owner_id)]}
    assert code(notices.call(notices.steward, "POST", "", foreign)) == "person_not_on_roll"
    child = notices.world.owner(notices.world.unit("902"), name="戊某某")
    owner = db.session.get_one(Owner, (notices.world.compound, child.owner_id))
    owner.id_number = "990105201501011239"
    db.session.commit()
    minor = body | {"owner_ids": [str(child.owner_id)]}
    assert code(notices.call(notices.steward, "POST", "", minor)) == "person_is_minor"


def test_double_taps_are_refused_the_second_time(notices: Notices):
    entry = notices.draft()
    assert notices.call(notices.steward, "POST", f"/{entry}/submission").status_code == 200
    assert code(notices.call(notices.steward, "POST", f"/{entry}/submission")) == "wrong_notice_state"
    assert notices.decide(entry).status_code == 200
    with at(HEARD):
        assert notices.call(notices.secretary, "POST", f"/{entry}/publication").status_code == 200
        assert code(notices.call(notices.secretary, "POST", f"/{entry}/publication")) == "wrong_notice_state"


def test_a_withdrawal_in_the_hearing_ends_the_appeals_and_tells_whom_it_is_about(notices: Notices):
    entry = notices.hearing("black", notices.concerned)
    notices.appealed(notices.concerned, entry)
    assert notices.call(notices.steward, "POST", f"/{entry}/withdrawal").json["state"] == "withdrawn"
    mine = notices.call(notices.concerned, "GET", "/appeals").json["items"]
    assert [one["state"] for one in mine] == ["upheld"]
    assert notices.state(entry, person=notices.concerned) == "404"


@pytest.mark.parametrize("field", ["title", "text", "colour", "category"])
def test_an_entry_wants_all_its_parts(notices: Notices, field: str):
    body = {"colour": "black", "category": "noise", "title": "噪声", "text": "有人半夜装修。"}
    del body[field]
    assert code(notices.call(notices.steward, "POST", "", body)) == "invalid_input"


def test_residents_draft_nothing(notices: Notices):
    body = {"colour": "black", "category": "noise", "title": "噪声", "text": "有人半夜装修。"}
    people: list[Person] = [notices.neighbour, notices.stranger, notices.foreigner, notices.officer]
    assert [code(notices.call(one, "POST", "", body)) for one in people] == ["forbidden"] * 4
