"""The law as data, and the rule sets that may and may not depart from it."""

import json
from typing import Any

import pytest

from app.meetings.rules.rule_set import (
    MAJORITY,
    PRESETS,
    QUORUM,
    THREE_QUARTERS,
    BlankMotion,
    Category,
    InvalidRuleSet,
    Matter,
    PetitionBasis,
    RuleSet,
    Threshold,
    describe,
)

SPECIAL = {Matter.MAINTENANCE_FUND_RAISING, Matter.REBUILDING, Matter.COMMON_PARTS}


@pytest.mark.parametrize("matter", Matter, ids=lambda matter: f"CC278(1)({matter.value})")
def test_civil_code_278_1_only_items_six_to_eight_are_special(matter: Matter) -> None:
    assert matter.category is (Category.SPECIAL if matter in SPECIAL else Category.ORDINARY)


def test_there_are_nine_matters_with_name_quotation_and_article() -> None:
    assert [matter.value for matter in Matter] == list(range(1, 10))
    assert len({matter.chinese for matter in Matter}) == len({matter.quotation for matter in Matter}) == 9
    assert Matter.MAINTENANCE_FUND_USE.quotation == "使用建筑物及其附属设施的维修资金"
    assert Matter.COMMON_PARTS.article == "《民法典》第二百七十八条第一款第（八）项"
    assert [Matter.MAINTENANCE_FUND_USE.chinese, Matter.MAINTENANCE_FUND_RAISING.chinese] == [
        "使用维修资金",
        "筹集维修资金",
    ]
    assert [Category.SPECIAL.chinese, Category.ORDINARY.chinese] == ["特别决议事项", "一般决议事项"]


@pytest.mark.parametrize(
    ("threshold", "at", "below", "whole"),
    [(QUORUM, 100, 99, 150), (MAJORITY, 76, 75, 150), (THREE_QUARTERS, 60, 59, 80), (MAJORITY, 76, 75, 151)],
    ids=["CC1259 2/3 inclusive", "CC278(2) 1/2 exclusive", "CC1259 3/4 inclusive", "CC278(2) 1/2 of an odd number"],
)
def test_a_threshold_holds_at_its_least_and_not_below(threshold: Threshold, at: int, below: int, whole: int) -> None:
    assert threshold.holds(at, whole)
    assert not threshold.holds(below, whole)
    assert threshold.least(whole) == at


def test_the_default_is_the_strict_reading_of_the_law() -> None:
    strict = RuleSet()
    assert (strict.notice_days, strict.min_voting_days, strict.max_voting_days) == (15, 5, 60)
    assert (strict.electorate_objection_days, strict.result_objection_days, strict.proxy_cap) == (7, 7, 3)
    assert (strict.reminder_days_before_close, strict.count_window_minutes) == ((3, 1), 30)
    assert strict.blank_motion is BlankMotion.NOT_TAKING_PART
    assert strict.petition_basis is PetitionBasis.PERSONS
    assert [strict.allow_ballot_change, strict.deemed_with_majority, strict.include_parking] == [False] * 3
    assert (strict.allow_extension, strict.max_extension_days) == (False, 0)
    assert PRESETS["civil_code_strict"] == strict


@pytest.mark.parametrize("name", PRESETS)
def test_a_preset_survives_json(name: str) -> None:
    written = json.loads(json.dumps(PRESETS[name].to_dict()))
    assert written["version"] == 2
    assert RuleSet.from_dict(written) == PRESETS[name]


def test_each_preset_departs_from_the_strict_one_in_one_field() -> None:
    strict = RuleSet().to_dict()
    departures = {
        name: {key: value for key, value in preset.to_dict().items() if strict[key] != value}
        for name, preset in PRESETS.items()
    }
    assert departures == {
        "civil_code_strict": {},
        "one_change_allowed": {"allow_ballot_change": True},
        "deemed_votes": {"deemed_with_majority": True},
        "petition_by_both": {"petition_basis": "persons_and_area"},
    }


PETITION_PERIODS = {"petition_days": 60, "petition_convene_days": 30, "petition_warning_days": 7}

