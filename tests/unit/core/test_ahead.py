"""What a thread makes ahead of whoever takes it."""

import threading
from collections.abc import Iterator

import pytest

from app.core.ahead import ahead


def running() -> bool:
    return any(thread.name == "ahead" for thread in threading.enumerate())


def test_items_come_in_their_order_and_all_of_them():
    with ahead(range(1000), at_most=3) as items:
        assert list(items) == list(range(1000))
    assert not running()


def test_items_are_made_before_they_are_asked_for_and_no_more_than_so_many():
    made, third = [], threading.Event()

    def making() -> Iterator[int]:
        for item in range(10):
            made.append(item)
            if len(made) == 3:
                third.set()
            yield item

    with ahead(making(), at_most=2) as items:
        assert third.wait(5)
        assert made == [0, 1, 2]
        assert next(items) == 0
    assert not running()


def test_an_error_comes_where_the_items_are_taken():
    def failing() -> Iterator[int]:
        yield 1
        raise LookupError("the second")

    taken = []
    with pytest.raises(LookupError, match="the second"), ahead(failing(), at_most=5) as items:
        taken.extend(items)
    assert taken == [1]
    assert not running()


def test_the_thread_ends_with_whoever_gives_up():
    with pytest.raises(LookupError), ahead(iter(int, 1), at_most=2):
        raise LookupError
    assert not running()
