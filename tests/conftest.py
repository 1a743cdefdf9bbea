"""Fixtures: real servers once a run, a database per worker, a transaction per test.

The controller starts PostgreSQL and Valkey and migrates a template database; each xdist worker clones it. With
TEST_DATABASE_URL and TEST_REDIS_URL set, those servers are used instead.
"""

import gc
import multiprocessing
import os
import sys
import tempfile
from collections.abc import Generator, Iterator
from contextlib import ExitStack
from multiprocessing.process import BaseProcess
from pathlib import Path

import hypothesis
import pytest
import redis
from _pytest.assertion import rewrite
from flask import Flask

from app.bootstrap import create_app, upgrade_schema
from app.core import wechat as wechat_client
from app.core.db import dispose_of_engines
from app.core.settings import Settings
from tests.support import coverage_of_routes, forking, kept, servers
from tests.support.serving import served
from tests.support.wechat import WeChat, simulator
from tests.support.world import START, World, at

hypothesis.settings.register_profile("untimed", deadline=None)  # a machine that stalls is no fault of an example
hypothesis.settings.load_profile("untimed")

_stack = ExitStack()
TESTS = Path(__file__).parent
CHANGING = {"monkeypatch", "wechat"}
"""Fixtures that change what the program does: where they are used, nothing but the world is kept."""
_LONGEST = ("recovery", "reliability", "launcher", "tasks", "machine", "console")
"""Folders of the tests that take longest. They run first, so that no worker begins one when the others are done."""


def pytest_xdist_auto_num_workers() -> int:
    """One worker more than processors: many tests wait for processes of their own."""
    return (os.cpu_count() or 1) + 1


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the longest first."""
    places = {folder: place for place, folder in enumerate(_LONGEST)}
    items.sort(key=lambda item: places.get(item.path.relative_to(TESTS).parts[0], len(places)))


def pytest_configure(config: pytest.Config) -> None:
    """Start the servers in the process that controls the run; workers inherit its environment."""
    if hasattr(config, "workerinput"):
        return
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)  # else each of some hundred processes compiles the product anew
    sys.dont_write_bytecode = False
    compiling = _compile_tests(config)
    _stack.enter_context(servers.running())
    _stack.enter_context(forking.offered())
    os.environ["MOVABLE_CLOCK"] = "0"
    with create_app(servers.settings(servers.TEMPLATE)).app_context():
        upgrade_schema()
        dispose_of_engines()
    if compiling:
        compiling.join()


def _compile_tests(config: pytest.Config) -> BaseProcess | None:
    """Rewrite the assertions of every test, as pytest does; else each worker would do it, at the same time."""

    def compile_all() -> None:
        state = config.stash[rewrite.assertstate_key]
        for file in [*TESTS.rglob("test_*.py"), *TESTS.rglob("conftest.py")]:
            folder = rewrite.get_cache_dir(file)
            compiled = folder / (file.stem + rewrite.PYC_TAIL)
            if rewrite.try_makedirs(folder) and rewrite._read_pyc(file, compiled) is None:
                stat, code = rewrite._rewrite_test(file, config)
                rewrite._write_pyc(state, code, stat, compiled)

    if not config.getoption("numprocesses"):
        return None
    process = multiprocessing.get_context("fork").Process(target=compile_all)
    process.start()
    return process


def pytest_runtest_setup(item: pytest.Item) -> None:
    """What tests of the application keep in its database does not stand in the way of others."""
    if "app" not in getattr(item, "fixturenames", ()):
        kept.release()


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, bool | None, bool | None]:
    """What is loaded stays: the collector need not look at a million objects again and again, then or later."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.freeze()
        gc.enable()


def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    """Let go of the database. After a whole run, fail if there is a route that no test has called."""
    kept.clear()
    if hasattr(session.config, "workerinput") or session.config.args != session.config.getini("testpaths"):
        return
    whole = not (session.config.option.keyword or session.config.option.collectonly)
    untested = coverage_of_routes.untested() if exitstatus == 0 and whole else []
    if untested:
        print(f"\nroutes that no test calls: {', '.join(untested)}")
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_unconfigure(config: pytest.Config) -> None:
    """Stop what was started."""
    _stack.close()


@pytest.fixture(scope="session")
def settings(worker_id: str) -> Settings:
    """Settings of this worker: a clone of the template database, and a Valkey database of its own."""
    return servers.for_worker(worker_id)


@pytest.fixture(scope="session")
def application(settings: Settings, worker_id: str) -> Iterator[Flask]:
    """The application with all its faces, over the worker's database."""
    from miniprogram_api import register

    application = create_app(settings)
    register(application)
    coverage_of_routes.watch(application, worker_id)
    yield application
    with application.app_context():
        dispose_of_engines()


@pytest.fixture(scope="session")
def committing(settings: Settings, worker_id: str) -> Iterator[Flask]:
    """The API over a database in which tests commit, one for all tests of a worker: each has compounds of its own."""
    from miniprogram_api import register

    made = create_app(servers.beside(settings, f"committing_{worker_id}"))
    register(made)
    yield made
    with made.app_context():
        dispose_of_engines()


@pytest.fixture(scope="session")
def committing_port(committing: Flask) -> Iterator[int]:
    """Where the API is served, in a process of its own, over the database in which tests commit."""
    with served(committing.config["SETTINGS"]) as port:
        yield port


@pytest.fixture
def app(application: Flask, request: pytest.FixtureRequest) -> Iterator[Flask]:
    """The application inside a transaction that is rolled back after the test; commits are savepoints."""
    only = None if CHANGING.isdisjoint(request.fixturenames) else World
    with application.app_context(), kept.one_test(application, only):
        yield application


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder with a short path, for sockets."""
    with tempfile.TemporaryDirectory(prefix="t-") as name:
        yield Path(name)


@pytest.fixture
def world(app: Flask) -> Iterator[World]:
    """A compound with a secretary and a supervisor, on 2026-05-01; move on with `at`."""
    with at(START):
        yield kept.kept(World)(app)


@pytest.fixture(scope="session")
def running_wechat(settings: Settings, tmp_path_factory: pytest.TempPathFactory) -> Iterator[WeChat]:
    """The worker's WeChat simulator."""
    with simulator(settings, tmp_path_factory.mktemp("wechat")) as wechat:
        yield wechat


@pytest.fixture
def wechat(running_wechat: WeChat, settings: Settings) -> Iterator[WeChat]:
    """WeChat without faults, and no token left from another test."""
    redis.Redis.from_url(settings.effective_redis_url).flushdb()
    wechat_client.configure(settings)
    yield running_wechat
    running_wechat.reset()
