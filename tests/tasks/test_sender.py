"""A real sender process: it stops clean, serves critical messages first, and finds what Redis lost."""

import signal
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

from flask import current_app
from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from app.core import queueing
from app.core.db import db
from app.core.ids import new_id
from app.core.queueing import Urgency
from app.core.settings import Settings
from app.core.unit_of_work import unit_of_work
from app.identity.models import Account
from app.notifications import sender
from app.notifications.catalogue import CATALOGUE, Kind
from app.notifications.models import OutboxMessage, SubscriptionCredit
from app.notifications.service import notify_all
from app.org.models import OrgKind, OrgUnit
from tests.support.forking import Running, start
from tests.support.processes import environment
from tests.support.wechat import WeChat

SEND = "/cgi-bin/message/subscribe/send"
BULK, NORMAL, CRITICAL = Kind.MEETING_ANNOUNCED, Kind.APPLICATION_DECIDED, Kind.BOOKING_CANCELLED
THREADS = 4


class Compound:
    """Residents with phones at the simulator who have accepted three messages of each kind."""

    def __init__(self, wechat: WeChat, residents: int) -> None:
        self.id, self.wechat = new_id(), wechat
        self.people = {new_id(): wechat.phone() for _ in range(residents)}
        now = datetime.now(UTC)
        kinds = (BULK, NORMAL, CRITICAL)
        with unit_of_work():
            db.session.add(OrgUnit(id=self.id, kind=OrgKind.COMPOUND, name="小区", created_at=now))
            for account_id, openid in self.people.items():
                db.session.add(Account(id=account_id, openid=openid, created_at=now))
                credits = [{"account_id": account_id, "template_id": f"sim_{kind}", "credits": 3} for kind in kinds]
                db.session.execute(insert(SubscriptionCredit).values([{**one, "updated_at": now} for one in credits]))
        for openid in self.people.values():
            for _ in range(3):
                wechat.accept(openid, *kinds)

    def tell(self, kind: Kind, residents: int | None = None) -> None:
        fields = CATALOGUE[kind].fields
        values = {name: datetime.now(UTC) if field[:4] == "time" else "测试" for name, field in fields.items()}
        chosen = list(self.people)[:residents]
        pages = dict.fromkeys(("compound_id", "meeting_id", "slot_id"), self.id)
        with unit_of_work():
            notify_all(self.id, kind, new_id(), values, select(Account.id).where(Account.id.in_(chosen)), pages)

    def states(self, kind: Kind | None = None) -> Counter[str]:
        found = select(OutboxMessage.state).where((OutboxMessage.kind == kind) if kind else OutboxMessage.kind != "")
        with unit_of_work():
            return Counter(db.session.scalars(found))

    def arrived(self) -> list[int]:
        return [len(self.wechat.inbox(openid)) for openid in self.people.values()]


@contextmanager
def running(settings: Settings) -> Iterator[Running]:
    process = start("tasks.sender", environment=environment(settings) | {"SEND_THREADS": str(THREADS)})
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def until(reached: Callable[[], bool], seconds: float = 60) -> None:
    deadline = time.monotonic() + seconds
    while not reached():
        assert time.monotonic() < deadline, "it took too long"
        time.sleep(0.02)


def test_a_sender_that_is_asked_to_stop_finishes_what_is_under_way_and_gives_the_rest_back(
    own: Settings, wechat: WeChat
):
    compound = Compound(wechat, residents=16)
    wechat.fails(path=SEND, latency_ms=500, probability=1)
    compound.tell(NORMAL)
    with running(own) as process:
        until(lambda: compound.states()["sending"] > 0)
        process.send_signal(signal.SIGTERM)
        assert process.wait(15) == 0
    left = compound.states()
    assert set(left) == {"created", "sent"}, "nothing is in doubt"
    assert sum(compound.arrived()) == left["sent"] > 0
    wechat.reset()
    with running(own):
        until(lambda: compound.states() == {"sent": 16})
    assert compound.arrived() == [1] * 16


def test_a_critical_message_does_not_wait_for_a_fan_out(own: Settings, wechat: WeChat):
    compound = Compound(wechat, residents=48)
    wechat.fails(path=SEND, latency_ms=600, probability=1)
    compound.tell(BULK)
    with running(own):
        until(lambda: compound.states(BULK)["sent"] > 0)
        compound.tell(CRITICAL, residents=1)
        until(lambda: compound.states(CRITICAL) == {"sent": 1}, seconds=3)
        assert compound.states(BULK)["created"] > 0, "the fan-out still goes on"


def test_a_message_whose_bell_was_lost_with_redis_is_found(own: Settings, wechat: WeChat):
    compound = Compound(wechat, residents=1)
    with running(own):
        until(lambda: any(one.kind == queueing.SENDER for one in queueing.processes()))
        queueing.configure("redis://127.0.0.1:1/0")
        try:
            compound.tell(NORMAL)
        finally:
            queueing.configure(own.effective_redis_url)
        until(lambda: compound.states() == {"sent": 1}, seconds=10)


def test_two_senders_never_have_two_messages_of_one_person_under_way(own: Settings, wechat: WeChat):
    compound = Compound(wechat, residents=6)
    for _ in range(3):
        compound.tell(NORMAL)
    wechat.fails(path=SEND, latency_ms=30, probability=1)
    application, ready = current_app._get_current_object(), threading.Barrier(2)  # type: ignore[attr-defined]

    def send() -> None:
        with application.app_context():
            ready.wait()
            while sender.drain(own, Urgency.NORMAL):
                pass

    threads = [threading.Thread(target=send) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    until(lambda: sender.drain(own, Urgency.NORMAL) == 0)
    with unit_of_work():
        rows = db.session.execute(select(OutboxMessage.state, OutboxMessage.attempts)).all()
    assert Counter((state, attempts) for state, attempts in rows) == {("sent", 1): 18}, "no call met another (43108)"
    assert compound.arrived() == [3] * 6


def test_a_sender_of_critical_messages_alone_does_not_pass_for_the_one_that_serves_all(own: Settings):
    """Otherwise nobody would be told that everything else lies still."""
    next(queueing.listening([Urgency.CRITICAL]))
    assert [one.kind for one in queueing.processes()] == [queueing.PARTIAL_SENDER]
    queueing.farewell(queueing.PARTIAL_SENDER)
    next(queueing.listening(list(Urgency)))
    assert [one.kind for one in queueing.processes()] == [queueing.SENDER]
    queueing.farewell(queueing.SENDER)
