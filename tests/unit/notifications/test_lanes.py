"""The threads that send: whatever is put is taken, and critical messages wait for no others."""

import threading
import time
from types import SimpleNamespace
from typing import Any

import pytest
from flask import Flask, has_app_context

from app.core.queueing import Urgency
from app.notifications.outbox.lanes import STOCK, Lanes


def lanes(threads: int, deliver: Any) -> Lanes:
    return Lanes(threads, lambda _: None, deliver, on_finished=lambda: None)


def some(number: int) -> Any:
    return [SimpleNamespace(message=place, parks=False) for place in range(number)]


@pytest.mark.parametrize("urgency", Urgency)
def test_each_message_that_is_put_by_itself_is_taken_at_once(urgency: Urgency):
    """Also when the thread that would wake first serves critical messages alone."""
    taken = threading.Semaphore(0)

    def deliver(prepared: Any) -> Any:
        taken.release()
        return prepared

    sending = lanes(4, deliver)
    time.sleep(0.05)  # every thread waits
    for number in range(15):
        sending.put(urgency, some(1))
        assert taken.acquire(timeout=2), f"message {number} lies there"
    sending.close()


def test_a_thread_that_sends_has_no_way_to_the_database():
    """However long WeChat takes, no connection is held meanwhile: sessions belong to an application's context."""
    sessions: list[bool] = []

    def deliver(prepared: Any) -> Any:
        sessions.append(has_app_context())
        return prepared

    with Flask("app").app_context():
        sending = lanes(2, deliver)
        sending.put(Urgency.BULK, some(6))
        deadline = time.monotonic() + 2
        while len(sessions) < 6 and time.monotonic() < deadline:
            time.sleep(0.01)
        sending.close()
    assert sessions == [False] * 6


def test_critical_messages_are_claimed_beside_a_full_lane_but_not_without_end():
    gate = threading.Event()

    def deliver(prepared: Any) -> Any:
        gate.wait(5)
        return prepared

    sending = lanes(4, deliver)
    sending.put(Urgency.BULK, some(4 * STOCK))
    assert (sending.room(Urgency.BULK), sending.room(Urgency.CRITICAL)) == (0, 4)
    sending.put(Urgency.CRITICAL, some(9))
    time.sleep(0.05)
    assert sending.room(Urgency.CRITICAL) <= 0, "a flood of critical messages stays in the outbox"
    gate.set()
    sending.close()


def test_once_a_channel_is_to_rest_nothing_more_is_begun_until_the_rest_was_withdrawn():
    """However late the sender comes to it: each message more would be one more call that WeChat refuses."""
    begun: list[int] = []

    def deliver(prepared: Any) -> Any:
        begun.append(prepared.message)
        return SimpleNamespace(parks=prepared.message == 0)

    sending = lanes(1, deliver)
    sending.put(Urgency.BULK, some(3))
    time.sleep(0.1)
    assert begun == [0]
    assert len(sending.finished()) == 1
    assert [prepared.message for prepared in sending.withdraw()] == [1, 2]
    sending.put(Urgency.BULK, some(2)[1:])
    sending.close()
    assert begun == [0, 1]


def test_a_second_answer_of_that_kind_halts_them_too_though_the_first_has_been_dealt_with():
    """It may come between the sender's look at what has finished and its withdrawing: of another channel, say."""
    gates = {0: threading.Event(), 1: threading.Event()}
    begun: list[int] = []

    def deliver(prepared: Any) -> Any:
        begun.append(prepared.message)
        if gate := gates.get(prepared.message):
            gate.wait(5)
        return SimpleNamespace(parks=prepared.message in gates)

    sending = lanes(2, deliver)
    sending.put(Urgency.BULK, some(3))
    time.sleep(0.05)  # both threads have begun
    gates[0].set()
    time.sleep(0.05)
    assert len(sending.finished()) == 1
    gates[1].set()
    time.sleep(0.05)
    assert [prepared.message for prepared in sending.withdraw()] == [2]
    sending.put(Urgency.BULK, some(4)[3:])
    time.sleep(0.05)
    assert sorted(begun) == [0, 1], "the sender does not know yet that the second channel rests"
    assert len(sending.finished()) == 1
    sending.withdraw()
    sending.put(Urgency.BULK, some(5)[4:])
    sending.close()
    assert sorted(begun) == [0, 1, 4]
