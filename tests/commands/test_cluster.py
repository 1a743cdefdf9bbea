"""The plan for a cluster comes from the real catalogue: the schema can be distributed, what cannot be is named."""

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskCliRunner
from sqlalchemy import text

from app.bootstrap import create_app, upgrade_schema
from app.core.db import db, dispose_of_engines
from app.core.settings import Settings
from commands import register
from commands.cluster import catalogue
from commands.cluster.distributing import CannotDistribute, steps
from commands.cluster.intended import OTHERS, REBUILT, Kind, place_of
from commands.cluster.rules import obstacles
from launcher import external


def run(application: Flask, *args: str) -> tuple[int, str]:
    register(application)
    result = FlaskCliRunner(application).invoke(args=["cluster", *args])
    return result.exit_code, result.output


def standing_in_the_way():
    """What the rules find; in the schema as it is, nothing."""
    tables = catalogue.tables()
    return obstacles(tables, {one.name: place_of(one.name, frozenset(one.columns)) for one in tables})


def test_the_schema_can_be_distributed(app: Flask):
    code, said = run(app, "plan")
    assert (code, said.splitlines()[-1]) == (0, "Nothing stands in the way.")
    titles = [line for line in said.splitlines() if line.endswith(":")]
    assert [title.split(" (")[0] for title in titles[:4]] == [
        "distributed by account_id",
        "distributed by compound_id",
        "local",
        "reference",
    ]
    by_compound = said.split("distributed by compound_id")[1].split("local (")[0]
    assert {"ballot", "outbox", "wish", "slot", "audit_event"} <= set(by_compound.replace(",", " ").split())


def test_the_plan_names_no_table_that_is_not_there(app: Flask):
    assert OTHERS.keys() <= {table.name for table in catalogue.tables()} | {"alembic_version"}


@pytest.mark.parametrize(
    ("statement", "obstacle"),
    [
        ("CREATE TABLE stray (id uuid PRIMARY KEY)", "stray: it has no compound_id, and no class"),
        (
            "CREATE TABLE stray (compound_id uuid NOT NULL, id uuid PRIMARY KEY)",
            "stray: stray_pkey does not contain compound_id",
        ),
        ("ALTER TABLE wish ADD COLUMN code text UNIQUE", "wish: wish_code_key does not contain compound_id"),
        ("CREATE UNIQUE INDEX only_text ON wish (text)", "wish: only_text does not contain compound_id"),
        (
            "CREATE TABLE stray (compound_id uuid NOT NULL, during tstzrange, EXCLUDE USING gist (during WITH &&))",
            "stray: stray_during_excl does not contain compound_id",
        ),
        ("CREATE TABLE stray (compound_id uuid)", "stray: compound_id may be NULL"),
        (
            "CREATE TABLE stray (compound_id uuid NOT NULL, number integer GENERATED ALWAYS AS IDENTITY)",
            "stray: number is numbered and no bigint",
        ),
        ("CREATE TABLE stray () INHERITS (wish_backing)", "stray: it inherits from wish_backing"),
        (
            "CREATE TABLE stray (compound_id uuid NOT NULL, wish_id uuid NOT NULL, of uuid NOT NULL,"
            " FOREIGN KEY (of, wish_id) REFERENCES wish (compound_id, id))",
            "stray: stray_of_wish_id_fkey does not refer by compound_id",
        ),
        (
            "CREATE TABLE stray (compound_id uuid NOT NULL, wish_id uuid,"
            " FOREIGN KEY (compound_id, wish_id) REFERENCES wish (compound_id, id) ON DELETE SET NULL)",
            "stray: stray_compound_id_wish_id_fkey would change compound_id (SET NULL)",
        ),
        (
            "CREATE TABLE stray (compound_id uuid NOT NULL REFERENCES org_unit ON UPDATE CASCADE)",
            "stray: stray_compound_id_fkey would change compound_id (CASCADE)",
        ),
        (
            "ALTER TABLE account ADD COLUMN compound_id uuid, ADD COLUMN home uuid,"
            " ADD FOREIGN KEY (compound_id, home) REFERENCES unit (compound_id, id)",
            "account: account_compound_id_home_fkey refers from a reference table to a distributed one",
        ),
        (
            "ALTER TABLE wish ADD COLUMN alert uuid REFERENCES operator_alert (id)",
            "wish: wish_alert_fkey refers to the local table operator_alert",
        ),
        (
            "ALTER TABLE operator_alert ADD COLUMN c uuid, ADD COLUMN w uuid,"
            " ADD FOREIGN KEY (c, w) REFERENCES wish (compound_id, id)",
            "operator_alert: a local table refers to a distributed one",
        ),
        (
            "CREATE FUNCTION counts() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
            " UPDATE operator_alert SET code = code; RETURN NULL; END $$;"
            " CREATE TRIGGER counts AFTER INSERT ON wish FOR EACH ROW EXECUTE FUNCTION counts()",
            "wish: the trigger counts asks for rows of operator_alert",
        ),
        (
            "CREATE TRIGGER other_name AFTER UPDATE ON org_unit FOR EACH ROW EXECUTE FUNCTION raise_home_version()",
            "org_unit: the trigger other_name asks for rows of",
        ),
    ],
)
def test_what_cannot_be_distributed_is_named(app: Flask, statement: str, obstacle: str):
    db.session.execute(text(statement))
    [found] = standing_in_the_way()
    assert str(found).startswith(obstacle)


