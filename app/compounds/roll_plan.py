"""What a checked roll would change, worked out and kept until it is carried out or forgotten."""

from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, BigInteger, Boolean, ForeignKeyConstraint, LargeBinary, Text, Uuid
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.types import TypeEngine

from app.core.db import Model


def _each(kind: type[TypeEngine[Any]]) -> Any:
    return mapped_column(ARRAY(kind), nullable=True)


class RollPlan(Model):
    """The changes of one import, right as long as the roll has the version of the check.

    A row is a whole import: an element of `unit_…` for each unit that is added or changed, of `opened_…` for each
    ownership that begins, of `closed` for each that ends; empty where there is none. Nobody is named in it: `owners`
    says which rows of the import's payload are to be stored as whom (`roll_owner_rows`), and `renumbered` whose number
    is another from then on.
    """

    __tablename__ = "roll_plan"
    __table_args__ = (
        ForeignKeyConstraint(
            ["compound_id", "import_id"], ["roll_import.compound_id", "roll_import.id"], ondelete="CASCADE"
        ),
    )

    compound_id: Mapped[UUID] = mapped_column(primary_key=True)
    import_id: Mapped[UUID] = mapped_column(primary_key=True)
    building_ids: Mapped[Any] = _each(Uuid)
    building_names: Mapped[Any] = _each(Text)
    unit_is_new: Mapped[Any] = _each(Boolean)
    unit_ids: Mapped[Any] = _each(Uuid)
    unit_building_ids: Mapped[Any] = _each(Uuid)
    unit_stairwells: Mapped[Any] = _each(Text)
    unit_rooms: Mapped[Any] = _each(Text)
    unit_uses: Mapped[Any] = _each(Text)
    unit_registers: Mapped[Any] = _each(BigInteger)
    unit_surveys: Mapped[Any] = _each(BigInteger)
    unit_contracts: Mapped[Any] = _each(BigInteger)
    unit_held: Mapped[Any] = _each(Boolean)
    renumbered: Mapped[Any] = _each(Uuid)
    closed: Mapped[Any] = _each(Uuid)
    opened_ids: Mapped[Any] = _each(Uuid)
    opened_unit_ids: Mapped[Any] = _each(Uuid)
    opened_owner_ids: Mapped[Any] = _each(Uuid)
    opened_numerators: Mapped[Any] = _each(BigInteger)
    opened_denominators: Mapped[Any] = _each(BigInteger)
    owners: Mapped[bytes | None] = mapped_column(LargeBinary)
