"""So many at a time, in the order in which they come."""

import time
from concurrent.futures import Future, ThreadPoolExecutor
from threading import Event

import pytest

from app.core.in_order import InOrder

LONG_S = 10


def wait_until(gate: InOrder, waiting: int) -> None:
    """Until so many wait at the gate."""
    deadline = time.monotonic() + LONG_S
    while gate.waiting != waiting:
        assert time.monotonic() < deadline
        time.sleep(0.001)


def test_those_who_wait_go_in_in_the_order_in_which_they_came():
    gate, inside = InOrder(2, LONG_S), list[int]()

    def enter(number: int) -> None:
        with gate:
            inside.append(number)

    with ThreadPoolExecutor(6) as threads, gate:
        with gate:
            coming = list[Future[None]]()
            for number in range(6):
                coming.append(threads.submit(enter, number))
                wait_until(gate, number + 1)
            assert not inside, "two are inside already"
        for one in coming:
            one.result(LONG_S)
    assert inside == [0, 1, 2, 3, 4, 5]


def test_whoever_has_waited_long_enough_goes_in_beside_the_others():
    gate, entered, leave = InOrder(1, 0.01), Event(), Event()

    def enter() -> None:
        with gate:
            entered.set()
            leave.wait(LONG_S)

    with ThreadPoolExecutor(2) as threads:
        with gate:
            impatient = threads.submit(enter)
            assert entered.wait(LONG_S)
            assert gate.waiting == 0
        leave.set()
        impatient.result(LONG_S)
        assert_is_of_one(gate)


def test_an_error_inside_gives_the_place_back():
    gate = InOrder(1, LONG_S)
    with pytest.raises(ValueError, match="inside"), gate:
        raise ValueError("inside")
    assert_is_of_one(gate)


def assert_is_of_one(gate: InOrder) -> None:
    """One is let in at once, and no more than one."""
    with ThreadPoolExecutor(1) as threads:
        with gate:
            other = threads.submit(gate.__enter__)
            wait_until(gate, 1)
        other.result(LONG_S)
        gate.__exit__(None, None, None)
