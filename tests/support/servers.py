"""The servers that the tests run on: embedded ones, or those of TEST_DATABASE_URL and TEST_REDIS_URL."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
from cryptography.fernet import Fernet
from psycopg import sql

from app.core.settings import Settings, load_settings
from launcher.embedded import embedded_servers

TEMPLATE = "template_community"


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


def settings(database: str, redis_db: int = 0) -> Settings:
    """Settings for a database of the test servers."""
    common = {"data_dir": Path(os.environ["TEST_DATA_DIR"]), "log_level": "WARNING"}
    if not external():
        return load_settings(**common, embedded_database=database, embedded_redis_db=redis_db)
    return load_settings(
        **common,
        database_url=f"{os.environ['TEST_DATABASE_URL'].rsplit('/', 1)[0]}/{database}",
        redis_url=f"{os.environ['TEST_REDIS_URL'].rsplit('/', 1)[0]}/{redis_db}",
        encryption_keys=os.environ["TEST_ENCRYPTION_KEYS"],
        lookup_key="a lookup key that only the tests use",
        wechat_appid="wx0123456789abcdef",
        wechat_secret="0123456789abcdef0123456789abcdef",
        wechat_template_ids={},
    )


def for_worker(worker_id: str) -> Settings:
    """Settings of an xdist worker ("gw0", or "master" without xdist), over a fresh clone of the template."""
    database = f"test_{worker_id}"
    recreate(database, TEMPLATE)
    number = int(worker_id.removeprefix("gw")) if worker_id.startswith("gw") else 15
    return settings(database, redis_db=number % 15 + 1)


def recreate(name: str, template: str | None = None) -> None:
    """Make a database, dropping one of that name. The encoding is UTF-8 whatever the server's own."""
    address = settings("postgres").sqlalchemy_url.replace("postgresql+psycopg", "postgresql")
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))
        connection.execute(
            sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(
                sql.Identifier(name), sql.Identifier(template or "template0")
            )
        )