UNLAWFUL: dict[str, tuple[dict[str, Any], str, str]] = {
    "PMR14 notice": ({"notice_days": 14}, "notice_days", "第十四条"),
    "PMR18 voting too short": ({"min_voting_days": 4}, "min_voting_days", "第十八条"),
    "PMR18 voting too long": ({"max_voting_days": 61}, "max_voting_days", "第十八条"),
    "PMR18 shortest above longest": ({"min_voting_days": 10, "max_voting_days": 9}, "max_voting_days", "第十八条"),
    "PMR12 no proxies": ({"proxy_cap": 0}, "proxy_cap", "第十二条"),
    "PMR18 no roll objections": ({"electorate_objection_days": 0}, "electorate_objection_days", "第十八条"),
    "PMR18 no result objections": ({"result_objection_days": 0}, "result_objection_days", "第十八条"),
    "PMR14 roll objections after the opening": (
        {"electorate_objection_days": 16},
        "electorate_objection_days",
        "第十四条",
    ),
    "PMR18 no time to sign": ({"petition_days": 0}, "petition_days", "第十八条"),
    "PMR18 no time to convene": ({"petition_convene_days": 0}, "petition_convene_days", "第十八条"),
    "PMR18 warning after the deadline": ({"petition_warning_days": 0}, "petition_warning_days", "第十八条"),
    "PMR18 warning before the delivery": ({"petition_convene_days": 6}, "petition_warning_days", "第十八条"),
    "PMR18 no time to count": ({"count_window_minutes": 0}, "count_window_minutes", "第十八条"),
    "GR31 three seats": ({"min_committee_seats": 3}, "min_committee_seats", "第三十一条"),
    "GR31 thirteen seats": ({"max_committee_seats": 13}, "max_committee_seats", "第三十一条"),
    "GR31 even least": ({"min_committee_seats": 6}, "min_committee_seats", "第三十一条"),
    "GR31 even most": ({"max_committee_seats": 10}, "max_committee_seats", "第三十一条"),
    "GR31 least above most": (
        {"min_committee_seats": 9, "max_committee_seats": 7},
        "max_committee_seats",
        "第三十一条",
    ),
    "GR32 six years": ({"committee_term_years": 6}, "committee_term_years", "第三十二条"),
    "GR32 no term": ({"committee_term_years": 0}, "committee_term_years", "第三十二条"),
    "PMR18 extension not allowed": ({"max_extension_days": 1}, "max_extension_days", "第十八条"),
    "PMR18 extension of nothing": ({"allow_extension": True}, "max_extension_days", "第十八条"),
    "PMR18 extension past the longest": (
        {"allow_extension": True, "max_extension_days": 56},
        "max_extension_days",
        "第十八条",
    ),
    "PMR18 reminder before the opening": (
        {"reminder_days_before_close": (60,)},
        "reminder_days_before_close",
        "第十八条",
    ),
    "PMR18 reminder after the close": ({"reminder_days_before_close": (0,)}, "reminder_days_before_close", "第十八条"),
    "PMR18 reminders out of order": ({"reminder_days_before_close": (1, 3)}, "reminder_days_before_close", "第十八条"),
    "PMR18 reminder twice": ({"reminder_days_before_close": (3, 3)}, "reminder_days_before_close", "第十八条"),
    "a text for a number": ({"notice_days": "15"}, "notice_days", "第十八条"),
    "a truth for a number": ({"proxy_cap": True}, "proxy_cap", "第十八条"),
    "a number for a truth": ({"include_parking": 1}, "include_parking", "第十八条"),
    "a text among reminders": ({"reminder_days_before_close": ("3",)}, "reminder_days_before_close", "第十八条"),
    "a text for a choice": ({"blank_motion": "abstains"}, "blank_motion", "第十八条"),
}


@pytest.mark.parametrize(("values", "field", "article"), UNLAWFUL.values(), ids=UNLAWFUL.keys())
def test_a_rule_set_that_undercuts_the_law_is_refused(values: dict[str, Any], field: str, article: str) -> None:
    with pytest.raises(InvalidRuleSet) as refused:
        RuleSet(**values)
    assert refused.value.field == field
    assert article in refused.value.article
    assert refused.value.reason


