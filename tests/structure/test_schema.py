"""The schema: migrations and models agree, and every compound's table starts its keys with the compound."""

import flask_migrate
import pytest
from flask import Flask
from sqlalchemy import Index, Table, UniqueConstraint, inspect

from app.bootstrap import allow_migrations, create_app, load_models
from app.core.db import db, dispose_of_engines
from app.core.settings import Settings
from tests.support import servers

load_models()
SHARED = {"org_unit", "party_branch", "area"}
"""Reference tables, copied to every node: a compound's table may refer to one of their rows."""
TABLES = [table for table in db.metadata.tables.values() if "compound_id" in table.columns]


def uniques(table: Table) -> list[list[str]]:
    constraints = [one for one in table.constraints if isinstance(one, UniqueConstraint)]
    indexes = [one for one in table.indexes if isinstance(one, Index) and one.unique]
    return [[column.name for column in one.columns] for one in (*constraints, *indexes)]


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_keys_of_a_compound_table_start_with_the_compound(table: Table):
    assert next(column.name for column in table.primary_key.columns) == "compound_id"
    assert all(columns[0] == "compound_id" for columns in uniques(table))


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_a_compound_table_refers_within_its_compound_only(table: Table):
    for constraint in table.foreign_key_constraints:
        target = constraint.elements[0].column
        assert target.table.name in SHARED or target.name == "compound_id", constraint.name
        assert target.table.name in SHARED or constraint.column_keys[0] == "compound_id", constraint.name


def test_tables_outside_compounds_never_refer_into_them():
    for table in db.metadata.tables.values():
        if table not in TABLES:
            assert all(key.column.table not in TABLES for key in table.foreign_keys)


@pytest.fixture
def scratch(settings: Settings, worker_id: str) -> Flask:
    return allow_migrations(create_app(servers.beside(settings, f"scratch_{worker_id}", template=None)))


def test_migrations_build_what_the_models_say_and_can_be_undone(scratch: Flask):
    with scratch.app_context():
        flask_migrate.upgrade()
        flask_migrate.check()
        flask_migrate.downgrade(revision="base")
        assert inspect(db.engine).get_table_names() == ["alembic_version"]
        flask_migrate.upgrade()
        dispose_of_engines()
