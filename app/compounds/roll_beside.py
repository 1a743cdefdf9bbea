"""Rows of a large roll made by another process, while this one reads the file and PostgreSQL takes what is ready.

The process is a fork: it has the keys and the code that this one has. It knows its pipe and a `RowMaker`, never the
database, and ends with whoever asked for it.
"""

import signal
from collections.abc import Generator, Iterable, Iterator
from contextlib import suppress
from multiprocessing import get_context
from multiprocessing.connection import Connection
from multiprocessing.context import ForkProcess
from threading import Lock, Thread

from app.compounds.roll_rows import Batch, RowMaker

_FORK = get_context("fork")
_END = b""


class RowMakerBeside:
    """A `RowMaker` in a process of its own."""

    def __init__(self) -> None:
        self._packed = b""
        self._failed: BaseException | None = None

    def rows(self, batches: Iterable[Batch]) -> Generator[bytes, None, None]:
        """The rows of each batch. The batches are made in a thread; what that raises is raised here.

        Whoever does not take them all closes the iterator. Raises ChildProcessError where the process was ended.
        """
        process, ours = _started()
        feeding = Thread(target=self._feed, args=(ours, batches), name="roll-batches", daemon=True)
        feeding.start()
        try:
            with suppress(EOFError, ConnectionError):
                while rows := ours.recv_bytes():
                    yield rows
                self._packed = ours.recv_bytes()
        finally:
            process.kill()
            process.join()
            feeding.join()
            ours.close()
        if self._failed is not None:
            raise self._failed
        if not self._packed:
            raise ChildProcessError("the process that makes the rows of a roll was ended")

    def packed(self) -> bytes:
        """The units of all batches, compressed, once their rows were taken."""
        return self._packed

    def _feed(self, pipe: Connection, batches: Iterable[Batch]) -> None:
        try:
            for batch in batches:
                _send(pipe, batch.lines)
                _send(pipe, batch.buildings)
        except _EndedError:
            return
        except BaseException as error:
            self._failed = error
        with suppress(_EndedError):
            _send(pipe, _END)


def _started() -> tuple[ForkProcess, Connection]:
    """A new process, and our end of the pipe to it."""
    with _starting:
        ours, its = _FORK.Pipe()
        process = _FORK.Process(target=_work, args=(its, ours), name="rows", daemon=True)
        try:
            process.start()
        except OSError:
            ours.close()
            raise
        finally:
            its.close()
        return process, ours


_starting = Lock()
"""One at a time: a fork would inherit the other's end of a pipe that is not its own, which then never ends."""


class _EndedError(Exception):
    """There is no process at the other end any more."""


def _send(pipe: Connection, content: bytes) -> None:
    try:
        pipe.send_bytes(content)
    except OSError as error:
        raise _EndedError from error


def _work(pipe: Connection, others: Connection) -> None:
    """What the process does."""
    others.close()
    for one in (signal.SIGTERM, signal.SIGINT):
        signal.signal(one, signal.SIG_DFL)
    maker = RowMaker()
    with suppress(EOFError, OSError):
        for rows in maker.rows(_received(pipe)):
            pipe.send_bytes(rows)
        pipe.send_bytes(_END)
        pipe.send_bytes(maker.packed())


def _received(pipe: Connection) -> Iterator[Batch]:
    while lines := pipe.recv_bytes():
        yield Batch(lines, pipe.recv_bytes())
