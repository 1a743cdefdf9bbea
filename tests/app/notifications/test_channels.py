"""Two outside channels and the inbox: the order of the kind, what falls through, and one message a person."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select, update

from app.core import clock
from app.core.db import db
from app.core.ids import new_id
from app.core.queueing import Urgency
from app.core.settings import Settings
from app.core.unit_of_work import unit_of_work
from app.identity.models import Account, WeChatLogin
from app.notifications import followers, sender
from app.notifications.catalogue import Kind
from app.notifications.models import ChannelPause, OfficialFollower, OutboxMessage, SubscriptionCredit
from app.notifications.service import notify_one, record_accepts
from tasks import notifications as jobs
from tasks import wechat_events as event_jobs
from tests.support.pushes import Pusher
from tests.support.wechat import WeChat, fresh_number
from tests.support.world import START, World, at

SUBSCRIBE, OFFICIAL = "subscribe_message", "official_message"
SUBSCRIBE_PATH, OFFICIAL_PATH = "/cgi-bin/message/subscribe/send", "/cgi-bin/message/template/send"
LONG_TERM = "sim_long_term_application_decided"
NEWS_VALUES = {"title": "业主大会", "compound": "测试小区", "reason": "公告有误", "cancelled_at": START}
ANSWER_VALUES = {"subject": "绑定房屋", "outcome": "已通过", "hint": "可以投票了", "decided_at": START}
PAGE = {"compound_id": UUID(int=1), "meeting_id": UUID(int=2)}


class Resident:
    """An account whose phone may follow the official account and may have accepted templates."""

    def __init__(self, world: World, wechat: WeChat, settings: Settings, *, follows: bool, accepts: int) -> None:
        self.world, self.wechat, self.settings = world, wechat, settings
        self.phone = wechat.post("phones", {"phone_number": fresh_number()})
        self.openid, self.account_id = self.phone["openid"], new_id()
        now = clock.now()
        db.session.add(Account(id=self.account_id, openid=self.openid, created_at=now))
        login = {"openid": self.openid, "unionid": self.phone["unionid"], "account_id": self.account_id}
        db.session.add(WeChatLogin(**login, created_at=now))
        if follows:
            wechat.post(f"phones/{self.openid}/follow")
            followers.change(self.phone["official_openid"], now, follows=True)
        for kind in ("application_decided", "meeting_cancelled"):
            for _ in range(accepts):
                wechat.accept(self.openid, kind)
                record_accepts(self.account_id, [f"sim_{kind}"], [f"sim_{kind}"])
        db.session.commit()
        jobs.match_followers()

    def tell(self, kind: Kind = Kind.MEETING_CANCELLED) -> None:
        values: Any = NEWS_VALUES if kind is Kind.MEETING_CANCELLED else ANSWER_VALUES
        with unit_of_work():
            notify_one(self.world.compound, kind, new_id(), values, self.account_id, PAGE)
        self.drain()

    def drain(self) -> None:
        for urgency in Urgency:
            sender.drain(self.settings, urgency)

    @property
    def messages(self) -> list[OutboxMessage]:
        db.session.expire_all()
        mine = select(OutboxMessage).where(OutboxMessage.account_id == self.account_id)
        return list(db.session.scalars(mine.order_by(OutboxMessage.id)))

    @property
    def message(self) -> OutboxMessage:
        [only] = self.messages
        return only

    @property
    def trail(self) -> list[tuple[str, str]]:
        return [(entry["channel"], entry["outcome"]) for entry in self.message.trail]

    @property
    def inbox(self) -> list[str]:
        return [message["channel"] for message in self.wechat.inbox(self.openid)]

    def credits(self, kind: str = "meeting_cancelled") -> int:
        found = db.session.get(SubscriptionCredit, (self.account_id, f"sim_{kind}"))
        return found.credits if found else 0


@pytest.fixture
def make(world: World, wechat: WeChat, settings: Settings) -> Iterator[Any]:
    def resident(*, follows: bool = True, accepts: int = 1, **changes: Any) -> Resident:
        return Resident(world, wechat, settings.model_copy(update=changes), follows=follows, accepts=accepts)

    yield resident
    db.session.rollback()


@pytest.mark.parametrize(
    ("kind", "follows", "accepts", "taken_by"),
    [
        (Kind.MEETING_CANCELLED, True, 1, OFFICIAL),
        (Kind.MEETING_CANCELLED, True, 0, OFFICIAL),
        (Kind.MEETING_CANCELLED, False, 1, SUBSCRIBE),
        (Kind.APPLICATION_DECIDED, True, 1, SUBSCRIBE),
        (Kind.APPLICATION_DECIDED, True, 0, OFFICIAL),
        (Kind.APPLICATION_DECIDED, False, 1, SUBSCRIBE),
    ],
)
def test_a_message_takes_the_first_channel_of_its_kind_that_is_open(
    make: Any, kind: Kind, follows: bool, accepts: int, taken_by: str
):
    resident = make(follows=follows, accepts=accepts)
    resident.tell(kind)
    assert (resident.message.state, resident.message.channel) == ("sent", taken_by)
    assert resident.inbox == [taken_by.split("_")[0]]
    assert resident.credits(kind) == accepts - (taken_by == SUBSCRIBE), "an accept that was not needed is kept"


def test_without_any_open_channel_the_inbox_has_it_alone(make: Any):
    resident = make(follows=False, accepts=0)
    resident.tell()
    assert (resident.message.state, resident.message.outcome) == ("refused", "not_subscribed")
    assert resident.trail == [(OFFICIAL, "not_a_follower"), (SUBSCRIBE, "not_subscribed")]
    assert resident.inbox == []


@pytest.mark.parametrize("errcode", [43004, 40037, 47003, 45009, 40164])
def test_what_one_channel_refuses_the_next_one_takes_at_once(make: Any, errcode: int):
    resident = make()
    resident.wechat.fails(path=OFFICIAL_PATH, errcode=errcode)
    resident.tell()
    assert (resident.message.state, resident.message.channel) == ("sent", SUBSCRIBE)
    assert resident.trail == [(OFFICIAL, f"wechat_{errcode}"), (SUBSCRIBE, "ok")]
    assert (resident.inbox, resident.credits()) == (["subscribe"], 0)


def test_a_refused_subscribe_message_goes_to_the_follower_and_clears_the_ledger(make: Any):
    resident = make()
    resident.wechat.fails(path=SUBSCRIBE_PATH, errcode=43101)
    resident.tell(Kind.APPLICATION_DECIDED)
    assert (resident.message.state, resident.message.channel) == ("sent", OFFICIAL)
    assert (resident.inbox, resident.credits("application_decided")) == (["official"], 0)


def test_a_parked_channel_rests_for_all_and_the_other_serves_meanwhile(make: Any):
    first, second = make(), make()
    first.wechat.fails(path=OFFICIAL_PATH, errcode=45009)
    first.tell()
    first.wechat.reset()
    second.tell()
    assert db.session.scalars(select(ChannelPause.channel)).all() == [OFFICIAL]
    assert (second.trail, second.inbox) == ([(SUBSCRIBE, "ok")], ["subscribe"])


def test_where_only_the_parked_channel_is_left_the_message_waits_for_the_next_day(make: Any):
    resident = make(accepts=0)
    resident.wechat.fails(path=OFFICIAL_PATH, errcode=45009)
    resident.tell()
    resident.wechat.reset()
    assert (resident.message.state, resident.message.outcome) == ("created", "wechat_45009")
    with at(START + timedelta(days=1)):
        resident.drain()
    assert (resident.message.state, resident.inbox) == ("sent", ["official"])


@pytest.mark.parametrize("errcode", [43101, 47003])
def test_what_the_other_channel_refuses_meanwhile_waits_for_the_parked_one(make: Any, errcode: int):
    first, second = make(), make()
    first.wechat.fails(path=OFFICIAL_PATH, errcode=45009)
    first.tell()
    first.wechat.fails(path=SUBSCRIBE_PATH, errcode=errcode)
    second.tell()
    assert (second.message.state, second.trail) == ("created", [(SUBSCRIBE, f"wechat_{errcode}")])
    assert second.message.due_at > START + timedelta(hours=1), "it does not ask again and again meanwhile"
    assert second.credits() == (0 if errcode == 43101 else 1)
    with at(START + timedelta(days=1)):
        second.drain()
    assert (second.message.state, second.inbox) == ("sent", ["official"])


@pytest.mark.parametrize(("errcode", "resting"), [(43107, SUBSCRIBE), (43116, f"{SUBSCRIBE}:sim_application_decided")])
def test_a_ban_lets_channel_or_template_rest_and_the_message_goes_when_it_is_lifted(
    make: Any, errcode: int, resting: str
):
    first, second = make(follows=False), make(follows=False)
    first.wechat.fails(path=SUBSCRIBE_PATH, errcode=errcode)
    first.tell(Kind.APPLICATION_DECIDED)
    assert (first.message.state, first.message.outcome) == ("created", f"wechat_{errcode}")
    assert first.credits("application_decided") == 1, "its accept is kept for it"
    assert db.session.scalars(select(ChannelPause.channel)).all() == [resting]
    first.wechat.reset()
    second.tell(Kind.APPLICATION_DECIDED)
    assert (second.message.state, second.trail) == ("created", []), "nothing is asked of what rests"
    with at(START + timedelta(minutes=6)):
        first.drain()
    assert [one.message.state for one in (first, second)] == ["sent", "sent"]
    assert [one.inbox for one in (first, second)] == [["subscribe"], ["subscribe"]]


def test_a_ban_on_one_template_stops_no_other(make: Any):
    first, second = make(follows=False), make(follows=False)
    first.wechat.fails(path=SUBSCRIBE_PATH, errcode=43116)
    first.tell(Kind.APPLICATION_DECIDED)
    first.wechat.reset()
    second.tell(Kind.MEETING_CANCELLED)
    assert (second.message.state, second.inbox) == ("sent", ["subscribe"])


@pytest.mark.parametrize("errcode", [43107, 43116])
def test_what_is_banned_goes_to_a_follower_by_the_other_channel(make: Any, errcode: int):
    resident = make()
    resident.wechat.fails(path=SUBSCRIBE_PATH, errcode=errcode)
    resident.tell(Kind.APPLICATION_DECIDED)
    assert (resident.message.state, resident.inbox) == ("sent", ["official"])
    assert resident.credits("application_decided") == 1


def test_a_busy_channel_is_tried_again_and_passed_over_at_the_third_attempt(make: Any):
    resident = make()
    resident.wechat.fails(path=OFFICIAL_PATH, errcode=-1)
    resident.tell()
    assert (resident.message.state, resident.inbox, resident.credits()) == ("created", [], 1)
    for minute in (1, 2):
        with at(START + timedelta(minutes=minute)):
            resident.drain()
    assert resident.trail == [(OFFICIAL, "wechat_-1")] * 3 + [(SUBSCRIBE, "ok")]
    assert resident.inbox == ["subscribe"]


def test_a_lost_answer_of_the_official_account_is_asked_for_again_and_makes_one_message(make: Any):
    resident = make()
    resident.wechat.fails(path=OFFICIAL_PATH, lose_reply=True, count=2)
    resident.tell()
    assert (resident.message.state, resident.inbox) == ("sent", ["official"])


@pytest.mark.parametrize("errcode", [-1, 43004, 45009])
def test_a_refusal_after_a_lost_answer_leaves_the_doubt_and_nothing_else_is_tried(make: Any, errcode: int):
    resident = make()
    lost = {"path": OFFICIAL_PATH, "lose_reply": True, "count": 1}
    refused = {"path": OFFICIAL_PATH, "errcode": errcode, "after": 1}
    assert resident.wechat.http.put("/_sim/faults", json={"seed": 1, "rules": [lost, refused]}).status_code == 200
    resident.tell()
    assert (resident.message.state, resident.inbox) == ("sending", ["official"])
    with at(START + timedelta(days=1)):
        resident.drain()
    assert (resident.inbox, resident.credits()) == (["official"], 1)


@pytest.mark.parametrize("path", [OFFICIAL_PATH, SUBSCRIBE_PATH])
def test_where_no_answer_comes_nothing_else_is_tried_since_it_may_have_arrived(make: Any, path: str):
    resident = make()
    resident.wechat.fails(path=path, lose_reply=True)
    resident.tell(Kind.MEETING_CANCELLED if path == OFFICIAL_PATH else Kind.APPLICATION_DECIDED)
    assert resident.message.state == "sending"
    assert len(resident.inbox) == 1


def test_a_follower_who_blocks_messages_gets_it_by_the_other_channel(make: Any, world: World, settings: Settings):
    resident = make()
    resident.wechat.http.delete(f"/_sim/phones/{resident.openid}/official-messages")
    resident.tell()
    assert (resident.message.state, resident.message.channel, resident.inbox) == ("sent", OFFICIAL, [])
    finish(resident, world, settings, "failed:user block")
    assert (resident.message.state, resident.inbox) == ("created", [])
    resident.drain()
    said = [(OFFICIAL, "ok"), (OFFICIAL, "failed:user block"), (OFFICIAL, "not_a_follower"), (SUBSCRIBE, "ok")]
    assert resident.trail == said
    assert (resident.message.state, resident.inbox) == ("sent", ["subscribe"])
    resident.tell()
    assert resident.messages[-1].outcome == "not_subscribed", "and the account is not tried in vain again"


def finish(resident: Resident, world: World, settings: Settings, status: str, times: int = 1) -> None:
    """WeChat pushes what became of the message of the official account."""
    pusher = Pusher(world.application, settings)
    event = {"MsgID": resident.messages[0].msgid, "Status": status}
    for number in range(times):
        plain = pusher.event("TEMPLATESENDJOBFINISH", resident.phone["official_openid"], age_s=number, **event)
        assert pusher.push(plain, appid=settings.secrets["wechat_official_appid"]).status_code == 200
    event_jobs.sweep()


def test_the_end_of_a_job_is_heard_once_and_a_success_changes_nothing(make: Any, world: World, settings: Settings):
    resident = make()
    resident.tell()
    finish(resident, world, settings, "success")
    assert resident.message.state == "sent"
    finish(resident, world, settings, "failed: system failed", times=3)
    resident.drain()
    assert [entry for entry in resident.trail if entry[1].startswith("failed")] == [(OFFICIAL, "failed: system failed")]
    assert resident.inbox == ["subscribe", "official"], "WeChat itself said that the first had not arrived"


def test_a_failure_that_is_told_before_the_message_is_recorded_is_heard_again(
    make: Any, world: World, settings: Settings
):
    resident = make()
    resident.tell()
    [message] = resident.messages
    msgid = message.msgid
    message.state, message.msgid, message.channel = "sending", None, None  # as while WeChat's answer is on its way
    db.session.commit()
    pusher = Pusher(world.application, settings)
    event = {"MsgID": msgid, "Status": "failed: system failed"}
    pusher.push(
        pusher.event("TEMPLATESENDJOBFINISH", resident.phone["official_openid"], **event),
        appid=settings.secrets["wechat_official_appid"],
    )
    event_jobs.sweep()
    assert resident.message.state == "sending"
    message = resident.message
    message.state, message.msgid, message.channel = "sent", msgid, OFFICIAL
    db.session.commit()
    with at(START + timedelta(seconds=5)):
        event_jobs.sweep()
        resident.drain()
    assert (resident.message.state, resident.message.channel) == ("sent", SUBSCRIBE)


def sent_event(resident: Resident, world: World, settings: Settings, msgid: str, code: str = "0", **more: Any) -> str:
    pusher = Pusher(world.application, settings)
    item = {"TemplateId": "sim_application_decided", "MsgID": msgid, "ErrorCode": code, "ErrorStatus": "x"}
    pusher.push(pusher.event("subscribe_msg_sent_event", resident.openid, "SubscribeMsgSentEvent", List=[item], **more))
    event_jobs.sweep()
    return resident.messages[0].state


def test_the_sent_event_settles_a_doubt(make: Any, world: World, settings: Settings):
    resident = make(follows=False)
    resident.wechat.fails(path=SUBSCRIBE_PATH, lose_reply=True)
    resident.tell(Kind.APPLICATION_DECIDED)
    assert resident.message.state == "sending"
    assert sent_event(resident, world, settings, "77") == "sent"
    assert (resident.message.outcome, resident.message.msgid) == ("confirmed_by_event", "77")
    assert resident.credits("application_decided") == 0


def test_where_an_event_could_mean_two_messages_the_doubt_stays(make: Any, world: World, settings: Settings):
    resident = make(follows=False, accepts=2)
    resident.wechat.fails(path=SUBSCRIBE_PATH, lose_reply=True)
    resident.tell(Kind.APPLICATION_DECIDED)
    with at(START + timedelta(minutes=2)):
        resident.tell(Kind.APPLICATION_DECIDED)
        assert sent_event(resident, world, settings, "78") == "sending"
    assert [message.state for message in resident.messages] == ["sending", "sending"]


def test_the_event_about_another_message_settles_no_doubt(make: Any, world: World, settings: Settings):
    resident = make(follows=False, accepts=2)
    resident.wechat.fails(path=SUBSCRIBE_PATH, lose_reply=True)
    resident.tell(Kind.APPLICATION_DECIDED)
    resident.wechat.reset()
    with at(START + timedelta(minutes=2)):
        resident.tell(Kind.APPLICATION_DECIDED)
        db.session.execute(update(OutboxMessage).where(OutboxMessage.id == resident.messages[1].id).values(msgid="79"))
        db.session.commit()
        assert sent_event(resident, world, settings, "79") == "sending"


def test_an_old_event_settles_no_new_doubt(make: Any, world: World, settings: Settings):
    resident = make(follows=False)
    resident.wechat.fails(path=SUBSCRIBE_PATH, lose_reply=True)
    with at(START + timedelta(hours=1)):
        resident.tell(Kind.APPLICATION_DECIDED)
        assert sent_event(resident, world, settings, "80", age_s=1800) == "sending"


def test_a_long_term_template_needs_no_accept_counted_and_stops_at_a_refusal(make: Any):
    resident = make(
        follows=False,
        accepts=0,
        wechat_template_ids={"application_decided": LONG_TERM},
        wechat_long_term_templates=[LONG_TERM],
    )
    resident.wechat.post(f"phones/{resident.openid}/accept", {"template_ids": [LONG_TERM]})
    for _ in range(3):
        resident.tell(Kind.APPLICATION_DECIDED)
    assert resident.inbox == ["subscribe"] * 3
    resident.wechat.post(f"phones/{resident.openid}/switch-off", {"template_ids": [LONG_TERM]})
    for _ in range(2):
        resident.tell(Kind.APPLICATION_DECIDED)
    outcomes = [message.outcome for message in resident.messages]
    assert outcomes == ["ok", "ok", "ok", "wechat_43101", "switched_off"]
    with at(START + timedelta(minutes=1)):
        resident.wechat.post(f"phones/{resident.openid}/accept", {"template_ids": [LONG_TERM]})
        record_accepts(resident.account_id, [LONG_TERM], [LONG_TERM])
        db.session.commit()
        resident.tell(Kind.APPLICATION_DECIDED)
    assert resident.messages[-1].state == "sent"


def test_without_an_official_account_nothing_is_said_of_it(make: Any):
    bare = {"database_url": "x", "wechat_official_appid": "", "wechat_template_ids": {"meeting_cancelled": "t"}}
    resident = make(accepts=0, **bare)
    resident.settings.__dict__.pop("secrets", None)
    resident.tell()
    assert resident.trail == [(SUBSCRIBE, "not_subscribed")]


def follower(openid: str) -> OfficialFollower | None:
    db.session.expire_all()
    return db.session.get(OfficialFollower, openid)


def test_following_and_unfollowing_are_heard_in_whatever_order(make: Any, world: World, settings: Settings):
    resident = make(follows=False)
    resident.wechat.post(f"phones/{resident.openid}/follow")
    openid, pusher = resident.phone["official_openid"], Pusher(world.application, settings, "xml")
    for name, age_s in (("subscribe", 60), ("unsubscribe", 120)):  # the earlier one comes later
        pusher.push(
            pusher.event(name, openid, EventKey="", age_s=age_s), appid=settings.secrets["wechat_official_appid"]
        )
        event_jobs.sweep()
    jobs.match_followers()
    known = follower(openid)
    assert known is not None
    assert (known.unionid, known.unfollowed_at) == (resident.phone["unionid"], None)
    pusher.push(pusher.event("unsubscribe", openid, EventKey=""), appid=settings.secrets["wechat_official_appid"])
    event_jobs.sweep()
    assert follower(openid).unfollowed_at == START  # type: ignore[union-attr]


def test_the_list_of_followers_finds_whose_event_was_lost(make: Any):
    came, went, stranger = make(follows=False), make(), make(follows=False)
    came.wechat.post(f"phones/{came.openid}/follow")
    went.wechat.post(f"phones/{went.openid}/unfollow")
    with at(START + timedelta(hours=1)):
        assert jobs.read_followers() >= 1
        jobs.match_followers()
    assert follower(came.phone["official_openid"]).unionid == came.phone["unionid"]  # type: ignore[union-attr]
    assert follower(went.phone["official_openid"]).unfollowed_at is not None  # type: ignore[union-attr]
    assert follower(stranger.phone["official_openid"]) is None


def test_a_refusal_while_the_list_is_read_changes_nothing(make: Any):
    resident = make()
    resident.wechat.fails(path="*", errcode=-1)
    with at(START + timedelta(hours=1)):
        assert jobs.read_followers() == 0
    assert follower(resident.phone["official_openid"]).unfollowed_at is None  # type: ignore[union-attr]


def test_under_faults_on_both_channels_everybody_gets_one_message_over_one_of_them(make: Any, wechat: WeChat):
    """Busy one time in five, an invalid token now and then, answers of the official account lost: 30 people."""
    people = [make(follows=number % 3 != 0, accepts=1 if number % 3 != 1 else 0) for number in range(30)]
    rules = [
        {"path": OFFICIAL_PATH, "errcode": -1, "probability": 0.2},
        {"path": SUBSCRIBE_PATH, "errcode": -1, "probability": 0.2},
        {"path": OFFICIAL_PATH, "errcode": 40001, "probability": 0.1},
        {"path": OFFICIAL_PATH, "lose_reply": True, "probability": 0.2},
        {"path": SUBSCRIBE_PATH, "drop_connection": True, "probability": 0.05},
    ]
    assert wechat.http.put("/_sim/faults", json={"seed": 7, "rules": rules}).status_code == 200
    for person in people:
        with unit_of_work():
            notify_one(person.world.compound, Kind.MEETING_CANCELLED, new_id(), NEWS_VALUES, person.account_id, PAGE)
    for minute in range(12):
        with at(START + timedelta(minutes=10 * minute)):
            people[0].drain()
    got = [len(person.inbox) for person in people]
    states = [person.message.state for person in people]
    assert set(states) <= {"sent", "sending"}, "each is final, or in doubt and shown"
    assert all(number <= 1 for number in got)
    assert all(number == 1 for number, state in zip(got, states, strict=True) if state == "sent")
    kept = [person.credits() for person in people if person.message.channel == OFFICIAL and person.credits()]
    assert kept, "who follows keeps the accept"
