"""What Citus demands of a schema, and where this one does not meet it.

From Citus' documentation ("Creating and Modifying Distributed Tables") and its regression tests on foreign keys and
triggers:

- each unique, primary key or exclusion constraint of a distributed table compares the distribution column by equality,
  since each node looks at its own rows alone;
- a distributed table refers to reference tables, and to tables distributed by the same column with that column at the
  same place in both; never to a local table, and a reference table never to a distributed one;
- where a foreign key has the distribution column, nothing may set it: no SET NULL or SET DEFAULT, no cascading UPDATE;
- triggers are created with `citus.enable_unsafe_triggers` only. One on a distributed table may ask for rows of the same
  distribution alone, with the same value; one on a reference table may ask for nothing that Citus keeps;
- columns that the server numbers are bigint; inheritance is not known.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from commands.cluster.catalogue import ForeignKey, Table
from commands.cluster.intended import DROPPED_TRIGGERS, REBUILT, Kind, Place

_WORD: Final = re.compile(r"\w+")
_SETS: Final = {"n": "SET NULL", "d": "SET DEFAULT"}
_CASCADES: Final = {**_SETS, "c": "CASCADE"}


@dataclass(frozen=True)
class Obstacle:
    """What stands in the way of a table, and what would have to be done."""

    table: str
    what: str
    remedy: str

    def __str__(self) -> str:
        return f"{self.table}: {self.what}. {self.remedy}."


def obstacles(tables: Sequence[Table], places: Mapping[str, Place | None]) -> Sequence[Obstacle]:
    """All that stands in the way, table by table."""
    return [found for table in tables for found in _of_table(table, places)]


def _of_table(table: Table, places: Mapping[str, Place | None]) -> Iterator[Obstacle]:
    place = places[table.name]
    if place is None:
        yield Obstacle(
            table.name, "it has no compound_id, and no class", "Give it compound_id, or name it in intended.py"
        )
        return
    if place.kind is Kind.DISTRIBUTED:
        yield from _distribution(table, place)
    if place.kind is not Kind.LOCAL:
        yield from _keys(table, place, places)
        yield from _triggers(table, place, places)
    elif any(_place(places, key.target).kind is Kind.DISTRIBUTED for key in table.foreign_keys):
        yield Obstacle(table.name, "a local table refers to a distributed one", "Drop the foreign key")


def _distribution(table: Table, place: Place) -> Iterator[Obstacle]:
    column = place.column or ""
    if column not in table.columns:
        yield Obstacle(table.name, f"it has no column {column}", "Add the column, filled and NOT NULL")
        return
    if column in table.nullable:
        yield Obstacle(table.name, f"{column} may be NULL", "Make it NOT NULL")
    for unique in table.uniques:
        if column not in unique.equal and unique.name not in REBUILT:
            yield Obstacle(table.name, f"{unique.name} does not contain {column}", f"Add {column} to it")
    for numbered in sorted(table.identities):
        if table.columns[numbered] != "bigint":
            yield Obstacle(table.name, f"{numbered} is numbered and no bigint", "Make it bigint")
    for parent in table.parents:
        yield Obstacle(table.name, f"it inherits from {parent}", "Make it a table of its own")


def _keys(table: Table, place: Place, places: Mapping[str, Place | None]) -> Iterator[Obstacle]:
    for key in table.foreign_keys:
        target = _place(places, key.target)
        if target.kind is Kind.LOCAL:
            yield Obstacle(table.name, f"{key.name} refers to the local table {key.target}", "Drop the foreign key")
        elif target.kind is Kind.DISTRIBUTED and place.kind is Kind.REFERENCE:
            yield Obstacle(
                table.name, f"{key.name} refers from a reference table to a distributed one", "Drop the foreign key"
            )
        elif target.kind is Kind.DISTRIBUTED and not _colocated(key, place, target):
            yield Obstacle(
                table.name,
                f"{key.name} does not refer by {place.column} to a table distributed by it",
                f"Put {place.column} first on both sides",
            )
        if place.column in key.columns and (key.on_delete in _SETS or key.on_update in _CASCADES):
            action = _SETS.get(key.on_delete) or _CASCADES[key.on_update]
            yield Obstacle(table.name, f"{key.name} would change {place.column} ({action})", "Use NO ACTION")


def _colocated(key: ForeignKey, place: Place, target: Place) -> bool:
    pairs = list(zip(key.columns, key.referred, strict=True))
    return place.column == target.column and (place.column, target.column) in pairs


def _triggers(table: Table, place: Place, places: Mapping[str, Place | None]) -> Iterator[Obstacle]:
    for trigger in table.triggers:
        if trigger.name in DROPPED_TRIGGERS:
            continue
        asked = sorted(places.keys() & set(_WORD.findall(trigger.source)))
        foreign = [name for name in asked if place.kind is Kind.REFERENCE or not _reached(place, _place(places, name))]
        if foreign:
            yield Obstacle(
                table.name,
                f"the trigger {trigger.name} asks for rows of {', '.join(foreign)}, which its node may not have",
                "Do it in the act's own statements",
            )


def _reached(place: Place, asked: Place) -> bool:
    return asked.kind is Kind.REFERENCE or asked == place


def _place(places: Mapping[str, Place | None], table: str) -> Place:
    return places.get(table) or Place(Kind.LOCAL)
