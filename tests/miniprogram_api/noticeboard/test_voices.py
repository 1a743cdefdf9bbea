"""What residents say: answers, appeals, consents to being named, nominations. Domain rules, section 5; PIPL 25."""

from datetime import datetime, timedelta
from uuid import UUID

import pytest
from sqlalchemy import select, text

from app.core.audit import AuditEvent
from app.core.clock import SHANGHAI
from app.core.db import db
from app.noticeboard.models import EntryPerson
from app.notifications.models import OutboxMessage
from app.org.models import Role
from tests.miniprogram_api.test_guardians import record
from tests.support.notices import HEARD, Notices, code
from tests.support.phones import proven
from tests.support.world import START, at

SHEET = "书面说明第 2 号"
NAME = "甲某某"


def told(kind: str, entry: str = "") -> list[UUID]:
    found = select(OutboxMessage.account_id).where(OutboxMessage.kind == kind, OutboxMessage.dedup_key.contains(entry))
    return list(db.session.scalars(found))


def names(notices: Notices, entry: str, moment: datetime = HEARD) -> list[str]:
    with at(moment):
        shown: list[str] = notices.call(notices.neighbour, "GET", f"/{entry}").json["names"]
    return shown


# answers


def test_the_person_concerned_answers_before_the_publication_and_only_reviewers_read_it(notices: Notices):
    entry = notices.hearing("black", notices.concerned)
    said = notices.call(notices.concerned, "POST", f"/{entry}/answers", {"text": "当天已经清理"})
    assert (said.status_code, said.json["concerned"], said.json["state"]) == (201, True, None)
    read = notices.call(notices.secretary, "GET", f"/{entry}/statements").json["items"]
    assert [(one["text"], one["owner_masked"]) for one in read] == [("当天已经清理", "甲**")]
    assert [one["text"] for one in notices.call(notices.concerned, "GET", f"/{entry}/statements").json["items"]]
    assert notices.call(notices.steward, "GET", f"/{entry}/statements").json["items"] == []
    assert code(notices.call(notices.neighbour, "GET", f"/{entry}/statements")) == "notice_not_found"
    looks = select(AuditEvent.account_id).where(AuditEvent.act == "read_notice_statements")
    assert list(db.session.scalars(looks)) == [notices.secretary.account_id]


def test_what_is_said_is_encrypted_at_rest(notices: Notices):
    entry = notices.hearing("black", notices.concerned)
    notices.call(notices.concerned, "POST", f"/{entry}/answers", {"text": "当天已经清理"})
    stored = bytes(db.session.scalars(text("SELECT text FROM notice_statement")).one())
    assert "当天已经清理".encode() not in stored


def test_a_person_who_is_not_in_the_app_is_told_on_paper_and_the_days_to_answer_begin_then(notices: Notices):
    absent = notices.world.owner(notices.world.unit("801"), name="己某某", bound=False)
    entry = notices.hearing("black", absent)
    shown = notices.call(notices.steward, "GET", f"/{entry}").json
    assert (shown["hearing_until"], shown["persons"][0]["told_at"]) == (None, None)
    with at(HEARD):
        assert code(notices.call(notices.secretary, "POST", f"/{entry}/publication")) == "person_not_told"
        body = {"owner_id": str(absent.owner_id), "note": "告知书第 3 号"}
        handed = notices.call(notices.steward, "POST", f"/{entry}/told-on-paper", body)
        assert (handed.status_code, handed.json["persons"][0]["told_on_paper"]) == (200, True)
        assert datetime.fromisoformat(handed.json["hearing_until"]) == datetime(2026, 5, 9, tzinfo=SHANGHAI)
        assert code(notices.call(notices.steward, "POST", f"/{entry}/told-on-paper", body)) == "person_already_told"
        assert code(notices.call(notices.secretary, "POST", f"/{entry}/publication")) == "wrong_notice_state"
    with at(datetime(2026, 5, 9, tzinfo=SHANGHAI)):
        assert notices.call(notices.secretary, "POST", f"/{entry}/publication").status_code == 200


def test_a_steward_enters_what_a_neighbour_says_on_paper_and_a_resident_enters_nothing_for_others(notices: Notices):
    absent = notices.world.owner(notices.world.unit("801"), name="己某某", bound=False)
    entry = notices.hearing("black", absent)
    body = {"text": "已经清理", "on_paper": {"owner_id": str(absent.owner_id), "note": SHEET}}
    assert notices.call(notices.steward, "POST", f"/{entry}/answers", body).status_code == 201
    filed = notices.call(notices.steward, "POST", f"/{entry}/appeals", body)
    assert (filed.status_code, filed.json["concerned"]) == (201, True)
    read = notices.call(notices.secretary, "GET", f"/{entry}/statements").json["items"]
    assert {one["paper_note"] for one in read} == {SHEET}
    for path in ("answers", "appeals"):
        assert code(notices.call(notices.neighbour, "POST", f"/{entry}/{path}", body)) == "forbidden"
    nobody = body | {"on_paper": {"owner_id": str(notices.foreigner.owner_id), "note": SHEET}}
    assert code(notices.call(notices.steward, "POST", f"/{entry}/appeals", nobody)) == "person_not_on_roll"
    assert code(notices.call(notices.steward, "POST", f"/{entry}/answers", nobody)) == "not_concerned"