@pytest.mark.parametrize(
    "values",
    [
        {"notice_days": 30, "electorate_objection_days": 30},
        {"min_voting_days": 60},
        {"max_voting_days": 5, "reminder_days_before_close": (4, 2)},
        {"min_committee_seats": 7, "max_committee_seats": 7, "committee_term_years": 3},
        {"allow_extension": True, "max_extension_days": 55},
        {"allow_extension": True, "max_extension_days": 1},
        {"reminder_days_before_close": ()},
        {"electorate_objection_days": 1, "result_objection_days": 1, "count_window_minutes": 1, "proxy_cap": 1},
        {"committee_term_years": 1},
        {"petition_days": 1, "petition_convene_days": 1, "petition_warning_days": 1},
    ],
)
def test_a_rule_set_within_the_law_is_accepted(values: dict[str, Any]) -> None:
    rules = RuleSet(**values)
    assert RuleSet.from_dict(rules.to_dict()) == rules


def test_the_same_rules_are_read_once_and_others_anew():
    written = RuleSet(proxy_cap=2, reminder_days_before_close=(5, 2)).to_dict()
    known = RuleSet.from_dict(written)
    assert RuleSet.from_dict(dict(written)) is known
    written["reminder_days_before_close"].append(1)
    assert RuleSet.from_dict(written).reminder_days_before_close == (5, 2, 1)
    for _ in range(2):
        with pytest.raises(InvalidRuleSet):
            RuleSet.from_dict({**written, "allow_extension": 0})
    with pytest.raises(InvalidRuleSet):
        RuleSet.from_dict({**written, "proxy_cap": {1}})


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"quorum": "1/2"}, "quorum"),
        ({"version": 3}, "version"),
        ({"version": 0}, "version"),
        ({"version": 1}, "petition_convene_days"),
        ({"version": True}, "version"),
        ({"blank_motion": "guess"}, "blank_motion"),
        ({"blank_motion": ["abstains"]}, "blank_motion"),
        ({"petition_basis": None}, "petition_basis"),
        ({"reminder_days_before_close": 3}, "reminder_days_before_close"),
        ({"notice_days": 10}, "notice_days"),
        ({"notice_days": None}, "notice_days"),
    ],
)
def test_reading_refuses_what_it_does_not_know(change: dict[str, Any], field: str) -> None:
    with pytest.raises(InvalidRuleSet) as refused:
        RuleSet.from_dict(RuleSet().to_dict() | change)
    assert refused.value.field == field


def test_a_rule_set_stored_before_petition_periods_were_rules_reads_as_it_was_in_force() -> None:
    changed = {"notice_days": 20, "petition_basis": "persons_and_area"}
    older = {key: value for key, value in RuleSet().to_dict().items() if key not in PETITION_PERIODS}
    rules = RuleSet.from_dict(older | changed | {"version": 1})
    assert rules == RuleSet(notice_days=20, petition_basis=PetitionBasis.PERSONS_AND_AREA)
    assert {key: rules.to_dict()[key] for key in PETITION_PERIODS} == PETITION_PERIODS
    assert rules.to_dict()["version"] == 2


@pytest.mark.parametrize("missing", RuleSet().to_dict())
def test_reading_refuses_a_missing_key(missing: str) -> None:
    data = RuleSet().to_dict()
    del data[missing]
    with pytest.raises(InvalidRuleSet) as refused:
        RuleSet.from_dict(data)
    assert refused.value.field == missing


@pytest.mark.parametrize("name", PRESETS)
def test_each_rule_is_described_in_a_sentence_with_its_article(name: str) -> None:
    sentences = describe(PRESETS[name])
    assert len(sentences) == len(set(sentences)) == 20
    for sentence in sentences:
        assert sentence.endswith("）。")
        assert "》第" in sentence
        assert "条" in sentence


@pytest.mark.parametrize(
    "values",
    [
        {"notice_days": 20},
        {"min_voting_days": 7},
        {"max_voting_days": 30},
        {"allow_extension": True, "max_extension_days": 9},
        {"electorate_objection_days": 5},
        {"result_objection_days": 15},
        {"reminder_days_before_close": (2,)},
        {"reminder_days_before_close": ()},
        {"proxy_cap": 1},
        {"allow_ballot_change": True},
        {"blank_motion": BlankMotion.ABSTAINS},
        {"deemed_with_majority": True},
        {"include_parking": True},
        {"count_window_minutes": 45},
        {"petition_basis": PetitionBasis.PERSONS_AND_AREA},
        {"min_committee_seats": 7},
        {"max_committee_seats": 9},
        {"committee_term_years": 3},
    ],
    ids=str,
)
def test_no_rule_can_change_without_its_sentence_changing(values: dict[str, Any]) -> None:
    changed = set(describe(RuleSet(**values))) - set(describe(RuleSet()))
    assert len(changed) == 1


