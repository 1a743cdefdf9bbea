"""Indexes and keys are taken off the tables before rows are written, and put back after: built once, checked whole.

What was taken off stands in a table until it is back, so that a run that was ended goes on where it was. Constraints
are put back validated; what the rows break is an error.
"""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Final, LiteralString

import psycopg
from psycopg import sql

THREADS: Final = 2
_MEMORY: Final = "512MB"

_FOREIGN: Final = 3

_TAKE_OFF: Final[LiteralString] = """
WITH kept AS (
    SELECT conrelid::regclass AS tab, conname, contype, pg_get_constraintdef(oid) AS definition
    FROM pg_constraint
    WHERE contype IN ('p', 'u', 'x', 'f')
      AND (conrelid = ANY (%(tables)s::regclass[]) OR confrelid = ANY (%(tables)s::regclass[]))
)
INSERT INTO city_build.definition (stage, off, sql)
SELECT CASE contype WHEN 'p' THEN 1 WHEN 'f' THEN 3 ELSE 2 END,
       format('ALTER TABLE %%s DROP CONSTRAINT %%I', tab, conname),
       format('ALTER TABLE %%s ADD CONSTRAINT %%I %%s', tab, conname, definition)
       || CASE contype WHEN 'f' THEN ' NOT VALID' ELSE '' END
FROM kept
UNION ALL
SELECT 4, NULL, format('ALTER TABLE %%s VALIDATE CONSTRAINT %%I', tab, conname) FROM kept WHERE contype = 'f'
UNION ALL
SELECT 2, format('DROP INDEX %%s', indexrelid::regclass), pg_get_indexdef(indexrelid)
FROM pg_index
WHERE indrelid = ANY (%(tables)s::regclass[])
  AND NOT EXISTS (SELECT FROM pg_constraint WHERE conindid = indexrelid AND conrelid = indrelid)
"""


def take_off(connection: "psycopg.Connection[Any]", tables: list[str]) -> None:
    """Drop all indexes, keys and foreign keys of the tables and of those that refer to them, and note them."""
    connection.execute(_TAKE_OFF, {"tables": tables})
    drops = connection.execute("SELECT off FROM city_build.definition WHERE off IS NOT NULL ORDER BY stage DESC")
    for (off,) in drops.fetchall():
        connection.execute(off)


def put_back(url: str, report: Callable[[int, int], None]) -> None:
    """Build and check all that is not back yet, some at a time; each is back or still noted, never neither."""
    with psycopg.connect(url) as connection:
        noted = connection.execute("SELECT number, stage, sql FROM city_build.definition ORDER BY number").fetchall()
    done = 0
    for stage in sorted({of for _, of, _ in noted}):  # what foreign keys refer to comes before them
        due = [(number, text) for number, of, text in noted if of == stage]
        with ThreadPoolExecutor(
            1 if stage == _FOREIGN else THREADS
        ) as threads:  # made at once two would lock crosswise
            for _ in threads.map(lambda one: _put_back(url, *one), due):
                done += 1
                report(done, len(noted))


def _put_back(url: str, number: int, text: str) -> None:
    with psycopg.connect(url) as connection:
        connection.execute(sql.SQL("SET LOCAL maintenance_work_mem = {}").format(_MEMORY))
        connection.execute("SET LOCAL work_mem = '128MB'")  # foreign keys are checked by one join each
        connection.execute("SET LOCAL synchronous_commit = off")
        connection.execute("DELETE FROM city_build.definition WHERE number = %s", [number])
        connection.execute(text)
