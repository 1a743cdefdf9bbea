"""Whether a database has the newest schema, asked without loading the product."""

import contextlib
import re
from pathlib import Path

import psycopg

from app.core.settings import Settings

VERSIONS = Path(__file__).parent.parent / "migrations" / "versions"
_NAMED = re.compile(r"^(down_revision|revision)(?:: [^=]+)? = (.*)$", re.M)
_REVISION = re.compile(r'"([^"]+)"')


def is_newest(settings: Settings) -> bool:
    """Whether the database is at the one migration that no other builds on. False also where that cannot be told."""
    address = settings.libpq_url
    with contextlib.suppress(psycopg.Error), psycopg.connect(address, connect_timeout=5) as connection:
        found = connection.execute("SELECT version_num FROM alembic_version").fetchall()
        return {revision for (revision,) in found} == heads() and len(found) == 1
    return False


def heads(folder: Path = VERSIONS) -> set[str]:
    """The migrations that no other builds on."""
    made: set[str] = set()
    built_on: set[str] = set()
    for path in folder.glob("*.py"):
        for name, value in _NAMED.findall(path.read_text("utf-8")):
            (made if name == "revision" else built_on).update(_REVISION.findall(value))
    return made - built_on