def test_domain_3_the_rule_of_one_change_says_what_is_changed_where_and_how_often() -> None:
    [sentence] = set(describe(PRESETS["one_change_allowed"])) - set(describe(RuleSet()))
    for words in (
        "每名业主只投一票",
        "线上提交的",
        "截止前",
        "更改一次",
        "原票留存备查",
        "纸质票提交后不得更改",
        "第十八条",
    ):
        assert words in sentence


@pytest.mark.parametrize("seats", [5, 7, 9, 11])
def test_gr31_an_odd_committee_of_five_to_eleven_is_accepted(seats: int) -> None:
    RuleSet().check_committee_seats(seats)


@pytest.mark.parametrize("seats", [0, 3, 4, 6, 8, 10, 12, 13])
def test_gr31_any_other_committee_is_refused(seats: int) -> None:
    with pytest.raises(InvalidRuleSet, match="第三十一条") as refused:
        RuleSet().check_committee_seats(seats)
    assert refused.value.field == "seats"


def test_a_compound_may_narrow_the_size_of_its_committee() -> None:
    with pytest.raises(InvalidRuleSet):
        RuleSet(max_committee_seats=7).check_committee_seats(9)


STRICT_IN_WORDS = """\
应当由专有部分面积占比三分之二以上且人数占比三分之二以上的业主参与表决（《民法典》第二百七十八条第二款）。
一般决议事项须经参与表决的面积过半数且人数过半数同意（《民法典》第二百七十八条第二款）。
筹集维修资金、改建重建、共有部分改变用途或者经营，须经参与表决的面积四分之三以上且人数四分之三以上同意（《民法典》第二百七十八条第二款）。
有效表决票上未选或者无法辨认的事项，视为未参与该事项的表决（《物业管理条例》第十八条）。
未参与表决的业主，其票数不计入多数票（《业主大会和业主委员会指导规则》第二十六条）。
车位、储藏室等特定空间不计入投票权数（《业主大会和业主委员会指导规则》第二十五条）。
会议通知应当在表决开始 15 日以前送达全体业主（《物业管理条例》第十四条）。
业主名册公示 7 日，期间业主可以提出异议（《物业管理条例》第十八条）。
表决期为 5 至 60 日（《物业管理条例》第十八条）。
表决期届满不得延长（《物业管理条例》第十八条）。
表决截止前 3、1 日提醒尚未表决的业主，夜间不提醒（《物业管理条例》第十八条）。
计票须由书记和监督人两人在 30 分钟内先后确认（《物业管理条例》第十八条）。
表决结果公示 7 日，期间业主可以提出异议（《物业管理条例》第十八条）。
业主可以书面委托代理人，每名代理人最多代理 3 名业主（《物业管理条例》第十二条）。
每名业主只投一票，提交后不得更改（《物业管理条例》第十八条）。
经 20% 以上的业主提议，应当召开临时会议（《物业管理条例》第十三条）。
提议的签名征集期为 60 日（《物业管理条例》第十八条）。
提议达到比例的，应当在 30 日内公告会议；期满前 7 日仍未公告的，提醒召集人（《物业管理条例》第十八条）。
业主委员会由 5 至 11 人的单数组成（《业主大会和业主委员会指导规则》第三十一条）。
业主委员会每届任期不超过 5 年（《业主大会和业主委员会指导规则》第三十二条）。
"""


def test_the_strict_rule_set_in_words() -> None:
    assert describe(RuleSet()) == STRICT_IN_WORDS.splitlines()


def test_the_petition_by_both_in_words() -> None:
    assert (
        "经面积占 20% 以上且人数占 20% 以上的业主提议，应当召开临时会议（《业主大会和业主委员会指导规则》第二十一条）。"
        in describe(PRESETS["petition_by_both"])
    )
