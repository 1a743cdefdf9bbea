"""A parsed roll beside the current one, in temporary tables: who is who, and what differs.

Nothing readable is staged: names and numbers stand there as keyed hashes, and masked for showing. The tables go with
the transaction; `roll_statements` says what is in them.
"""

from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from typing import Final
from uuid import UUID

from psycopg import Connection, Copy
from psycopg.types.string import BytesBinaryDumper
from sqlalchemy import select, text

from app.compounds.doors import building_key
from app.compounds.models import Building
from app.compounds.roll_beside import RowMakerBeside
from app.compounds.roll_payload import line_of
from app.compounds.roll_rows import HEADER, TRAILER, Batch, RowMaker
from app.compounds.roll_statements import COPIED, CREATE, RESOLVE
from app.compounds.roll_units import RollUnit
from app.core.db import db
from app.core.ids import new_id

UNITS_AT_ONCE: Final = 1000


def driver_connection() -> Connection:
    """The psycopg connection of this transaction, for COPY."""
    connection = db.session.connection().connection.driver_connection
    assert isinstance(connection, Connection)
    return connection


@contextmanager
def copy_into(table: str, columns: dict[str, str]) -> Iterator[Copy]:
    """A binary COPY into a table of this package; `columns`: PostgreSQL's type by name. Ids are given as 16 bytes."""
    statement = f"COPY {table} ({', '.join(columns)}) FROM STDIN (FORMAT BINARY)"
    cursor = driver_connection().cursor()
    cursor.adapters.register_dumper(bytes, BytesBinaryDumper)  # compiled, unlike the one that takes DBAPI's Binary too
    with cursor, cursor.copy(statement.encode()) as copy:
        copy.set_types(["bytea" if kind == "uuid" else kind for kind in columns.values()])
        yield copy


class Stage:
    """The staging of one roll: create it, `fill` it, then `resolve`."""

    def __init__(self, compound_id: UUID) -> None:
        self.compound_id = compound_id
        rows = db.session.execute(select(Building.id, Building.name).where(Building.compound_id == compound_id))
        self._buildings = {building_key(name): building_id.bytes for building_id, name in rows}
        self.new_buildings: dict[UUID, str] = {}
        self.units = 0
        for statement in CREATE:
            db.session.execute(text(statement))

    def fill(self, units: Iterable[RollUnit], maker: RowMaker | RowMakerBeside) -> bytes:
        """Stage the units with their owners; returns them packed. Rows are numbered from 0 in the order of the file.

        While this runs, the connection does nothing else; for a maker beside, the units are taken in another thread.
        """
        with copy_into("pg_temp.roll_stage", COPIED) as copy, closing(maker.rows(self._batches(units))) as made:
            copy.write(HEADER)
            for rows in made:
                copy.write(rows)
            copy.write(TRAILER)
        return maker.packed()

    def _batches(self, units: Iterable[RollUnit]) -> Iterator[Batch]:
        batch = _Batch()
        for unit in units:
            batch.add(unit, self._building(unit.building))
            self.units += 1
            if self.units % UNITS_AT_ONCE == 0:
                yield batch.whole()
                batch = _Batch()
        if batch.lines:
            yield batch.whole()

    def _building(self, name: str) -> bytes:
        key = building_key(name)
        found = self._buildings.get(key)
        if found is None:
            new = new_id()
            self.new_buildings[new] = name
            found = self._buildings[key] = new.bytes
        return found

    def resolve(self) -> None:
        """Find the units by their doors and the persons among the owners on the roll, and lay out what differs."""
        for statement in RESOLVE:
            db.session.execute(text(statement), {"compound_id": self.compound_id})


class _Batch:
    """Units on their way to become rows."""

    def __init__(self) -> None:
        self.lines: list[bytes] = []
        self._buildings: list[bytes] = []

    def add(self, unit: RollUnit, building_id: bytes) -> None:
        self.lines.append(line_of(unit))
        self._buildings.append(building_id)

    def whole(self) -> Batch:
        return Batch(b"\n".join([*self.lines, b""]), b"".join(self._buildings))
