"""Work done ahead of whoever wants its results: the processor is used while the other side waits for the database."""

import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from queue import Empty, Queue
from typing import Final, TypeVar

Item = TypeVar("Item")

_END: Final = object()


class _Failed:
    """An error of the thread on its way to whoever takes the items."""

    def __init__(self, error: BaseException) -> None:
        self.error = error


@contextmanager
def ahead(items: Iterable[Item], at_most: int) -> Iterator[Iterator[Item]]:
    """The items, made by a thread that is at most so many of them ahead; what it raises is raised where they are taken.

    Making them must not touch the session, which belongs to the thread that asks. The thread has ended when the block
    does, whether all items were taken or not.
    """
    made: Queue[object] = Queue(at_most)
    stopped = threading.Event()

    def make() -> None:
        try:
            for item in items:
                if stopped.is_set():
                    return
                made.put(item)
            made.put(_END)
        except BaseException as error:
            made.put(_Failed(error))

    thread = threading.Thread(target=make, name="ahead", daemon=True)
    thread.start()
    try:
        yield _taken(made)
    finally:
        stopped.set()
        while thread.is_alive():
            _empty(made)
            thread.join(0.01)


def _taken(made: "Queue[object]") -> Iterator[Item]:
    while (item := made.get()) is not _END:
        if isinstance(item, _Failed):
            raise item.error
        yield item  # type: ignore[misc]


def _empty(queue: "Queue[object]") -> None:
    try:
        while True:
            queue.get_nowait()
    except Empty:
        return
