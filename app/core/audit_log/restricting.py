"""A database role for the program that may add to the audit log and read it, and has no right to change it.

The owner of the tables gives the rights; the program runs as the restricted role. docs/operations.md says how.
"""

from psycopg import sql
from sqlalchemy import text

from app.core.audit_log.checking import KEPT
from app.core.db import db


def grant_to(role: str) -> None:
    """Give the role what the program needs, also on tables that later migrations make, and no more on the log.

    Raises sqlalchemy.exc.ProgrammingError for a role that there is not.
    """
    name = sql.Identifier(role)
    listed = sql.SQL(", ").join(map(sql.Identifier, KEPT))
    for statement in (
        sql.SQL("GRANT USAGE ON SCHEMA public TO {name}"),
        sql.SQL("GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {name}"),
        sql.SQL("ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO {name}"),
        sql.SQL("REVOKE UPDATE, DELETE, TRUNCATE ON {listed} FROM {name}"),
        sql.SQL("REVOKE ALL ON alembic_version FROM {name}"),
        sql.SQL("GRANT SELECT ON alembic_version TO {name}"),
    ):
        db.session.execute(text(statement.format(name=name, listed=listed).as_string()))
