"""Alembic's entry: runs the migrations over the application's own engine, one transaction a migration."""

from alembic import context
from flask import current_app

from app.core.db import db


def run_migrations() -> None:
    """Upgrade or downgrade the database of the current application."""
    with db.engine.connect() as connection:
        context.configure(
            connection=connection,
            target_metadata=db.metadata,
            transaction_per_migration=True,
            compare_server_default=True,
            **current_app.extensions["migrate"].configure_args,
        )
        with context.begin_transaction():
            context.run_migrations()


if context.is_offline_mode():
    context.configure(dialect_name="postgresql", target_metadata=db.metadata, literal_binds=True)
    with context.begin_transaction():
        context.run_migrations()
else:
    run_migrations()