# appeals


def test_an_open_appeal_holds_up_the_publication_and_a_dismissed_one_does_not(notices: Notices):
    entry = notices.hearing("black", notices.concerned)
    appeal = notices.appealed(notices.concerned, entry)
    assert notices.officer.account_id in told("notice_appealed")
    assert not {notices.steward.account_id, notices.secretary.account_id} & set(told("notice_appealed"))
    with at(HEARD):
        assert code(notices.call(notices.secretary, "POST", f"/{entry}/publication")) == "appeal_open"
        assert notices.decide_appeal(notices.officer, appeal, False).json["state"] == "dismissed"
        assert notices.call(notices.secretary, "POST", f"/{entry}/publication").status_code == 200
    assert notices.concerned.account_id in told("application_decided")
    assert notices.call(notices.concerned, "GET", "/appeals").json["items"][0]["reason"] == "已经核实"


def test_an_appeal_upheld_takes_the_entry_down_at_once_and_leaves_a_note(notices: Notices):
    entry = notices.published("black", notices.concerned)
    with at(HEARD):
        appeal = notices.appealed(notices.concerned, entry)
        assert notices.decide_appeal(notices.officer, appeal, True).json["state"] == "upheld"
        left = notices.call(notices.neighbour, "GET", f"/{entry}").json
        assert (left["state"], left["title"], left["text"]) == ("taken_down", None, None)
        assert left["note"] == "经复核，申诉成立，本条内容已撤下。"
        assert [one["id"] for one in notices.call(notices.neighbour, "GET").json["items"]] == [entry]
        assert notices.call(notices.concerned, "GET", f"/{entry}").json["text"]
    with at(HEARD + timedelta(days=9)):
        assert notices.call(notices.neighbour, "GET").json["items"] == []


def test_an_appeal_upheld_in_the_hearing_ends_the_entry_and_the_public_never_hears_of_it(notices: Notices):
    entry = notices.hearing("black", notices.concerned)
    notices.decide_appeal(notices.officer, notices.appealed(notices.concerned, entry), True)
    assert notices.state(entry, HEARD) == "taken_down"
    assert notices.state(entry, HEARD, notices.neighbour) == "404"
    with at(HEARD):
        assert code(notices.call(notices.secretary, "POST", f"/{entry}/publication")) == "wrong_notice_state"


def test_where_nobody_is_known_any_resident_sees_what_is_proposed_and_may_object(notices: Notices):
    entry = notices.hearing()
    listed = notices.call(notices.neighbour, "GET", "?shelf=proposed").json["items"]
    assert [(one["id"], one["state"]) for one in listed] == [(entry, "hearing")]
    filed = notices.appeal(notices.neighbour, entry)
    assert (filed.status_code, filed.json["concerned"]) == (201, False)
    with at(HEARD):
        assert code(notices.call(notices.secretary, "POST", f"/{entry}/publication")) == "appeal_open"


def test_an_owner_appeals_once_whoever_of_the_family_does(notices: Notices):
    entry = notices.hearing("black", notices.concerned)
    notices.appealed(notices.concerned, entry)
    assert code(notices.appeal(notices.concerned, entry)) == "already_appealed"


@pytest.mark.parametrize(
    ("who", "refusal"),
    [
        ("steward", "forbidden"),
        ("neighbour", "forbidden"),
        ("secretary", "decided_by_you_before"),
        ("officer", None),
        ("street", None),
    ],
)
def test_an_appeal_is_decided_by_somebody_who_neither_drafted_nor_reviewed(
    notices: Notices, who: str, refusal: str | None
):
    entry = notices.hearing("black", notices.concerned)
    appeal = notices.appealed(notices.concerned, entry)
    assert code(notices.decide_appeal(getattr(notices, who), appeal, True)) == refusal


def test_nobody_decides_an_own_appeal_or_an_own_draft_s(notices: Notices):
    notices.world.appoint(notices.neighbour, Role.SECRETARY)
    entry = notices.hearing()
    assert code(notices.decide_appeal(notices.neighbour, notices.appealed(notices.neighbour, entry), True)) == (
        "your_own_case"
    )
    body = {"colour": "black", "category": "noise", "title": "噪声", "text": "有人半夜装修。"}
    own = notices.call(notices.neighbour, "POST", "", body).json["id"]
    notices.call(notices.neighbour, "POST", f"/{own}/submission")
    notices.decide(own)
    assert code(notices.decide_appeal(notices.neighbour, notices.appealed(notices.other, own), True)) == (
        "drafted_by_you"
    )


