"""The rules of procedure, rule by rule."""

import re

from app.core.db import db
from app.meetings.rules import adoption
from app.meetings.rules.rule_set import RuleSet
from tests.support.console import ConsoleWorld, Visitor, visitor
from tests.support.console_builders import at


def fields_of(guest: Visitor, address: str) -> dict[str, str]:
    """What the form says as it is opened."""
    page = guest.get(address).text
    typed = re.findall(r'<input(?=[^>]* name="([a-z_]+)")(?![^>]*type="(?:radio|checkbox)")[^>]* value="([^"]*)"', page)
    chosen = re.findall(r'<input checked(?=[^>]* name="([a-z_]+)")[^>]* value="([^"]*)"', page)
    return dict([*typed, *chosen])


def test_a_single_rule_is_changed_and_the_others_stay(town: ConsoleWorld):
    guest, address = visitor(town, town.secretary), at(town, "rules/values").path
    said = {**fields_of(guest, address), "note": "第一次业主大会通过"}
    assert (said["notice_days"], said["seen"], said["blank_motion"]) == ("15", "0", "not_taking_part")
    changed = guest.post(address, **{**said, "notice_days": "20", "reminder_days_before_close": "5，2"})
    assert changed.status_code == 303, changed.text
    assert adoption.current(town.compound) == (1, RuleSet(notice_days=20, reminder_days_before_close=(5, 2)))
    shown = guest.get(at(town, "rules/").path).text
    assert "会议通知应当在表决开始 20 日以前送达" in shown
    late = guest.post(address, **{**said, "notice_days": "30", "once": ""})
    assert late.status_code == 409
    assert "刚刚有人登记了另一份议事规则" in late.text
    assert 'value="30"' in late.text
    db.session.rollback()
    assert adoption.current(town.compound)[0] == 1


def test_what_the_law_refuses_stands_beside_its_rule_and_nothing_is_entered(town: ConsoleWorld):
    guest, address = visitor(town, town.secretary), at(town, "rules/values").path
    said = {**fields_of(guest, address), "note": "第一次业主大会通过"}
    for name, value, sentence in (
        ("notice_days", "10", "会议通知不得少于 15 日（《物业管理条例》第十四条）"),
        ("committee_term_years", "6", "每届任期不超过 5 年"),
        ("max_extension_days", "3", "不允许延长的，延长日数应当为 0"),
        ("reminder_days_before_close", "三天", "请写成这样：3、1"),
        ("proxy_cap", "很多", 'id="proxy_cap-error"'),
        ("note", "", "请写明业主大会在什么时候决定的"),
        ("blank_motion", "whatever", 'name="blank_motion"'),
    ):
        refused = guest.post(address, **{**said, name: value, "once": ""})
        assert (refused.status_code, sentence in refused.text) == (422, True), name
    assert visitor(town, town.supervisor).get(address).status_code == 403
    assert adoption.current(town.compound)[0] == 0
