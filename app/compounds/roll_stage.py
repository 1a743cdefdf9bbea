"""A parsed roll beside the current one, in temporary tables: who is who, and what differs.

Nothing readable is staged: names and numbers stand there as keyed hashes, and masked for showing. The tables go with
the transaction; `roll_statements` says what is in them.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID

from psycopg import Connection, Copy
from psycopg.types.string import BytesBinaryDumper
from sqlalchemy import select, text

from app.compounds.doors import building_key
from app.compounds.models import Building
from app.compounds.roll_statements import COPIED, CREATE, RESOLVE
from app.compounds.roll_units import RollOwner, RollUnit
from app.core.crypto import lookup_hash
from app.core.db import db
from app.core.ids import new_id, new_id_bytes
from app.core.masking import mask_id_number, mask_name, mask_phone

_NO_OWNER = RollOwner("")


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
    """The staging of one roll: create it, `write` every unit inside `writing`, then `resolve`."""

    def __init__(self, compound_id: UUID) -> None:
        self.compound_id = compound_id
        rows = db.session.execute(select(Building.id, Building.name).where(Building.compound_id == compound_id))
        self._buildings = {building_key(name): building_id.bytes for building_id, name in rows}
        self.new_buildings: dict[UUID, str] = {}
        self.units = self.rows = 0
        for statement in CREATE:
            db.session.execute(text(statement))

    @contextmanager
    def writing(self) -> Iterator[None]:
        """While this is open, the connection does nothing but take what `write` sends."""
        with copy_into("pg_temp.roll_stage", COPIED) as copy:
            self._copy = copy
            yield

    def write(self, unit: RollUnit) -> None:
        """Send a unit with its owners. Rows are numbered from 0 in the order in which they are written."""
        unit_id, building_id = new_id_bytes(), self._building(unit.building)
        for position, owner in enumerate(unit.owners or (_NO_OWNER,)):
            self._copy.write_row(
                (
                    self.rows,
                    self.units,
                    position,
                    unit.sheet,
                    unit.row,
                    building_id,
                    unit.building,
                    unit.stairwell,
                    unit.room,
                    unit.use and unit.use.value,
                    unit.area_register_centi,
                    unit.area_survey_centi,
                    unit.area_contract_centi,
                    unit.held_by_developer,
                    len(unit.owners),
                    unit_id,
                    *_particulars(owner),
                    new_id_bytes(),
                    new_id_bytes(),
                )
            )
            self.rows += 1
        self.units += 1

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


def _particulars(owner: RollOwner) -> tuple[bytes | str | int | None, ...]:
    name, id_number, phone, share = owner
    if not name:
        return (None,) * 8
    return (
        lookup_hash("name", name),
        lookup_hash("id_number", id_number) if id_number else None,
        lookup_hash("phone", phone) if phone else None,
        mask_name(name),
        mask_id_number(id_number) if id_number else None,
        mask_phone(phone) if phone else None,
        share.numerator if share else None,
        share.denominator if share else None,
    )
