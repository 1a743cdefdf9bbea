"""Indexes that are built beside what runs: the table is read and written meanwhile."""

from typing import Any

from alembic import op
from sqlalchemy import text


def build_index(name: str, table: str, columns: list[str], **how: Any) -> None:
    """Build an index, unless it is there and whole; one of a build that was cut off is built anew.

    So a migration that was interrupted after it goes on from there. What was done before is committed: call it first.
    """
    with op.get_context().autocommit_block():
        whole = text("SELECT indisvalid FROM pg_index WHERE indexrelid = to_regclass(:name)")
        if not op.get_bind().scalar(whole, {"name": name}):
            op.execute(f"DROP INDEX CONCURRENTLY IF EXISTS {name}")
            op.create_index(name, table, columns, postgresql_concurrently=True, **how)
