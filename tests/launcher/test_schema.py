"""The launcher skips the migrations only where the database is at the newest."""

from pathlib import Path

from flask import Flask
from sqlalchemy import text

from app.core.db import db
from app.core.settings import Settings
from launcher import schema
from tests.support import servers


def test_only_the_newest_schema_needs_no_migration(settings: Settings, app: Flask, worker_id: str):
    assert schema.heads() == set(db.session.scalars(text("SELECT version_num FROM alembic_version")))
    assert schema.is_newest(settings)
    empty = servers.beside(settings, f"schema_{worker_id}", template=None)
    assert not schema.is_newest(empty)
    assert not schema.is_newest(settings.model_copy(update={"embedded_database": "of_nobody", "database_url": ""}))


def test_a_head_is_what_no_other_migration_builds_on(tmp_path: Path):
    (tmp_path / "1.py").write_text('revision = "1"\ndown_revision = None\n')
    (tmp_path / "2.py").write_text('revision = "2"\ndown_revision = "1"\n')
    assert schema.heads(tmp_path) == {"2"}
    (tmp_path / "3.py").write_text('revision = "3"\ndown_revision: str = ("1", "2")\n')
    assert schema.heads(tmp_path) == {"3"}
