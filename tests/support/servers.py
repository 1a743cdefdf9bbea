"""The servers that the tests run on: embedded ones, or those of TEST_DATABASE_URL and TEST_REDIS_URL."""

import os
import shutil
import socket
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
import redis
from cryptography.fernet import Fernet
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict

from app.core.settings import Settings, load_settings
from app.notifications.catalogue import Kind
from launcher.embedded import embedded_servers

TEMPLATE = "template_community"
SENDERS = 6
"""Threads of a sender: each test that sends starts and ends them."""


@contextmanager
def running() -> Iterator[None]:
    """Servers for the whole run, with an empty template database; their folder is in TEST_DATA_DIR."""
    folder = Path(tempfile.mkdtemp(prefix="community-tests-"))
    os.environ["TEST_DATA_DIR"] = str(folder)
    try:
        if external():
            os.environ.setdefault("TEST_ENCRYPTION_KEYS", Fernet.generate_key().decode())
            recreate(TEMPLATE)
            yield
        else:
            with embedded_servers(settings(TEMPLATE), durable=False):
                recreate(TEMPLATE)
                yield
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def external() -> bool:
    """Whether the tests run on servers that somebody else started."""
    return "TEST_DATABASE_URL" in os.environ


def settings(database: str, redis_db: int = 0, **more: Any) -> Settings:
    """Settings for a database of the test servers."""
    common = {"data_dir": Path(os.environ["TEST_DATA_DIR"]), "log_level": "WARNING", **more}
    if not external():
        return load_settings(**common, embedded_database=database, embedded_redis_db=redis_db)
    return load_settings(
        **common,
        database_url=f"{os.environ['TEST_DATABASE_URL'].rsplit('/', 1)[0]}/{database}",
        redis_url=f"{os.environ['TEST_REDIS_URL'].rsplit('/', 1)[0]}/{redis_db}",
        encryption_keys=os.environ["TEST_ENCRYPTION_KEYS"],
        lookup_key="a lookup key that only the tests use",
        signing_keys="dGhlIHNlZWQgdGhhdCBvbmx5IHRoZSB0ZXN0cyB1c2U=",
        wechat_appid="wx0123456789abcdef",
        wechat_secret="0123456789abcdef0123456789abcdef",
        wechat_official_appid="wxfedcba9876543210",
        wechat_official_secret="fedcba9876543210fedcba9876543210",
        wechat_event_token="a token that only the tests use",
        wechat_event_aes_key="abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG",
        wechat_official_template_ids={kind: f"sim_official_{kind}" for kind in Kind},
        wechat_template_ids={kind: f"sim_{kind}" for kind in Kind},
        metrics_token="a token that only the tests use",
    )


def for_worker(worker_id: str) -> Settings:
    """Settings of an xdist worker ("gw0", or "master" without xdist), over a fresh clone of the template."""
    database = f"test_{worker_id}"
    recreate(database, TEMPLATE)
    number = int(worker_id.removeprefix("gw")) if worker_id.startswith("gw") else 14
    wechat = f"http://127.0.0.1:{free_port()}"
    few = {"wechat_timeout_s": 2, "send_threads": SENDERS}
    made = settings(database, redis_db=number % 15 + 1, wechat_api_base_url=wechat, **few)
    redis.Redis.from_url(made.effective_redis_url).flushdb()
    return made


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def database_of(settings: Settings) -> str:
    """The name of the settings' database, which is a worker's own on any servers."""
    return str(conninfo_to_dict(settings.libpq_url)["dbname"])


def beside(settings: Settings, name: str, template: str | None = TEMPLATE) -> Settings:
    """The same settings over another, fresh database: keys, clock and WeChat are one for all of a process."""
    recreate(name, template)
    if external():
        return settings.model_copy(update={"database_url": f"{settings.database_url.rsplit('/', 1)[0]}/{name}"})
    return settings.model_copy(update={"embedded_database": name})


@contextmanager
def apart(settings: Settings, name: str, template: str | None = TEMPLATE) -> Iterator[Settings]:
    """As `beside`, with a data folder of its own too, so that its clock moves for nobody else."""
    made = beside(settings, name, template)
    folder = settings.data_dir / name
    folder.mkdir(exist_ok=True)
    own = made.model_copy(update={"data_dir": folder})
    if external():
        yield own
        return
    shutil.copy(settings.data_dir / "secrets.json", folder)
    own.socket_dir.symlink_to(settings.socket_dir)
    try:
        yield own
    finally:
        own.socket_dir.unlink()


def recreate(name: str, template: str | None = None) -> None:
    """Make a database, dropping one of that name. The encoding is UTF-8 whatever the server's own."""
    address = settings("postgres").libpq_url
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))
        connection.execute(
            sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(
                sql.Identifier(name), sql.Identifier(template or "template0")
            )
        )
