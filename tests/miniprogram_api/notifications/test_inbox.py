"""The in-app inbox, and muting."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select, update

from app.core.db import db
from app.core.ids import new_id
from app.core.queueing import Urgency
from app.core.settings import Settings
from app.core.unit_of_work import unit_of_work
from app.notifications import sender
from app.notifications.catalogue import CATALOGUE, Kind
from app.notifications.models import OutboxMessage
from app.notifications.service import notify_one
from tests.support.wechat import WeChat
from tests.support.world import START, Person, World, at

VALUES = {"subject": "绑定房屋", "outcome": "已通过", "hint": "可以投票了", "decided_at": START}
A_LONG_REASON = "原因：" + "您提交的资料与名册不一致，请到小区党支部核对。" * 3


def tell(world: World, person: Person, number: int = 1, since: datetime = START, **values: Any) -> list[UUID]:
    """So many messages, a minute apart; the ids of all that there are."""
    for minute in range(number):
        with at(since + timedelta(minutes=minute)), unit_of_work():
            notify_one(world.compound, Kind.APPLICATION_DECIDED, new_id(), {**VALUES, **values}, person.account_id, {})
    mine = select(OutboxMessage.id).where(OutboxMessage.account_id == person.account_id)
    return list(db.session.scalars(mine.order_by(OutboxMessage.created_at)))


def inbox(world: World, person: Person, query: str = "") -> dict[str, Any]:
    answer = world.api(person)("GET", f"/me/messages{query}")
    assert answer.status_code == 200, answer.text
    return dict(answer.json)


def outcome_of(person: Person) -> tuple[str, str | None]:
    db.session.expire_all()
    message = db.session.scalars(select(OutboxMessage).where(OutboxMessage.account_id == person.account_id)).one()
    return message.state, message.outcome


def test_an_inbox_without_messages_is_empty(world: World):
    assert inbox(world, world.person()) == {"items": [], "next": None, "unread": 0}


def test_a_message_stands_in_the_inbox_whole_before_anything_is_sent(world: World):
    person = world.person()
    [message_id] = tell(world, person, hint=A_LONG_REASON)
    found = inbox(world, person)
    assert found["unread"] == 1
    [message] = found["items"]
    assert (message["id"], message["name"], message["read_at"]) == (str(message_id), "申请办理结果", None)
    assert message["lines"] == [
        {"label": "事项", "value": "绑定房屋"},
        {"label": "结果", "value": "已通过"},
        {"label": "提示", "value": A_LONG_REASON},
        {"label": "办理时间", "value": "2026年5月1日 09:00"},
    ]
    assert message["page"] == CATALOGUE[Kind.APPLICATION_DECIDED].page


def test_opening_a_message_reads_it_once_and_says_where_to_go(world: World):
    person = world.person()
    [message_id] = tell(world, person)
    first = world.api(person)("POST", f"/me/messages/{message_id}/reading")
    with at(START + timedelta(hours=1)):
        again = world.api(person)("POST", f"/me/messages/{message_id}/reading")
    assert first.status_code == again.status_code == 200
    assert first.json["read_at"] == again.json["read_at"] is not None
    assert first.json["page"] == "pages/home/index"
    assert inbox(world, person)["unread"] == 0


def test_nobody_opens_or_sees_the_message_of_another(world: World):
    person, stranger = world.person(), world.person()
    [message_id] = tell(world, person)
    refused = world.api(stranger)("POST", f"/me/messages/{message_id}/reading")
    assert (refused.status_code, refused.json["error"]["code"]) == (404, "message_not_found")
    assert inbox(world, stranger)["items"] == []
    assert inbox(world, stranger, f"?after={message_id}")["items"] == []
    assert inbox(world, person)["unread"] == 1


def test_pages_follow_each_other_without_gap_or_repeat_while_new_messages_come_in(world: World):
    person = world.person()
    expected = [str(one) for one in reversed(tell(world, person, 5))]
    first = inbox(world, person, "?limit=2")
    tell(world, person, since=START + timedelta(days=1))
    seen, after = [one["id"] for one in first["items"]], first["next"]
    while after:
        page = inbox(world, person, f"?limit=2&after={after}")
        seen, after = seen + [one["id"] for one in page["items"]], page["next"]
    assert seen == expected


def test_only_the_unread_are_listed_on_request_and_all_can_be_marked(world: World):
    person, other = world.person(), world.person()
    ids = tell(world, person, 3)
    tell(world, other)
    world.api(person)("POST", f"/me/messages/{ids[1]}/reading")
    unread = inbox(world, person, "?unread=true")
    assert ([one["id"] for one in unread["items"]], unread["unread"]) == ([str(ids[2]), str(ids[0])], 2)
    assert [world.api(person)("POST", "/me/messages/reading").json["marked"] for _ in range(2)] == [2, 0]
    assert inbox(world, person, "?unread=true")["items"] == []
    assert inbox(world, other)["unread"] == 1


def test_a_message_of_another_version_has_a_name_at_least(world: World):
    person = world.person()
    tell(world, person)
    db.session.execute(update(OutboxMessage).values(kind="of_the_future"))
    db.session.commit()
    [message] = inbox(world, person)["items"]
    assert (message["name"], message["lines"]) == ("社区通知", [])


def preferences(world: World, person: Person) -> dict[str, dict[str, Any]]:
    return {one["kind"]: one for one in world.api(person)("GET", "/me/message-preferences").json["items"]}


def mute(world: World, person: Person, *kinds: str) -> Any:
    return world.api(person)("PUT", "/me/message-preferences", {"muted": list(kinds)})


def test_every_kind_is_listed_with_who_is_told_why_and_by_which_law(world: World):
    listed = preferences(world, world.person())
    assert set(listed) == set(Kind)
    assert listed["meeting_announced"]["law"] == "《物业管理条例》第十四条"
    assert not listed["meeting_announced"]["mutable"]
    assert listed["voting_reminder"]["mutable"]
    assert not any(one["muted"] for one in listed.values())


def test_muting_is_a_choice_that_can_be_taken_back(world: World):
    person = world.person()
    for chosen in (["voting_reminder", "ballot_received"], ["voting_reminder"], ["voting_reminder"], []):
        answer = mute(world, person, *chosen)
        assert answer.status_code == 200
        muted = {one["kind"] for one in answer.json["items"] if one["muted"]}
        assert muted == set(chosen) == {kind for kind, one in preferences(world, person).items() if one["muted"]}


@pytest.mark.parametrize("kind", [kind for kind in Kind if not CATALOGUE[kind].mutable])
def test_what_the_law_demands_cannot_be_muted_and_nothing_is_changed(world: World, kind: Kind):
    person = world.person()
    mute(world, person, "voting_reminder")
    refused = mute(world, person, "ballot_received", kind)
    assert (refused.status_code, refused.json["error"]["code"]) == (422, "kind_demanded_by_law")
    assert CATALOGUE[kind].name in refused.json["error"]["message"]
    assert [kind for kind, one in preferences(world, person).items() if one["muted"]] == ["voting_reminder"]


def test_an_unknown_kind_is_refused(world: World):
    assert mute(world, world.person(), "made_up").status_code == 422


def test_a_muted_kind_comes_to_the_inbox_only(world: World, wechat: WeChat, settings: Settings):
    person = world.person()
    mute(world, person, "application_decided")
    tell(world, person)
    sender.drain(settings, Urgency.NORMAL)
    assert outcome_of(person) == ("refused", "muted")
    assert inbox(world, person)["unread"] == 1
