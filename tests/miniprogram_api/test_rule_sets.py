"""A compound's rules of procedure over the API: versions, what the law refuses, and what a meeting keeps."""

from typing import Any

import pytest
from sqlalchemy import select

from app.core.audit import AuditEvent
from app.core.db import db
from app.meetings.rules.rule_set import RuleSet
from tests.support.world import START, World, at


def path(world: World) -> str:
    return f"/compounds/{world.compound}/rule-sets"


def adopt(world: World, **body: Any) -> Any:
    return world.api(world.secretary)("POST", path(world), {"note": "业主大会通过", **body})


def test_the_strict_reading_of_the_law_is_in_force_until_rules_are_adopted(world: World):
    listed = world.api(world.secretary)("GET", path(world)).json
    assert listed["items"] == []
    assert (listed["current"]["version"], listed["current"]["preset"]) == (0, "civil_code_strict")
    assert listed["current"]["data"] == RuleSet().to_dict()


def test_adopted_rules_become_the_next_version_and_owners_can_read_them(world: World):
    owner = world.owners(1)[0]
    assert adopt(world, preset="deemed_votes").json["version"] == 1
    own = RuleSet(notice_days=20, proxy_cap=1).to_dict()
    assert adopt(world, data=own).json["data"] == own
    listed = world.api(owner)("GET", path(world)).json
    assert [one["version"] for one in listed["items"]] == [2, 1]
    assert listed["current"] == listed["items"][0]
    assert "每名代理人最多代理 1 名业主" in "".join(listed["current"]["sentences"])


def test_presets_come_with_sentences_for_people(world: World):
    presets = world.api(world.secretary)("GET", "/rule-set-presets").json["items"]
    assert presets[0]["preset"] == "civil_code_strict"
    assert all(sentence.endswith("。") for one in presets for sentence in one["sentences"])


UNLAWFUL = [
    pytest.param({"notice_days": 14}, "notice_days", "《物业管理条例》第十四条", id="PMR14-notice"),
    pytest.param({"max_voting_days": 61}, "max_voting_days", "《物业管理条例》第十八条", id="PMR18-voting-period"),
    pytest.param({"proxy_cap": 0}, "proxy_cap", "《物业管理条例》第十二条", id="PMR12-proxies"),
    pytest.param(
        {"committee_term_years": 6},
        "committee_term_years",
        "《业主大会和业主委员会指导规则》第三十二条",
        id="GR32-term",
    ),
    pytest.param(
        {"min_committee_seats": 6},
        "min_committee_seats",
        "《业主大会和业主委员会指导规则》第三十一条",
        id="GR31-odd",
    ),
    pytest.param({"quorum": 0.5}, "quorum", "《物业管理条例》第十八条", id="CC278(2)-quorum-is-no-rule"),
    pytest.param({"notice_days": "15"}, "notice_days", "《物业管理条例》第十八条", id="wrong-type"),
    pytest.param({"blank_motion": "for"}, "blank_motion", "《物业管理条例》第十八条", id="no-such-choice"),
]


@pytest.mark.parametrize(("change", "field", "article"), UNLAWFUL)
def test_rules_that_undercut_the_law_are_refused_by_field_and_article(
    world: World, change: dict[str, Any], field: str, article: str
):
    refused = adopt(world, data={**RuleSet().to_dict(), **change})
    error = refused.json["error"]
    assert (refused.status_code, error["code"]) == (422, "rule_set_unlawful")
    assert (error["details"]["field"], error["details"]["article"]) == (field, article)
    assert error["details"]["reason"] in error["message"]
    assert world.api(world.secretary)("GET", path(world)).json["items"] == []


@pytest.mark.parametrize("body", [{}, {"preset": "deemed_votes", "data": {}}, {"preset": "none"}, {"data": []}])
def test_rules_are_a_preset_or_data(world: World, body: dict[str, Any]):
    assert adopt(world, **body).json["error"]["code"] == "invalid_input"


def test_only_the_secretary_adopts_and_strangers_read_nothing(world: World):
    owner, stranger = world.owners(1)[0], world.person()
    body = {"note": "业主大会通过", "preset": "deemed_votes"}
    for person in (owner, stranger, world.supervisor):
        assert world.api(person)("POST", path(world), body).status_code == 403
    assert world.api(stranger)("GET", path(world)).status_code == 403


def test_a_meeting_keeps_the_rules_that_it_was_announced_with(world: World):
    owner = world.owners(1)[0]
    by_default = world.announced()
    adopt(world, preset="deemed_votes")
    later = world.announced()
    adopt(world, data=RuleSet(notice_days=20).to_dict())
    api = world.api(owner)
    assert [api("GET", one).json["rule_set_version"] for one in (by_default, later)] == [0, 1]


def test_a_longer_notice_of_the_compounds_own_is_held_PMR14(world: World):
    world.owners(1)
    adopt(world, data=RuleSet(notice_days=20).to_dict())
    draft = world.draft()
    with at(START):
        refused = world.api(world.secretary)("POST", f"{draft}/announcement").json["error"]
    assert refused["code"] == "schedule_defective"
    assert "本小区议事规则要求 20 日" in refused["details"]["defects"][0]["text"]


def test_parking_counts_where_the_rules_say_so_GR25(world: World):
    world.owner(world.unit("101"), world.unit("车1", 1000, use="parking"))
    strict = world.announced()
    adopt(world, data=RuleSet(include_parking=True).to_dict())
    including = world.announced()
    api = world.api(world.secretary)
    areas = [api("GET", one).json["turnout"]["electorate_area_centi"] for one in (strict, including)]
    assert areas == [10000, 11000]


def test_every_adoption_is_on_the_audit_log_with_what_was_before(world: World):
    adopt(world, preset="deemed_votes")
    adopt(world, data=RuleSet(proxy_cap=1).to_dict())
    events = db.session.scalars(select(AuditEvent).where(AuditEvent.act == "adopt_rule_set").order_by(AuditEvent.id))
    [first, second] = events.all()
    assert (first.before, first.account_id) == (None, world.secretary.account_id)
    assert second.before == first.after
    assert second.after["proxy_cap"] == 1