def test_an_appeal_is_decided_once(notices: Notices):
    appeal = notices.appealed(notices.concerned, notices.hearing("black", notices.concerned))
    assert notices.decide_appeal(notices.officer, appeal, False).status_code == 200
    assert code(notices.decide_appeal(notices.street, appeal, True)) == "notice_appeal_decided"


def test_an_appeal_of_another_compound_is_not_found(notices: Notices):
    appeal = notices.appealed(notices.concerned, notices.hearing("black", notices.concerned))
    other = notices.world.add_compound("第三小区")
    path = f"/compounds/{other}/notices/appeals/{appeal}/decision"
    answer = notices.world.api(notices.officer)("POST", path, {"uphold": True, "reason": "核实"})
    assert code(answer) == "notice_appeal_not_found"


def test_the_note_of_what_is_taken_down_tells_nobody_either(notices: Notices):
    entry = notices.published("black", notices.concerned)
    with at(HEARD):
        body = {"note": "甲某某已经整改"}
        assert code(notices.call(notices.secretary, "POST", f"/{entry}/takedown", body)) == "tells_who_is_meant"
        db.session.rollback()
        assert notices.state(entry, HEARD, notices.neighbour) == "published"


def test_reviewers_list_the_appeals_that_are_open_and_residents_their_own(notices: Notices):
    entry = notices.hearing("black", notices.concerned)
    appeal = notices.appealed(notices.concerned, entry)
    waiting = notices.call(notices.officer, "GET", "/appeals?mine=false&state=open").json["items"]
    assert [(one["id"], one["owner_masked"]) for one in waiting] == [(appeal, "甲**")]
    assert code(notices.call(notices.concerned, "GET", "/appeals?mine=false")) == "forbidden"
    assert code(notices.call(notices.steward, "GET", "/appeals?mine=false")) == "forbidden"
    assert notices.call(notices.neighbour, "GET", "/appeals").json["items"] == []


# consents


def test_PIPL_25_a_person_is_named_only_after_an_own_consent_and_no_more_once_it_is_withdrawn(notices: Notices):
    entry = notices.published("red", notices.concerned, title="热心助人", text="天天义务清扫楼道。")
    assert told("notice_consent") == [notices.concerned.account_id]
    asked = notices.call(notices.concerned, "GET", "/consents").json["items"]
    assert [(one["entry_id"], one["state"], one["version"]) for one in asked] == [(entry, "asked", 1)]
    assert names(notices, entry) == []
    with at(HEARD):
        assert notices.agree(notices.concerned, entry).json["state"] == "given"
        assert names(notices, entry) == [NAME]
        listed = notices.call(notices.neighbour, "GET").json["items"]
        assert [one["names"] for one in listed] == [[NAME]]
        assert notices.call(notices.concerned, "DELETE", f"/{entry}/consent").json["state"] == "withdrawn"
        assert notices.call(notices.concerned, "DELETE", f"/{entry}/consent").json["state"] == "withdrawn"
    assert names(notices, entry) == []
    kept = db.session.scalars(select(EntryPerson)).one()
    assert (kept.consent_version, kept.consent_by) == (1, notices.concerned.account_id)
    answers = select(AuditEvent.after).where(AuditEvent.act == "answer_consent").order_by(AuditEvent.id)
    assert [one["consent"] for one in db.session.scalars(answers) if one] == ["given", "withdrawn"]


def test_a_person_who_refuses_is_not_named_and_may_think_better_of_it(notices: Notices):
    entry = notices.hearing("red", notices.concerned)
    assert notices.agree(notices.concerned, entry, False).json["state"] == "refused"
    assert code(notices.call(notices.concerned, "DELETE", f"/{entry}/consent")) == "consent_not_given"
    with at(HEARD):
        notices.call(notices.secretary, "POST", f"/{entry}/publication")
        assert names(notices, entry) == []
        notices.agree(notices.concerned, entry)
        assert names(notices, entry) == [NAME]


def test_consent_is_for_the_text_in_force_and_for_whoever_was_asked(notices: Notices):
    entry = notices.hearing("red", notices.concerned)
    assert code(notices.agree(notices.concerned, entry, version=2)) == "consent_text_changed"
    for person in (notices.neighbour, notices.secretary, notices.stranger, notices.foreigner):
        assert code(notices.agree(person, entry)) == "consent_not_asked"
        assert code(notices.call(person, "DELETE", f"/{entry}/consent")) == "consent_not_asked"
    black = notices.hearing("black", notices.concerned)
    assert code(notices.agree(notices.concerned, black)) == "consent_not_asked"


