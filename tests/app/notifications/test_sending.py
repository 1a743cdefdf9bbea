"""From the outbox to the phone, through WeChat's real protocol."""

from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import select, update

from app.core import clock
from app.core.db import db
from app.core.ids import new_id
from app.core.queueing import Urgency
from app.core.settings import Settings
from app.core.unit_of_work import unit_of_work
from app.identity.actor import Actor
from app.identity.models import Account
from app.notifications import sender
from app.notifications.catalogue import Kind
from app.notifications.inbox import OF_ANOTHER_VERSION, list_messages
from app.notifications.models import OutboxMessage, SubscriptionCredit
from app.notifications.outbox import pacing
from app.notifications.service import notify_one, record_accepts
from tests.support.wechat import WeChat
from tests.support.world import START, World, at

TEMPLATE = "sim_application_decided"
VALUES = {"subject": "绑定房屋", "outcome": "已通过", "hint": "可以投票了", "decided_at": START}


class Resident:
    """An account with a phone at the simulator."""

    def __init__(self, world: World, wechat: WeChat, accepts: int = 1) -> None:
        self.world, self.wechat, self.openid = world, wechat, wechat.phone()
        self.account_id = new_id()
        db.session.add(Account(id=self.account_id, openid=self.openid, created_at=clock.now()))
        for _ in range(accepts):
            wechat.accept(self.openid, "application_decided")
            record_accepts(self.account_id, [TEMPLATE], [TEMPLATE])
        db.session.commit()

    def notify(self, subject: UUID | None = None) -> UUID:
        subject = subject or new_id()
        with unit_of_work():
            notify_one(self.world.compound, Kind.APPLICATION_DECIDED, subject, VALUES, self.account_id, {})
        return subject

    def messages(self) -> list[OutboxMessage]:
        db.session.expire_all()
        found = select(OutboxMessage).where(OutboxMessage.account_id == self.account_id).order_by(OutboxMessage.id)
        return list(db.session.scalars(found))

    def credits(self) -> int:
        db.session.expire_all()
        return db.session.get_one(SubscriptionCredit, (self.account_id, TEMPLATE)).credits

    def inbox(self) -> int:
        return len(self.wechat.inbox(self.openid))


def states(resident: Resident) -> list[tuple[str, str | None]]:
    return [(message.state, message.outcome) for message in resident.messages()]


@pytest.fixture
def resident(world: World, wechat: WeChat) -> Resident:
    return Resident(world, wechat)


def drain(settings: Settings) -> int:
    return sender.drain(settings, Urgency.NORMAL)


def test_a_message_arrives_once_and_uses_one_accept(resident: Resident, settings: Settings):
    resident.notify()
    assert drain(settings) == 1
    assert drain(settings) == 0
    assert states(resident) == [("sent", "ok")]
    assert (resident.inbox(), resident.credits()) == (1, 0)
    [card] = resident.wechat.inbox(resident.openid)
    assert card["template_id"] == TEMPLATE
    assert "绑定房屋" in str(card["data"])


def test_the_same_cause_makes_one_message_however_often(resident: Resident, settings: Settings):
    subject = resident.notify()
    resident.notify(subject)
    assert len(resident.messages()) == 1
    drain(settings)
    assert resident.inbox() == 1


def test_a_message_is_written_with_its_cause_or_not_at_all(resident: Resident):
    def cause() -> None:
        with unit_of_work():
            notify_one(resident.world.compound, Kind.APPLICATION_DECIDED, new_id(), VALUES, resident.account_id, {})
            raise RuntimeError

    with pytest.raises(RuntimeError):
        cause()
    assert resident.messages() == []


def test_without_an_accept_nothing_is_sent(world: World, wechat: WeChat, settings: Settings):
    resident = Resident(world, wechat, accepts=0)
    resident.notify()
    assert drain(settings) == 0
    assert states(resident) == [("refused", "not_subscribed")]
    assert resident.inbox() == 0


def test_a_refusal_by_wechat_zeroes_the_ledger(world: World, wechat: WeChat, settings: Settings):
    resident = Resident(world, wechat, accepts=2)
    wechat.fails(path="/cgi-bin/message/subscribe/send", errcode=43101, probability=1)
    resident.notify()
    drain(settings)
    assert states(resident) == [("refused", "wechat_43101")]
    assert resident.credits() == 0


