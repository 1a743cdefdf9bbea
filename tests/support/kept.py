"""What tests begin with, made once and found again by the next test that begins with the same.

A test of the API spends most of its time on what it begins with: a compound, its people, a wish that is claimed. The
calls that make these are `kept`: while a test has done nothing but kept calls, what each of them wrote stays under a
savepoint of its own, and the next test that makes the same call at the same moment gets the same rows and the same
answer without making them. At a test's first other look at the database all that it did not ask for is rolled back;
from then on it is alone in a savepoint that ends with it, and kept calls are ordinary ones.

A kept function writes to nothing but the database and Redis. One that changes its arguments, or whose answer cannot be
pickled, is an ordinary one.
"""

import pickle
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import wraps
from io import BytesIO
from typing import Any, ParamSpec, TypeVar, cast

import psycopg
import redis
from flask import Flask
from sqlalchemy import Connection, Engine
from sqlalchemy.orm import Session, scoped_session, sessionmaker

from app.core import clock
from app.core.db import ALONE, _idle
from app.core.db import db as database
from app.home import shared as homes
from app.meetings.log import proofs
from app.meetings.page import shared as pages
from tests.support.statements import forgotten, keep_statements

Asked = ParamSpec("Asked")
Given = TypeVar("Given")
Function = Callable[..., Any]
Call = tuple[str, str, bytes]
"""Which function was called, with what, and when."""


@dataclass(frozen=True)
class Layer:
    """What one kept call wrote. `begun`: how many layers lay beneath when it began; those between are parts of it."""

    call: Call
    begun: int
    answer: bytes
    redis: dict[bytes, bytes]


class Ground:
    """The one connection of a worker's tests to the database of an application, and the layers that lie on it."""

    def __init__(self, application: Flask) -> None:
        self.application = application
        self._redis = redis.Redis.from_url(application.config["SETTINGS"].effective_redis_url)
        self._connection = database.engine.connect()
        self._driver: psycopg.Connection[Any] = self._connection.connection.driver_connection  # type: ignore[assignment]
        keep_statements(self._driver)
        self._connection.begin()
        self._layers: list[Layer] = []
        self._reached, self._alone, self._making = 0, False, 0
        self._only: Function | None = None
        self.in_use = False

    @property
    def lost(self) -> bool:
        """Whether a test broke the connection."""
        return self._driver.closed or forgotten(self._driver)

    def release(self) -> None:
        """Roll back everything: nothing is held in the database any more, and all is made anew."""
        self._layers.clear()
        if self._connection.in_transaction():
            self._driver.execute("ROLLBACK AND CHAIN")  # SQLAlchemy's transaction goes on, as one that has done nothing

    def close(self) -> None:
        """Roll back everything, for good."""
        self._connection.invalidate()  # with the statements that it knows
        self._connection.close()
        self._redis.close()

    @contextmanager
    def under_test(self, only: Function | None = None) -> Iterator[None]:
        """One test. It finds nothing, until its kept calls bring back what they wrote; `only`: those of a function."""
        usual, alone = database.session, database.engines[ALONE]
        shared = database.engines[ALONE] = cast("Engine", Shared(self._connection))
        idle = _idle[shared] = Idle(self)
        sessions = sessionmaker(class_=SessionOfTest, ground=self, join_transaction_mode="create_savepoint")
        database.session = scoped_session(sessions)  # type: ignore[assignment]
        self._redis.flushdb()
        homes.kept.clear()
        pages.kept.clear()
        proofs._trees.clear()
        self._only, self.in_use = only, True
        try:
            yield
        finally:
            self.in_use = False
            database.session.remove()
            idle.clear()  # it would be closed with it, and is the ground's
            del _idle[shared]
            database.session, database.engines[ALONE] = usual, alone
            self._end()

    def touch(self) -> Connection:
        """The connection, for any statement: from now on the test is alone, on what its kept calls wrote."""
        if not self._alone:
            if self._reached < len(self._layers):
                self._undo(self._reached)
                del self._layers[self._reached :]
            self._driver.execute(f"SAVEPOINT kept_{self._reached}")
            self._alone = True
        return self._connection

    def ask(
        self, function: Callable[..., Given], arguments: tuple[Any, ...], named: dict[str, Any], *, small: bool
    ) -> Given:
        """The answer of a kept function: found again, or made, and kept where nothing else was done before."""
        call = None if self._plain(function, small) else self._told(function, arguments, named)
        if call is None:
            return function(*arguments, **named)
        begun = self._reached
        for place, layer in enumerate(self._layers[begun:], begun):
            if layer.begun == begun and layer.call == call:
                return cast("Given", self._found(place, arguments))
        self._making += 1
        try:
            answer = function(*arguments, **named)
        finally:
            self._making -= 1
        if self._alone and self._told(function, arguments, named) == call:
            self._keep(call, begun, answer, arguments)
        return answer

    def _plain(self, function: Function, small: bool) -> bool:
        """Whether a call is an ordinary one."""
        if self._alone or (small and self._making) or self._only not in (None, function):
            return True
        return database.session.registry.has() and bool(database.session.new)

    def _end(self) -> None:
        if self._alone and not self.lost:
            self._undo(self._reached)
        self._reached, self._alone = 0, False

    def _undo(self, place: int) -> None:
        """Undo the layer at this place, and what lies above it."""
        self._driver.execute(f"ROLLBACK TO SAVEPOINT kept_{place}")
        self._driver.execute(f"RELEASE SAVEPOINT kept_{place}")

    def _found(self, place: int, arguments: tuple[Any, ...]) -> Any:
        """The answer of the call at this place; what it wrote is there."""
        layer, below = self._layers[place], self._layers[self._reached - 1].redis if self._reached else {}
        if layer.redis != below:
            pipeline = self._redis.pipeline()
            pipeline.delete("", *below)
            for key, value in layer.redis.items():
                pipeline.restore(key, 0, value, replace=True)
            pipeline.execute()
        self._reached = place + 1
        return _Reader(layer.answer, self.application, arguments).load()

    def _keep(self, call: Call, begun: int, answer: Any, arguments: tuple[Any, ...]) -> None:
        """Make a layer of what was written since the last one."""
        try:
            written = _written(answer, self.application, arguments)
        except (pickle.PicklingError, TypeError, AttributeError):
            return
        database.session.commit()
        database.session.remove()
        keys = [key for key in cast("list[bytes]", self._redis.keys()) if not key.startswith(b"metrics:")]
        stored = {key: cast("bytes | None", self._redis.dump(key)) for key in keys}
        self._layers.append(Layer(call, begun, written, {key: value for key, value in stored.items() if value}))
        self._reached, self._alone = len(self._layers), False

    def _told(self, function: Callable[..., Any], arguments: tuple[Any, ...], named: dict[str, Any]) -> Call | None:
        """What is asked for, as it can be compared; None: it cannot, or the time does not stand still."""
        now = clock.now()
        if now != clock.now():
            return None
        try:
            given = [_written(one, self.application) for one in (*arguments, *sorted(named.items()))]
        except (pickle.PicklingError, TypeError, AttributeError):
            return None
        return f"{function.__module__}.{function.__qualname__}", now.isoformat(), b"".join(given)