def test_no_guardian_consents_for_a_ward(notices: Notices):
    child = notices.world.owner(notices.world.unit("802"), name="庚某某", bound=False)
    guardian = notices.world.person()
    assert record(notices.world, child, proven(guardian)).status_code == 200
    entry = notices.published("red", child)
    with at(HEARD):
        assert code(notices.agree(guardian, entry)) == "consent_not_asked"
    assert names(notices, entry) == []


def test_a_name_goes_with_the_expiry_and_with_the_take_down(notices: Notices):
    entry = notices.published("red", notices.concerned)
    with at(HEARD):
        notices.agree(notices.concerned, entry)
        assert names(notices, entry) == [NAME]
        notices.call(notices.secretary, "POST", f"/{entry}/takedown", {"note": "提前撤下"})
    assert names(notices, entry) == []


def test_the_text_of_a_red_entry_names_nobody(notices: Notices):
    body = {"colour": "red", "category": "neighbours", "title": "助人", "text": f"{NAME}送迷路的小孩回家"}
    assert code(notices.call(notices.steward, "POST", "", body)) == "tells_who_is_meant"


# nominations


def nominated(notices: Notices) -> str:
    body = {"category": "neighbours", "text": f"{NAME}天天清扫楼道"}
    made = notices.call(notices.neighbour, "POST", "/nominations", body)
    assert made.status_code == 201, made.text
    return str(made.json["id"])


def test_a_nomination_becomes_a_draft_and_its_maker_hears_of_it(notices: Notices):
    nomination = nominated(notices)
    waiting = notices.call(notices.steward, "GET", "/nominations?mine=false&state=open").json["items"]
    assert [(one["id"], one["nominator"]) for one in waiting] == [(nomination, "乙**")]
    entry = notices.draft("red", notices.concerned, nomination_id=nomination)
    mine = notices.call(notices.neighbour, "GET", "/nominations").json["items"]
    assert [(one["state"], one["nominator"]) for one in mine] == [("adopted", None)]
    assert notices.neighbour.account_id in told("application_decided", nomination)
    body = {"colour": "red", "category": "neighbours", "title": "助人", "text": "清扫楼道", "nomination_id": nomination}
    assert code(notices.call(notices.steward, "POST", "", body)) == "nomination_decided"
    assert code(notices.call(notices.steward, "POST", "", body | {"colour": "black"})) == "invalid_input"
    assert entry


def test_a_nomination_is_declined_with_a_reason_or_taken_back(notices: Notices):
    first, second = nominated(notices), nominated(notices)
    declined = notices.call(notices.steward, "POST", f"/nominations/{first}/refusal", {"reason": "上月已经表扬"})
    assert declined.json["state"] == "declined"
    assert notices.call(notices.neighbour, "DELETE", f"/nominations/{second}").json["state"] == "withdrawn"
    for nomination in (first, second):
        assert code(notices.call(notices.neighbour, "DELETE", f"/nominations/{nomination}")) == "nomination_decided"
    assert code(notices.call(notices.other, "DELETE", f"/nominations/{first}")) == "nomination_not_found"
    assert notices.call(notices.neighbour, "GET", "/nominations?state=declined").json["items"][0]["reason"]


def test_residents_see_their_own_nominations_only_and_strangers_none(notices: Notices):
    nominated(notices)
    assert notices.call(notices.other, "GET", "/nominations").json["items"] == []
    assert code(notices.call(notices.other, "GET", "/nominations?mine=false")) == "forbidden"
    assert code(notices.call(notices.foreigner, "GET", "/nominations")) == "forbidden"
    body = {"category": "neighbours", "text": "值得表扬"}
    assert code(notices.call(notices.stranger, "POST", "/nominations", body)) == "forbidden"
    assert code(notices.call(notices.steward, "POST", "/nominations", body)) == "no_home_here"


def test_five_nominations_may_wait_at_a_time(notices: Notices):
    for _ in range(5):
        nominated(notices)
    body = {"category": "neighbours", "text": "值得表扬"}
    assert code(notices.call(notices.neighbour, "POST", "/nominations", body)) == "too_many_nominations"


def test_nobody_adopts_or_declines_an_own_nomination(notices: Notices):
    nomination = nominated(notices)
    notices.world.appoint(notices.neighbour, Role.STEWARD)
    refusal = notices.call(notices.neighbour, "POST", f"/nominations/{nomination}/refusal", {"reason": "不采纳"})
    assert code(refusal) == "your_own_case"


def test_messages_say_that_there_is_something_and_never_what(notices: Notices):
    with at(START):
        entry = notices.hearing("black", notices.concerned)
    texts = [str(one) for one in db.session.scalars(select(OutboxMessage.data))]
    assert texts
    assert not any("堆放" in one or NAME in one for one in texts), entry