def test_a_busy_wechat_is_tried_again_later_and_keeps_the_accept(resident: Resident, settings: Settings):
    resident.wechat.fails(path="/cgi-bin/message/subscribe/send", errcode=-1, probability=1)
    resident.notify()
    drain(settings)
    assert states(resident) == [("created", "wechat_-1")]
    assert resident.credits() == 1
    resident.wechat.reset()
    assert drain(settings) == 0, "it is not due yet"
    with at(START + timedelta(seconds=10)):
        assert drain(settings) == 1
    assert states(resident) == [("sent", "ok")]
    assert resident.inbox() == 1


def test_a_message_that_never_gets_through_fails_in_the_end(resident: Resident, settings: Settings):
    resident.wechat.fails(path="/cgi-bin/message/subscribe/send", errcode=-1, probability=1)
    resident.notify()
    for attempt in range(pacing.MAX_ATTEMPTS):
        with at(START + timedelta(hours=2 * attempt)):
            drain(settings)
    assert states(resident) == [("failed", "wechat_-1")]


def test_a_used_up_quota_waits_for_the_next_day(resident: Resident, settings: Settings):
    resident.wechat.fails(path="/cgi-bin/message/subscribe/send", errcode=45009, probability=1)
    resident.notify()
    drain(settings)
    [message] = resident.messages()
    local = message.due_at.astimezone(clock.SHANGHAI)
    assert (message.state, local.day, local.hour) == ("created", START.astimezone(clock.SHANGHAI).day + 1, 0)


def test_a_lost_reply_is_left_in_doubt_and_not_sent_again(resident: Resident, settings: Settings):
    resident.wechat.fails(path="/cgi-bin/message/subscribe/send", lose_reply=True, probability=1)
    resident.notify()
    drain(settings)
    resident.wechat.reset()
    with at(START + timedelta(days=1)):
        drain(settings)
    assert states(resident) == [("sending", "no_answer")]
    assert resident.inbox() == 1


def test_an_invalid_token_is_replaced_once_and_the_message_arrives(resident: Resident, settings: Settings):
    resident.wechat.fails(path="/cgi-bin/message/subscribe/send", errcode=40001, probability=1, count=1)
    resident.notify()
    drain(settings)
    assert states(resident) == [("sent", "ok")]


def test_a_token_that_stays_invalid_ends_in_a_retry_and_not_in_a_loop(resident: Resident, settings: Settings):
    resident.wechat.fails(path="/cgi-bin/message/subscribe/send", errcode=40001, probability=1)
    resident.notify()
    drain(settings)
    assert states(resident) == [("created", "wechat_40001")]


def test_a_message_that_came_too_late_is_not_sent(resident: Resident, settings: Settings):
    resident.notify()
    with at(START + timedelta(days=8)):
        drain(settings)
    assert states(resident) == [("expired", "expired")]
    assert (resident.inbox(), resident.credits()) == (0, 1)


def test_a_kind_without_a_template_is_said_so(resident: Resident, settings: Settings):
    resident.notify()
    bare = settings.model_copy(update={"wechat_template_ids": {}, "database_url": "x"})
    sender.drain(bare, Urgency.NORMAL)
    assert states(resident) == [("failed", "no_template")]


def test_messages_of_one_person_are_sent_one_after_the_other(world: World, wechat: WeChat, settings: Settings):
    resident = Resident(world, wechat, accepts=5)
    for _ in range(5):
        resident.notify()
    wechat.fails(path="/cgi-bin/message/subscribe/send", latency_ms=30, probability=1)
    drain(settings)
    assert {state for state, _ in states(resident)} == {"sent"}
    assert resident.inbox() == 5


def test_a_worker_that_died_leaves_its_batch_in_sight(resident: Resident, settings: Settings):
    resident.notify()
    db.session.execute(
        update(OutboxMessage)
        .where(OutboxMessage.account_id == resident.account_id)
        .values(state="sending", claimed_at=clock.now())
    )
    db.session.commit()
    assert drain(settings) == 0
    assert states(resident) == [("sending", None)]


def test_an_unknown_template_cannot_be_accepted(world: World):
    [owner] = world.owners(1)
    refused = world.api(owner)("POST", "/me/subscriptions", {"template_ids": ["made-up"]})
    assert (refused.status_code, refused.json["error"]["code"]) == (422, "unknown_template")