def test_an_obstacle_is_refused_with_what_to_do(app: Flask):
    db.session.execute(text("CREATE TABLE stray (id uuid PRIMARY KEY)"))
    for act in (("plan",), ("plan", "--sql"), ("distribute", "--really")):
        code, said = run(app, *act)
        assert code == 1
        assert "Give it compound_id, or name it in intended.py." in said


def test_the_statements_put_each_table_after_those_that_it_refers_to(app: Flask):
    code, said = run(app, "plan", "--sql")
    assert code == 0
    moved = [line.split("'")[1] for line in said.splitlines() if line.startswith("SELECT create_")]
    tables = {table.name: table for table in catalogue.tables()}
    for place, name in enumerate(moved):
        for key in tables[name].foreign_keys:
            assert key.target == name or key.target in moved[:place], (name, key.target)
    kept = [name for name, one in tables.items() if place_of(name, frozenset(one.columns)).kind is not Kind.LOCAL]
    assert sorted(moved) == sorted(kept)
    assert said.count("colocate_with => 'none'") == 2, "one group for compounds, one for accounts"


def test_tables_that_refer_to_each_other_in_a_circle_are_refused(app: Flask):
    db.session.execute(
        text(
            "ALTER TABLE unit ADD COLUMN wish_id uuid,"
            " ADD FOREIGN KEY (compound_id, wish_id) REFERENCES wish (compound_id, id)"
        )
    )
    tables = catalogue.tables()
    with pytest.raises(CannotDistribute, match="circle"):
        steps(tables, {one.name: place_of(one.name, frozenset(one.columns)) for one in tables})


def test_without_the_extension_nothing_is_done(app: Flask):
    code, said = run(app, "distribute", "--really")
    assert code == 1
    assert "This PostgreSQL has no extension Citus. Install it on every node" in said
    assert db.session.scalar(text("SELECT count(*) FROM pg_trigger WHERE tgname = 'org_unit_raises_home_version'")) == 1
    assert run(app, "distribute")[0] == 0


@pytest.fixture
def on_debian(settings: Settings) -> Iterator[None]:
    """The program's schema on Debian's PostgreSQL, which has the extensions that the embedded one lacks."""
    if not external.POSTGRES_BIN.is_dir():
        (pytest.fail if "CI" in os.environ else pytest.skip)("Debian's PostgreSQL is not installed")
    with tempfile.TemporaryDirectory(prefix="t-") as folder:
        Path(folder).chmod(0o711)
        with external.postgres(Path(folder)) as url:
            there = {"database_url": url, "redis_url": settings.effective_redis_url}
            with create_app(settings.model_copy(update=there)).app_context():
                upgrade_schema()
                yield
                db.session.remove()
                dispose_of_engines()


@pytest.mark.usefixtures("on_debian")
def test_a_constraint_made_anew_refuses_what_it_refused_before():
    [rebuilt] = REBUILT.values()
    tables = catalogue.tables()
    places = {one.name: place_of(one.name, frozenset(one.columns)) for one in tables}
    changes = [step.sql for step in steps(tables, places) if not step.sql.startswith("SELECT")]
    for change in changes:
        db.session.execute(text(change))
    booking = next(one for one in catalogue.tables() if one.name == rebuilt.table)
    [made] = [one for one in booking.uniques if one.name in REBUILT]
    assert {"compound_id", "person_id"} <= made.equal
    assert not [one for one in steps(catalogue.tables(), places) if not one.sql.startswith("SELECT")], "done once"
