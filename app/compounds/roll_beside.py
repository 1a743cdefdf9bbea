"""Rows of a large roll made by another process, while this one reads the file and PostgreSQL takes what is ready.

The process is a fork: it has the keys and the code that this one has. It knows its pipe and a `RowMaker`, never the
database, and ends with whoever asked for it.
"""

import fcntl
import gc
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
_PIPE_BYTES = 1 << 20
"""What Linux lets anybody have."""


class RowMakerBeside:
    """A `RowMaker` in a process of its own."""

    def __init__(self) -> None:
        self._packed = b""
        self._failed: BaseException | None = None

    def rows(self, batches: Iterable[Batch]) -> Generator[bytes, None, None]:
        """The rows of each batch. The batches are made in a thread; what that raises is raised here.

        Whoever does not take them all closes the iterator. Raises ChildProcessError where the process was ended, or
        could not be started.
        """
        process, giving, taking = _started()
        feeding = Thread(target=self._feed, args=(giving, batches), name="roll-batches", daemon=True)
        feeding.start()
        try:
            with suppress(EOFError, OSError):  # the latter where it was ended amid a batch
                while rows := taking.recv_bytes():
                    yield rows
                self._packed = taking.recv_bytes()
        finally:
            process.kill()
            process.join()
            feeding.join()
            giving.close()
            taking.close()
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


def _started() -> tuple[ForkProcess, Connection, Connection]:
    """A new process, and our ends of the pipes to it and from it."""
    with _starting:
        given, giving = _wide_pipe()
        taking, taken = _wide_pipe()
        process = _FORK.Process(target=_work, args=(given, taken, giving, taking), name="rows", daemon=True)
        try:
            process.start()
        except OSError as error:
            giving.close()
            taking.close()
            raise ChildProcessError("there is no other process for the rows of a roll") from error
        finally:
            given.close()
            taken.close()
        return process, giving, taking


def _wide_pipe() -> tuple[Connection, Connection]:
    """The ends of a pipe, the one to read first, that holds a whole batch.

    A thread that reads one in pieces would wait for the interpreter at each of them, which the other keeps busy.
    """
    reading, writing = _FORK.Pipe(duplex=False)
    with suppress(OSError):
        fcntl.fcntl(writing.fileno(), fcntl.F_SETPIPE_SZ, _PIPE_BYTES)
    return reading, writing


_starting = Lock()
"""One at a time: a fork would inherit the other's end of a pipe that is not its own, which then never ends."""


class _EndedError(Exception):
    """There is no process at the other end any more."""


def _send(pipe: Connection, content: bytes) -> None:
    try:
        pipe.send_bytes(content)
    except OSError as error:
        raise _EndedError from error


def _work(given: Connection, taken: Connection, *others: Connection) -> None:
    """What the process does."""
    gc.disable()  # it would go through all that is shared with the other process, and so make a copy of it
    for end in others:
        end.close()
    for one in (signal.SIGTERM, signal.SIGINT):
        signal.signal(one, signal.SIG_DFL)
    maker = RowMaker()
    with suppress(EOFError, OSError):
        for rows in maker.rows(_received(given)):
            taken.send_bytes(rows)
        taken.send_bytes(_END)
        taken.send_bytes(maker.packed())


def _received(pipe: Connection) -> Iterator[Batch]:
    while lines := pipe.recv_bytes():
        yield Batch(lines, pipe.recv_bytes())