def test_accepts_add_up(world: World):
    [owner] = world.owners(1)
    templates = [one["template_id"] for one in world.api()("GET", "/message-templates").json["items"]]
    for _ in range(2):
        assert world.api(owner)("POST", "/me/subscriptions", {"template_ids": templates[:3]}).status_code == 204
    ledger = select(SubscriptionCredit.credits).where(SubscriptionCredit.account_id == owner.account_id)
    assert db.session.scalars(ledger).all() == [2, 2, 2]


def test_a_token_that_cannot_be_had_costs_neither_the_message_nor_the_accept(resident: Resident, settings: Settings):
    resident.wechat.fails(path="/cgi-bin/stable_token", lose_reply=True, probability=1)
    resident.notify()
    drain(settings)
    assert states(resident) == [("created", "no_token_None")]
    assert resident.credits() == 1


@pytest.mark.parametrize("path", ["/cgi-bin/stable_token", "/cgi-bin/message/subscribe/send"])
def test_an_operators_mistake_waits_for_the_operator_however_long(resident: Resident, settings: Settings, path: str):
    resident.wechat.fails(path=path, errcode=40164, probability=1)
    resident.notify()
    for attempt in range(24):
        with at(START + timedelta(minutes=10 * attempt)):
            drain(settings)
    [message] = resident.messages()
    assert (message.state, message.attempts) == ("created", 0)
    resident.wechat.reset()
    with at(START + timedelta(hours=6)):
        drain(settings)
    assert states(resident) == [("sent", "ok")]


def test_a_used_up_quota_is_asked_for_once_and_not_by_every_message(world: World, wechat: WeChat, settings: Settings):
    settings = settings.model_copy(update={"send_threads": 32})
    residents = [Resident(world, wechat) for _ in range(3 * settings.send_threads)]
    for resident in residents:
        resident.notify()
    wechat.fails(path="/cgi-bin/message/subscribe/send", errcode=45009, probability=1)
    assert drain(settings) <= settings.send_threads, "what was on its way when the first answer came, and no more"


def test_a_message_of_another_version_does_not_stop_the_others(world: World, wechat: WeChat, settings: Settings):
    strange, usual = Resident(world, wechat), Resident(world, wechat)
    strange.notify()
    db.session.execute(
        update(OutboxMessage).where(OutboxMessage.account_id == strange.account_id).values(kind="of_the_future")
    )
    db.session.commit()
    usual.notify()
    drain(settings)
    assert states(strange) == [("failed", "cannot_be_rendered")]
    assert states(usual) == [("sent", "ok")]


@pytest.mark.parametrize("decided_at", ["9999-12-31T23:59:59+00:00", None, 7])
def test_a_message_that_cannot_be_rendered_stops_neither_the_others_nor_the_inbox(
    world: World, wechat: WeChat, settings: Settings, decided_at: str | int | None
):
    strange, usual = Resident(world, wechat), Resident(world, wechat)
    strange.notify()
    usual.notify()
    [message] = strange.messages()
    message.data = {**message.data, "decided_at": decided_at}
    db.session.commit()
    drain(settings)
    assert states(strange) == [("failed", "cannot_be_rendered")]
    assert states(usual) == [("sent", "ok")]
    page = list_messages(Actor(strange.account_id), None, 10, unread_only=False)
    assert [one.name for one in page.items] == [OF_ANOTHER_VERSION]


def test_an_outage_of_a_day_fails_no_message(resident: Resident, settings: Settings):
    resident.wechat.fails(path="/cgi-bin/message/subscribe/send", errcode=-1, probability=1)
    resident.notify()
    [message] = resident.messages()
    while message.due_at < START + timedelta(days=1):
        with at(message.due_at + timedelta(seconds=1)):
            drain(settings)
        [message] = resident.messages()
    assert states(resident) == [("created", "wechat_-1")]
    resident.wechat.reset()
    with at(message.due_at + timedelta(seconds=1)):
        drain(settings)
    assert (states(resident), resident.inbox()) == ([("sent", "ok")], 1)


def test_messages_in_doubt_are_reported(resident: Resident, settings: Settings):
    resident.wechat.fails(path="/cgi-bin/message/subscribe/send", lose_reply=True, probability=1)
    resident.notify()
    drain(settings)
    assert sender.report_in_doubt() == 0, "it may still be on its way"
    with at(START + timedelta(minutes=11)):
        assert sender.report_in_doubt() == 1
