"""A group of commands that says plainly what is away."""

import getpass
import json
from typing import Any

import click
import redis
from flask.cli import AppGroup
from sqlalchemy.exc import OperationalError

from app.core.errors import AppError

operator_option = click.option("--operator", default=getpass.getuser, help="Who decides, for the record; your login.")


class OperatorsGroup(AppGroup):
    """As Flask's; a server that does not answer is one sentence and exit code 1, no traceback."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except AppError as error:
            about = json.dumps(error.details, ensure_ascii=False, default=str) if error.details else ""
            raise click.ClickException(f"{error.message} ({error.code}) {about}".rstrip()) from None
        except OperationalError:
            raise click.ClickException("PostgreSQL does not answer; see docs/runbook.md, PostgresqlGone.") from None
        except redis.RedisError:
            raise click.ClickException("Redis does not answer; see docs/runbook.md, RedisGone.") from None
