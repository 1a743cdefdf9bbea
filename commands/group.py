"""Commands and groups of commands that say plainly what is away."""

import getpass
import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import click
import redis
from flask.cli import AppGroup, with_appcontext
from sqlalchemy.exc import OperationalError

from app.core.errors import AppError, ConfigurationError

operator_option = click.option("--operator", default=getpass.getuser, help="Who decides, for the record; your login.")


class OperatorsGroup(AppGroup):
    """As Flask's; a server that does not answer is one sentence and exit code 1, no traceback."""

    def invoke(self, ctx: click.Context) -> Any:
        with plainly():
            return super().invoke(ctx)


class OperatorsCommand(click.Command):
    """The same for a command that stands in no group."""

    def invoke(self, ctx: click.Context) -> Any:
        with plainly():
            return with_appcontext(super().invoke)(ctx)


@contextmanager
def plainly() -> Iterator[None]:
    """Turn what an operator can put right into one sentence. Raises click.ClickException."""
    try:
        yield
    except AppError as error:
        about = json.dumps(error.details, ensure_ascii=False, default=str) if error.details else ""
        raise click.ClickException(f"{error.message} ({error.code}) {about}".rstrip()) from None
    except ConfigurationError as error:
        raise click.ClickException(str(error)) from None
    except OperationalError:
        raise click.ClickException("PostgreSQL does not answer; see docs/runbook.md, PostgresqlGone.") from None
    except redis.RedisError:
        raise click.ClickException("Redis does not answer; see docs/runbook.md, RedisGone.") from None
