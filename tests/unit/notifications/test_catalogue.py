"""Texts of messages, as a resident gets them, and what WeChat's field types allow."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from app.notifications import homes, roles, volunteering, wishes
from app.notifications.catalogue import CATALOGUE, LABELS, Kind, lines, rendered, stored
from app.notifications.kinds import Channel

TEMPLATES = Path(__file__).parents[3] / "wechat_simulator" / "templates.json"
VALUES = {
    "title": "阳光花园小区二〇二六年第一次业主大会临时会议",
    "compound": "阳光花园",
    "opens_at": datetime(2026, 5, 17, 1, 0, tzinfo=UTC),
    "closes_at": datetime(2026, 5, 27, 10, 0, tzinfo=UTC),
    "accepted_at": datetime(2026, 5, 18, 12, 30, tzinfo=UTC),
    "published_at": datetime(2026, 5, 28, 2, 0, tzinfo=UTC),
    "decided_at": datetime(2026, 5, 2, 2, 0, tzinfo=UTC),
    "change": "3栋2单元501更正面积",
    "receipt": "0198c0de00007000800000000000abcd",
    "outcome": "已公布",
    "subject": "绑定房屋3栋2单元501",
    "hint": "请核对业主名册并按时投票",
    "reason": "公告的时间写错了",
    "cancelled_at": datetime(2026, 5, 3, 2, 0, tzinfo=UTC),
    "committee": "业主委员会",
    "expires_at": datetime(2031, 6, 4, 16, 0, tzinfo=UTC),
    "convene_by": datetime(2026, 6, 30, 16, 0, tzinfo=UTC),
    "annulled_at": datetime(2026, 6, 3, 2, 0, tzinfo=UTC),
    "wish": "家里的水龙头一直漏水，想请会修的邻居来看一看",
    "at": datetime(2026, 5, 2, 2, 0, tzinfo=UTC),
    "post": "楼道防火巡查员",
    "activity": "周末清洁家园",
    "starts_at": datetime(2026, 5, 20, 1, 0, tzinfo=UTC),
    "place": "小区中心花园",
    "duration": "2小时30分钟",
    "until": datetime(2026, 5, 5, 16, 0, tzinfo=UTC),
    "role": "小区党支部书记",
    "node": "阳光花园",
}
ASKED_ABOUT_A_NOTICE = {
    "thing1": "绑定房屋3栋2单元501",
    "thing2": "阳光花园",
    "time3": "2026年5月6日 00:00",
    "thing4": "请核对业主名册并按时投票",
}
ABOUT_A_NOTICE = {
    "thing1": "绑定房屋3栋2单元501",
    "thing2": "阳光花园",
    "thing3": "请核对业主名册并按时投票",
    "time4": "2026年5月2日 10:00",
}
ABOUT_A_POST = {
    "thing1": "楼道防火巡查员",
    "thing2": "阳光花园",
    "thing3": "请核对业主名册并按时投票",
    "time4": "2026年5月2日 10:00",
}
ABOUT_A_SLOT = {
    "thing1": "周末清洁家园",
    "time2": "2026年5月20日 09:00",
    "thing3": "小区中心花园",
    "thing4": "请核对业主名册并按时投票",
}
ABOUT_HOURS = {
    "thing1": "周末清洁家园",
    "thing2": "2小时30分钟",
    "thing3": "请核对业主名册并按时投票",
    "time4": "2026年5月2日 10:00",
}
ABOUT_A_WISH = {
    "thing1": "家里的水龙头一直漏水，想请会修的邻居来…",
    "thing2": "阳光花园",
    "thing3": "请核对业主名册并按时投票",
    "time4": "2026年5月2日 10:00",
}
ABOUT_A_ROLE = {
    "thing1": "小区党支部书记",
    "thing2": "阳光花园",
    "thing3": "请核对业主名册并按时投票",
    "time4": "2026年5月2日 10:00",
}
START, END = VALUES["opens_at"], VALUES["closes_at"]
SNAPSHOT = {
    Kind.MEETING_ANNOUNCED: {
        "thing1": "阳光花园小区二〇二六年第一次业主大会临…",
        "thing2": "阳光花园",
        "time3": "2026年5月17日 09:00",
        "time4": "2026年5月27日 18:00",
        "thing5": "请核对业主名册并按时投票",
    },
    Kind.ELECTORATE_CORRECTED: {
        "thing1": "阳光花园小区二〇二六年第一次业主大会临…",
        "thing2": "阳光花园",
        "thing3": "3栋2单元501更正面积",
        "thing4": "请核对业主名册并按时投票",
        "time5": "2026年5月2日 10:00",
    },
    Kind.VOTING_OPENED: {
        "thing1": "阳光花园小区二〇二六年第一次业主大会临…",
        "thing2": "阳光花园",
        "time3": "2026年5月27日 18:00",
        "thing4": "请核对业主名册并按时投票",
    },
    Kind.VOTING_REMINDER: {
        "thing1": "阳光花园小区二〇二六年第一次业主大会临…",
        "thing2": "阳光花园",
        "time3": "2026年5月27日 18:00",
        "thing4": "请核对业主名册并按时投票",
    },
    Kind.SEAT_PASSED: {
        "thing1": "阳光花园小区二〇二六年第一次业主大会临…",
        "thing2": "阳光花园",
        "time3": "2026年5月27日 18:00",
        "thing4": "请核对业主名册并按时投票",
    },
    Kind.BALLOT_RECEIVED: {
        "thing1": "阳光花园小区二〇二六年第一次业主大会临…",
        "thing2": "阳光花园",
        "time3": "2026年5月18日 20:30",
        "character_string4": "0198c0de00007000800000000000abcd",
    },
    Kind.BALLOT_CHANGED: {
        "thing1": "阳光花园小区二〇二六年第一次业主大会临…",
        "thing2": "阳光花园",
        "time3": "2026年5月18日 20:30",
        "character_string4": "0198c0de00007000800000000000abcd",
        "thing5": "请核对业主名册并按时投票",
    },
    Kind.PROXY_VOTED: {
        "thing1": "阳光花园小区二〇二六年第一次业主大会临…",
        "thing2": "阳光花园",
        "time3": "2026年5月18日 20:30",
        "thing4": "请核对业主名册并按时投票",
    },
    Kind.RESULT_PUBLISHED: {
        "thing1": "阳光花园小区二〇二六年第一次业主大会临…",
        "thing2": "阳光花园",
        "phrase3": "已公布",
        "time4": "2026年5月28日 10:00",
        "thing5": "请核对业主名册并按时投票",
    },
    Kind.MEETING_CANCELLED: {
        "thing1": "阳光花园小区二〇二六年第一次业主大会临…",
        "thing2": "阳光花园",
        "thing3": "公告的时间写错了",
        "time4": "2026年5月3日 10:00",
    },
    Kind.VOTING_EXTENDED: {
        "thing1": "阳光花园小区二〇二六年第一次业主大会临…",
        "thing2": "阳光花园",
        "time3": "2026年5月27日 18:00",
        "thing4": "请核对业主名册并按时投票",
    },
    Kind.RESULT_FINAL: {
        "thing1": "阳光花园小区二〇二六年第一次业主大会临…",
        "thing2": "阳光花园",
        "phrase3": "已公布",
        "time4": "2026年5月28日 10:00",
        "thing5": "请核对业主名册并按时投票",
    },
    Kind.RESULT_ANNULLED: {
        "thing1": "阳光花园小区二〇二六年第一次业主大会临…",
        "thing2": "阳光花园",
        "thing3": "公告的时间写错了",
        "time4": "2026年6月3日 10:00",
    },
    Kind.COMMITTEE_EXPIRING: {
        "thing1": "业主委员会",
        "thing2": "阳光花园",
        "time3": "2031年6月5日 00:00",
        "thing4": "请核对业主名册并按时投票",
    },
    Kind.PETITION_DELIVERED: {
        "thing1": "阳光花园小区二〇二六年第一次业主大会临…",
        "thing2": "阳光花园",
        "time3": "2026年7月1日 00:00",
        "thing4": "请核对业主名册并按时投票",
    },
    Kind.APPLICATION_DECIDED: {
        "thing1": "绑定房屋3栋2单元501",
        "phrase2": "已公布",
        "thing3": "请核对业主名册并按时投票",
        "time4": "2026年5月2日 10:00",
    },
    Kind.REVIEW_WAITING: {
        "thing1": "绑定房屋3栋2单元501",
        "thing2": "阳光花园",
        "thing3": "请核对业主名册并按时投票",
        "time4": "2026年5月2日 10:00",
    },
    Kind.WISH_RETURNED: ABOUT_A_WISH,
    Kind.WISH_PUBLISHED: ABOUT_A_WISH,
    Kind.WISH_CLAIMED: ABOUT_A_WISH,
    Kind.WISH_RELEASED: ABOUT_A_WISH,
    Kind.WISH_FULFILLED: ABOUT_A_WISH,
    Kind.WISH_RATED_LOW: ABOUT_A_WISH,
    Kind.WISH_CLOSED: ABOUT_A_WISH,
    Kind.POST_CONFIRMED: ABOUT_A_POST,
    Kind.POST_DECLINED: ABOUT_A_POST,
    Kind.PLACE_PROMOTED: ABOUT_A_SLOT,
    Kind.BOOKING_CANCELLED: ABOUT_A_SLOT,
    Kind.BOOKING_REMINDER: ABOUT_A_SLOT,
    Kind.HOURS_CONFIRMED: ABOUT_HOURS,
    Kind.HOURS_CORRECTED: ABOUT_HOURS,
    Kind.NOTICE_HEARING: ASKED_ABOUT_A_NOTICE,
    Kind.NOTICE_CONSENT: ASKED_ABOUT_A_NOTICE,
    Kind.NOTICE_NEWS: ABOUT_A_NOTICE,
    Kind.NOTICE_APPEALED: ABOUT_A_NOTICE,
    Kind.ROLE_GIVEN: ABOUT_A_ROLE,
    Kind.ROLE_ENDED: ABOUT_A_ROLE,
    Kind.RESIDENT_REGISTERED: {
        "thing1": "绑定房屋3栋2单元501",
        "thing2": "请核对业主名册并按时投票",
        "time3": "2026年5月2日 10:00",
    },
    Kind.LEASE_ENDING: {
        "thing1": "绑定房屋3栋2单元501",
        "date2": "2026年5月6日",
        "thing3": "请核对业主名册并按时投票",
    },
    Kind.BINDING_ENDED: {
        "thing1": "绑定房屋3栋2单元501",
        "thing2": "公告的时间写错了",
        "thing3": "请核对业主名册并按时投票",
        "time4": "2026年5月2日 10:00",
    },
    Kind.ROLE_NOMINATED: ABOUT_A_ROLE,
    Kind.NOMINATION_ENDED: ABOUT_A_ROLE,
}


@pytest.mark.parametrize("kind", Kind)
def test_a_message_reads_as_it_always_did(kind: Kind):
    values = {name: VALUES[name] for name in CATALOGUE[kind].fields}
    assert rendered(kind, stored(kind, values)) == SNAPSHOT[kind]


@pytest.mark.parametrize("kind", Kind)
def test_the_fields_of_a_kind_are_those_of_its_template(kind: Kind):
    templates = {one["template_id"]: one for one in json.loads(TEMPLATES.read_text())}
    fields = [field["name"] for field in templates[f"sim_{kind}"]["fields"]]
    assert sorted(CATALOGUE[kind].fields.values()) == sorted(fields)


def test_a_missing_or_unknown_value_is_the_callers_mistake():
    with pytest.raises(KeyError):
        stored(Kind.VOTING_OPENED, {"title": "会议"})


@pytest.mark.parametrize("kind", Kind)
def test_a_kind_says_who_is_told_and_why(kind: Kind):
    template = CATALOGUE[kind]
    assert all((template.name, template.recipient, template.reason))
    assert len(template.name) <= 12
    assert template.law or template.mutable
    assert set(template.channels) == set(Channel), "every message has every way"


def test_what_the_law_demands_cannot_be_muted():
    mutable = {kind for kind, template in CATALOGUE.items() if template.mutable}
    optional = {Kind(name) for name in (*wishes.TEMPLATES, *volunteering.TEMPLATES, *roles.TEMPLATES, *homes.TEMPLATES)}
    optional |= {Kind.NOTICE_NEWS, Kind.NOTICE_APPEALED}
    assert mutable == {Kind.VOTING_REMINDER, Kind.BALLOT_RECEIVED, Kind.APPLICATION_DECIDED} | optional


@pytest.mark.parametrize("kind", Kind)
def test_a_message_in_the_inbox_is_whole_and_labelled(kind: Kind):
    values = {name: VALUES[name] for name in CATALOGUE[kind].fields}
    shown = lines(kind, stored(kind, values))
    assert [label for label, _ in shown] == [LABELS[name] for name in CATALOGUE[kind].fields]
    if "title" in values:
        assert shown[0] == ("会议名称", VALUES["title"])


def test_a_span_of_time_is_stored_as_an_interval():
    template = CATALOGUE[Kind.VOTING_OPENED]
    data = stored(Kind.VOTING_OPENED, {name: VALUES[name] for name in template.fields} | {"closes_at": (START, END)})
    assert rendered(Kind.VOTING_OPENED, data)["time3"] == "2026年5月17日 09:00~2026年5月27日 18:00"
