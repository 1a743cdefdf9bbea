"""Reminders to parties that have not voted (PMR 18): who gets them, once, by day; by plan and because somebody asks."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select

from app.compounds.models import Ownership, Unit
from app.core.db import db
from app.core.queueing import Urgency
from app.core.settings import Settings
from app.identity.models import Account
from app.meetings.models import Reminder, VotingPartyOwner
from app.meetings.reminders import sending as reminding
from app.notifications import sender
from app.notifications.models import OutboxMessage
from app.notifications.service import record_accepts
from app.org.models import Role
from tasks import meetings as jobs
from tests.miniprogram_api.test_developers import Estate
from tests.miniprogram_api.test_mandates import House
from tests.support.answers import code
from tests.support.phones import proven
from tests.support.wechat import WeChat
from tests.support.world import CLOSES, OPENS, Person, World, at

THREE_DAYS = CLOSES.replace(hour=2) - timedelta(days=3)  # 10:00 in China
ONE_DAY = THREE_DAYS + timedelta(days=2)
NIGHT = THREE_DAYS.replace(hour=14)


@pytest.fixture(autouse=True)
def task_settings(monkeypatch: pytest.MonkeyPatch, settings: Settings) -> None:
    monkeypatch.setattr(jobs, "settings", lambda: settings)


def reminded() -> list[UUID]:
    """The accounts to which reminders were written."""
    db.session.expire_all()
    written = select(OutboxMessage).where(OutboxMessage.kind == "voting_reminder").order_by(OutboxMessage.id)
    return [message.account_id for message in db.session.scalars(written)]


def ask(world: World, path: str, person: Person | None = None) -> Any:
    return world.api(person or world.secretary)("POST", f"{path}/reminders")


def test_pmr_18_only_those_who_have_not_voted_are_reminded_three_days_and_one_day_before_the_close(world: World):
    owners = world.owners(3)
    path = world.announced()
    with at(OPENS):
        world.cast(owners[0], path)
        assert jobs.remind() == 0
    with at(THREE_DAYS):
        assert [jobs.remind() for _ in range(2)] == [2, 0]
        world.cast(owners[1], path)
    with at(ONE_DAY):
        assert [jobs.remind() for _ in range(2)] == [1, 0]
    assert sorted(reminded()) == sorted([owners[1].account_id, owners[2].account_id, owners[2].account_id])
    listed = world.api(world.secretary)("GET", f"{path}/reminders").json["items"]
    assert [(one["number"], one["told"], one["account_id"]) for one in listed] == [(1, 2, None), (2, 1, None)]


def test_pmr_18_a_reminder_that_was_due_while_the_worker_was_down_is_sent_once_when_it_is_back(world: World):
    world.owners(2)
    world.announced()
    with at(THREE_DAYS + timedelta(hours=13)):
        assert jobs.remind() == 0, "by now it is night"
    with at(ONE_DAY + timedelta(hours=4)):
        assert [jobs.remind() for _ in range(3)] == [2, 0, 0], "one for both that were missed"
    assert len(reminded()) == 2


def test_pmr_18_a_reminder_that_was_due_while_the_worker_was_down_is_not_sent_after_the_close(world: World):
    world.owners(2)
    path = world.announced()
    with at(CLOSES):
        assert jobs.remind() == 0
        assert code(ask(world, path)) == (409, "wrong_meeting_state")
    assert reminded() == []


def test_a_reminder_that_fails_halfway_leaves_nothing_and_is_sent_whole_the_next_time(
    world: World, monkeypatch: pytest.MonkeyPatch
):
    world.owners(2)
    world.announced()
    with at(THREE_DAYS):
        with monkeypatch.context() as patch:

            def crash(*_: Any) -> int:
                raise RuntimeError

            patch.setattr(reminding.telling, "tell_silent", crash)
            with pytest.raises(RuntimeError):
                jobs.remind()
        assert db.session.scalars(select(Reminder)).all() == []
        assert jobs.remind() == 2


def test_of_co_owners_with_a_delegate_only_the_delegate_is_reminded(world: World):
    unit = world.unit("101")
    couple = [world.owner(unit), world.owner(unit)]
    world.announced()
    for owner in db.session.scalars(select(VotingPartyOwner)):
        owner.delegate_votes = owner.owner_id == couple[1].owner_id
    db.session.commit()
    with at(THREE_DAYS):
        assert jobs.remind() == 1
    assert reminded() == [couple[0].account_id]


def test_pmr_12_a_proxy_is_reminded_beside_the_owner_until_the_mandate_is_revoked(world: World):
    house = House(world)
    mandate = house.give().json["id"]
    with at(THREE_DAYS):
        assert jobs.remind() == 7
        assert house.revoke(house.owner, mandate).status_code in (200, 204)
    with at(ONE_DAY):
        assert jobs.remind() == 6
    assert reminded().count(house.proxy.account_id) == 1


def test_spc_9_the_developers_delegate_is_reminded_once_for_thirty_units(world: World):
    estate = Estate(world)
    assert estate.name(proven(estate.delegate)).status_code == 201
    with at(OPENS):
        for owner in estate.owners:
            world.cast(owner, estate.path)
    with at(THREE_DAYS):
        assert jobs.remind() == 1
    assert reminded() == [estate.delegate.account_id]


def test_civil_code_273_the_proxy_of_who_sold_is_not_reminded(world: World):
    house = House(world)
    house.give()
    with at(OPENS):
        sold = select(Ownership).where(Ownership.owner_id == house.owner.owner_id)
        db.session.scalars(sold).one().valid_to = OPENS
        db.session.commit()
    with at(THREE_DAYS):
        assert jobs.remind() == 5
    assert house.proxy.account_id not in reminded()


def test_spc_9_the_developers_delegate_is_not_reminded_once_a_unit_is_delivered(world: World):
    estate = Estate(world)
    estate.name(proven(estate.delegate))
    db.session.scalars(select(Unit).where(Unit.held_by_developer).limit(1)).one().held_by_developer = False
    db.session.commit()
    with at(THREE_DAYS):
        assert jobs.remind() == 12
    assert estate.delegate.account_id not in reminded()


def test_a_proxy_is_not_reminded_where_another_co_owner_is_delegate(world: World):
    flat = world.unit("901")
    wife, husband = world.owner(flat, name="甲某"), world.owner(flat, name="乙某")
    house = House(world)
    assert house.give(by=wife).status_code == 201
    for owner in db.session.scalars(select(VotingPartyOwner)):
        owner.delegate_votes = owner.owner_id == wife.owner_id
    db.session.commit()
    with at(THREE_DAYS):
        assert jobs.remind() == 7
    assert {house.proxy.account_id, wife.account_id}.isdisjoint(reminded())
    assert husband.account_id in reminded()


def test_two_workers_that_owe_the_same_reminder_send_it_once(world: World):
    world.owners(2)
    path = world.announced()
    meeting_id = UUID(path.rsplit("/", 1)[1])
    with at(THREE_DAYS):
        assert jobs.remind() == 2
        before = (0, None)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(reminding, "_last", lambda _: before)  # what the other worker had looked up
            assert reminding.remind(world.compound, meeting_id, 10) == 0
            assert code(ask(world, path)) == (429, "reminded_recently")
    assert len(reminded()) == 2


def test_a_party_whose_signed_sheet_is_on_record_is_not_reminded(world: World):
    owners = world.owners(2)
    world.announced()
    for holder in db.session.scalars(select(VotingPartyOwner)):
        holder.paper_votes = holder.owner_id == owners[0].owner_id
    db.session.commit()
    with at(THREE_DAYS):
        assert jobs.remind() == 1
    assert reminded() == [owners[1].account_id]


def test_who_cannot_vote_is_not_reminded(world: World):
    """Who is bound to nothing, who has nothing to decide in this meeting, and who is of another compound."""
    inside = world.owner(world.unit("101", building="3栋"))
    world.owner(world.unit("101", building="4栋"))
    world.owner(world.unit("102", building="3栋"), bound=False)
    world.owner(world.unit("101", compound=world.add_compound("另一小区")))
    path = world.draft()
    motion = world.api(world.secretary)("GET", path).json["motions"][0]["id"]
    scope = {"matter": 5, "title": "换电梯", "text": "说明", "scope_building_id": str(world.building("3栋"))}
    world.api(world.secretary)("POST", f"{path}/motions", scope)
    assert world.api(world.secretary)("DELETE", f"{path}/motions/{motion}").status_code == 204
    assert world.api(world.secretary)("POST", f"{path}/announcement").status_code == 200
    with at(THREE_DAYS):
        assert jobs.remind() == 1
    assert reminded() == [inside.account_id]


def test_a_cancelled_meeting_reminds_nobody(world: World):
    world.owners(1)
    path = world.announced()
    world.api(world.secretary)("POST", f"{path}/cancellation", {"reason": "公告有误"})
    with at(THREE_DAYS):
        assert jobs.remind() == 0
        assert code(ask(world, path)) == (409, "wrong_meeting_state")


def test_the_secretary_reminds_now_at_most_every_twelve_hours_and_the_plan_takes_heed(world: World):
    world.owners(2)
    path = world.announced()
    with at(THREE_DAYS - timedelta(hours=1)):
        assert (ask(world, path).status_code, len(reminded())) == (201, 2)
        again = ask(world, path)
        assert code(again) == (429, "reminded_recently")
        assert "5月25日 08:00" in again.json["error"]["message"], "21:00 is night already"
    with at(THREE_DAYS):
        assert jobs.remind() == 0
    with at(THREE_DAYS + timedelta(days=1)):
        assert ask(world, path).status_code == 201
    assert len(reminded()) == 4
    acts = [one["act"] for one in world.api(world.supervisor)("GET", f"{path}/audit").json["items"]]
    assert acts.count("remind_silent") == 2


def test_at_night_nobody_is_reminded_and_the_refusal_says_from_when(world: World):
    world.owners(1)
    path = world.announced()
    with at(NIGHT):
        refused = ask(world, path)
        assert code(refused) == (409, "not_at_night")
        assert "5月25日 08:00" in refused.json["error"]["message"]
        assert jobs.remind() == 0
    assert reminded() == []


def test_only_the_secretary_asks_and_only_while_voting_is_open(world: World):
    [owner] = world.owners(1)
    path = world.announced()
    assert code(ask(world, path)) == (409, "wrong_meeting_state")
    steward = world.official(Role.STEWARD, world.compound)
    with at(THREE_DAYS):
        for person in (owner, steward, world.supervisor):
            assert code(ask(world, path, person)) == (403, "forbidden")
        assert code(world.api(owner)("GET", f"{path}/reminders")) == (403, "forbidden")
        assert world.api(world.supervisor)("GET", f"{path}/reminders").json == {"items": []}
    assert reminded() == []


def test_a_message_that_waits_past_21_is_held_until_8_and_is_of_no_use_after_the_close(
    world: World, wechat: WeChat, settings: Settings
):
    [owner] = world.owners(1)
    world.announced()
    openid = wechat.phone()
    db.session.get_one(Account, owner.account_id).openid = openid
    wechat.accept(openid, "voting_reminder")
    record_accepts(owner.account_id, ["sim_voting_reminder"], ["sim_voting_reminder"])
    db.session.commit()
    with at(THREE_DAYS):
        assert jobs.remind() == 1
    with at(NIGHT):
        sender.drain(settings, Urgency.BULK)
        assert not any(one["template_id"] == "sim_voting_reminder" for one in wechat.inbox(openid))
    with at(THREE_DAYS + timedelta(hours=22)):
        sender.drain(settings, Urgency.BULK)
        assert [one["template_id"] for one in wechat.inbox(openid)] == ["sim_voting_reminder"]
    [message] = db.session.scalars(select(OutboxMessage).where(OutboxMessage.kind == "voting_reminder"))
    assert message.expires_at <= CLOSES
