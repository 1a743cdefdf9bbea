"""The steps that make a database on Citus a distributed one, in their order."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter
from typing import Final

from sqlalchemy import text

from app.core.db import db
from app.core.unit_of_work import unit_of_work
from commands.cluster.catalogue import Table
from commands.cluster.intended import DROPPED_TRIGGERS, REBUILT, Kind, Place

_ABSENT: Final = (
    "This PostgreSQL has no extension Citus. Install it on every node, put it into shared_preload_libraries, say "
    "CREATE EXTENSION citus and name the nodes: docs/scaling.md, section Citus."
)
_NO_TRIGGERS: Final = (
    "citus.enable_unsafe_triggers is off. Turn it on on every node: the schema's triggers ask for rows of their own "
    "compound alone (`flask cluster plan` has looked)."
)


class CannotDistribute(Exception):
    """What is missing, and what to do, in one sentence."""


@dataclass(frozen=True)
class Step:
    """One statement, and the table that it makes a part of the cluster."""

    table: str
    sql: str


def steps(tables: Sequence[Table], places: Mapping[str, Place | None]) -> Sequence[Step]:
    """What `distribute` does, each table after those that it refers to. Raises CannotDistribute at a cycle."""
    kept = {table.name: table for table in tables if _kind(places, table.name) is not Kind.LOCAL}
    graph = {
        name: sorted({key.target for key in table.foreign_keys} & kept.keys() - {name}) for name, table in kept.items()
    }
    try:
        order = list(TopologicalSorter(graph).static_order())
    except CycleError as error:
        raise CannotDistribute(f"These tables refer to each other in a circle: {', '.join(error.args[1])}.") from None
    ordered = sorted(order, key=lambda name: _kind(places, name) is not Kind.REFERENCE)
    return [*_changes(tables, places), *_moves(ordered, places)]


def distribute(wanted: Sequence[Step]) -> Iterator[Step]:
    """Do the steps that are not done yet, each in a transaction of its own; they are yielded once done.

    Stopped at any moment, it is run again and goes on. Raises CannotDistribute where the server is not ready for it.
    """
    _require_citus()
    with unit_of_work():
        done = set(db.session.scalars(text("SELECT logicalrelid::regclass::text FROM pg_dist_partition")))
    for step in wanted:
        if step.table in done and step.sql.startswith("SELECT create_"):
            continue
        with unit_of_work():
            # a table with foreign keys into reference tables is worked on over one connection a node
            db.session.execute(text("SELECT set_config('citus.multi_shard_modify_mode', 'sequential', true)"))
            db.session.execute(text(step.sql))
        yield step


def _require_citus() -> None:
    with unit_of_work():
        if not db.session.scalar(text("SELECT 1 FROM pg_extension WHERE extname = 'citus'")):
            raise CannotDistribute(_ABSENT)
        if db.session.scalar(text("SELECT current_setting('citus.enable_unsafe_triggers', true)")) != "on":
            raise CannotDistribute(_NO_TRIGGERS)


def _changes(tables: Sequence[Table], places: Mapping[str, Place | None]) -> Iterator[Step]:
    """What the schema needs first: triggers dropped, constraints made anew; nothing for what is done already."""
    for table in tables:
        for trigger in table.triggers:
            if trigger.name in DROPPED_TRIGGERS:
                yield Step(table.name, f"DROP TRIGGER {trigger.name} ON {table.name}")
        for unique in table.uniques:
            rebuilt = REBUILT.get(unique.name)
            if rebuilt and (places[table.name] or Place(Kind.LOCAL)).column not in unique.equal:
                yield Step(table.name, f"CREATE EXTENSION IF NOT EXISTS {rebuilt.extension}")
                yield Step(
                    table.name,
                    f"ALTER TABLE {table.name} DROP CONSTRAINT {unique.name},"
                    f" ADD CONSTRAINT {unique.name} {rebuilt.constraint}",
                )


def _moves(order: Sequence[str], places: Mapping[str, Place | None]) -> Iterator[Step]:
    first: dict[str, str] = {}
    for name in order:
        column = (places[name] or Place(Kind.LOCAL)).column
        if column is None:
            yield Step(name, f"SELECT create_reference_table('{name}')")
            continue
        beside = first.setdefault(column, name)
        with_whom = "none" if beside == name else beside
        yield Step(name, f"SELECT create_distributed_table('{name}', '{column}', colocate_with => '{with_whom}')")


def _kind(places: Mapping[str, Place | None], name: str) -> Kind:
    return (places[name] or Place(Kind.LOCAL)).kind