_ground: Ground | None = None


@contextmanager
def one_test(application: Flask, only: Function | None = None) -> Iterator[None]:
    """A test of the application, in its context; `only`: the one function whose calls are kept, else all."""
    global _ground
    if _ground is None or _ground.application is not application or _ground.lost:
        clear()
        _ground = Ground(application)
    with _ground.under_test(only):
        yield


def release() -> None:
    """Hold nothing in the database."""
    if _ground is not None:
        _ground.release()


def clear() -> None:
    """Let go of the ground itself."""
    global _ground
    if _ground is not None:
        _ground.close()
    _ground = None


def kept(function: Callable[Asked, Given]) -> Callable[Asked, Given]:
    """Keep what the function writes. See the module."""
    return _kept(function, small=False)


def kept_small(function: Callable[Asked, Given]) -> Callable[Asked, Given]:
    """As `kept`, of what is not worth a layer of its own where it is part of another."""
    return _kept(function, small=True)


def _kept(function: Callable[Asked, Given], *, small: bool) -> Callable[Asked, Given]:
    @wraps(function)
    def asked(*arguments: Asked.args, **named: Asked.kwargs) -> Given:
        if _ground is None or not _ground.in_use:
            return function(*arguments, **named)
        return _ground.ask(function, arguments, named, small=small)

    return asked


class SessionOfTest(Session):
    """A session on the ground's connection; its commits are savepoints."""

    def __init__(self, *, ground: Ground, **options: Any) -> None:
        super().__init__(**options)
        self._ground = ground

    def get_bind(self, *about: Any, **more: Any) -> Connection:
        """The connection, which is asked for before every statement."""
        return self._ground.touch()


@dataclass(eq=False)
class Shared:
    """In place of the engine for statements that stand alone: in a test they share the test's transaction too."""

    connection: Connection

    def raw_connection(self) -> "Shared":
        """What `driver_connection` is asked of."""
        return self

    @property
    def driver_connection(self) -> object:
        """psycopg's connection."""
        return self.connection.connection.driver_connection

    @property
    def info(self) -> dict[Any, Any]:
        """What is known about the connection."""
        return self.connection.info

    def detach(self) -> None:
        """The connection stays the test's."""


class Idle(deque[Any]):
    """The connection for statements that stand alone, while none runs."""

    def __init__(self, ground: Ground) -> None:
        super().__init__()
        self._ground = ground

    def pop(self) -> Any:  # type: ignore[override]
        """Take it: a statement is coming."""
        self._ground.touch()
        return super().pop()


class _Writer(pickle.Pickler):
    """Writes values; the application, and what a call was given, are named only."""

    def __init__(self, to: BytesIO, named: dict[int, int]) -> None:
        super().__init__(to, pickle.HIGHEST_PROTOCOL)
        self._named = named

    def persistent_id(self, one: Any) -> int | None:
        """The place of what is only named."""
        return self._named.get(id(one))


class _Reader(pickle.Unpickler):
    """Reads values; what is only named is what it is called with now."""

    def __init__(self, written: bytes, application: Flask, arguments: tuple[Any, ...] = ()) -> None:
        super().__init__(BytesIO(written))
        self._named = (application, *arguments)

    def persistent_load(self, place: Any) -> Any:
        """What is named."""
        return self._named[place]


def _written(value: Any, application: Flask, arguments: tuple[Any, ...] = ()) -> bytes:
    written = BytesIO()
    _Writer(written, {id(one): place for place, one in enumerate((application, *arguments))}).dump(value)
    return written.getvalue()
