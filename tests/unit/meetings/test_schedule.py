"""Dates of a meeting against PMR 14 and the rule set, in days of China."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from app.meetings.rules.rule_set import RuleSet
from app.meetings.schedule import check_schedule, days_between

CHINA = timezone(timedelta(hours=8))
OPENS = datetime(2026, 5, 16, 9, tzinfo=CHINA)
CLOSES = datetime(2026, 5, 31, 18, tzinfo=CHINA)


def codes(
    announced: datetime, opens: datetime = OPENS, closes: datetime = CLOSES, rules: RuleSet | None = None
) -> list[str]:
    return [defect.code for defect in check_schedule(announced, opens, closes, rules or RuleSet())]


def test_pmr14_notice_on_the_first_for_the_sixteenth_is_in_time_at_any_hour() -> None:
    assert codes(datetime(2026, 5, 1, 0, 0, tzinfo=CHINA)) == []
    assert codes(datetime(2026, 5, 1, 23, 59, 59, tzinfo=CHINA)) == []


def test_pmr14_notice_on_the_second_is_a_defect_that_quotes_the_article() -> None:
    [defect] = check_schedule(datetime(2026, 5, 2, 0, 0, tzinfo=CHINA), OPENS, CLOSES, RuleSet())
    assert defect.code == "notice_too_short"
    assert defect.article == "《物业管理条例》第十四条"
    assert "只有 14 日" in defect.text
    assert "应当于会议召开15日以前通知全体业主" in defect.text
    assert "议事规则" not in defect.text


def test_days_are_those_of_china_not_of_utc() -> None:
    assert codes(datetime(2026, 5, 1, 15, 59, tzinfo=UTC)) == []
    assert codes(datetime(2026, 5, 1, 16, 0, tzinfo=UTC)) == ["notice_too_short"]


def test_a_rule_set_may_ask_for_longer_notice() -> None:
    rules = RuleSet(notice_days=16)
    [defect] = check_schedule(datetime(2026, 5, 1, tzinfo=CHINA), OPENS, CLOSES, rules)
    assert "议事规则要求 16 日" in defect.text


def test_a_notice_after_the_opening_is_a_defect() -> None:
    [defect] = check_schedule(OPENS + timedelta(days=1), OPENS, CLOSES, RuleSet())
    assert defect.code == "notice_too_short"
    assert "只有 0 日" in defect.text


@pytest.mark.parametrize(
    ("days", "expected"), [(4, ["voting_too_short"]), (5, []), (60, []), (61, ["voting_too_long"])]
)
def test_domain_3_voting_lasts_five_to_sixty_days(days: int, expected: list[str]) -> None:
    assert codes(datetime(2026, 4, 1, tzinfo=CHINA), OPENS, OPENS + timedelta(days=days)) == expected


def test_a_rule_set_may_narrow_the_voting_days() -> None:
    rules = RuleSet(min_voting_days=10, max_voting_days=14)
    announced = datetime(2026, 4, 1, tzinfo=CHINA)
    assert codes(announced, OPENS, OPENS + timedelta(days=9), rules) == ["voting_too_short"]
    assert codes(announced, OPENS, OPENS + timedelta(days=15), rules) == ["voting_too_long"]


@pytest.mark.parametrize("closes", [OPENS, OPENS - timedelta(hours=1)])
def test_voting_closes_after_it_opens(closes: datetime) -> None:
    assert codes(datetime(2026, 4, 1, tzinfo=CHINA), OPENS, closes) == ["closes_before_opening"]


def test_all_defects_are_listed_at_once() -> None:
    assert codes(datetime(2026, 5, 10, tzinfo=CHINA), OPENS, OPENS + timedelta(days=1)) == [
        "notice_too_short",
        "voting_too_short",
    ]


def test_a_moment_without_a_time_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="time zone"):
        days_between(OPENS.replace(tzinfo=None), CLOSES)
    with pytest.raises(ValueError, match="time zone"):
        days_between(OPENS, CLOSES.replace(tzinfo=None))
