"""JSON logs on standard output, one object a line, with the request id that a job inherits. No personal data.

A command's standard output is its answer, which may go into a file: its logs go to standard error.
"""

import logging
import os
import sys
from collections.abc import MutableMapping
from contextlib import suppress
from typing import Any, Final, TextIO

import structlog
from structlog.tracebacks import ExceptionDictTransformer

from app.core import tracing

CHATTY = (
    "urllib3",
    "httpx",
    "httpcore",
    "wechatpy",
    "botocore",
    "boto3",
    "s3transfer",
    "alembic.runtime.plugins",
    "app.core.pool",
)
"""Whose finer logs quote addresses, and an address may carry a secret, or tell what they loaded or opened."""
_OF_A_COMMAND = "FLASK_RUN_FROM_CLI"
"""Set by Flask for the time of a command."""


def _first_lines(_: Any, __: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Keep an exception's first line only: what follows may quote a row (PostgreSQL's DETAIL)."""
    for exception in event.get("exception", ()):
        exception["exc_value"] = exception["exc_value"].partition("\n")[0][:200]
    return event


class _Lines:
    """Writes the lines of one of structlog's loggers itself: to make records of them took two thirds of a line's time.

    As with the standard library's handlers, what is told of goes on where nobody can be told.
    """

    def __init__(self, name: str, stream: TextIO) -> None:
        self.name, self._stream = name, stream

    def line(self, rendered: str) -> None:
        with suppress(OSError, ValueError):
            self._stream.write(rendered + "\n")
            self._stream.flush()

    debug = info = warning = error = exception = critical = line


_RENDER: Final = structlog.processors.JSONRenderer(ensure_ascii=False)


def configure(level: str) -> None:
    """Send structlog's lines and the standard library's records through one JSON renderer to one stream."""
    stream = sys.stderr if _OF_A_COMMAND in os.environ else sys.stdout
    shared: list[structlog.types.Processor] = [
        structlog.contextvars.merge_contextvars,
        tracing.mark,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.ExceptionRenderer(ExceptionDictTransformer(show_locals=False)),
        _first_lines,
    ]
    structlog.configure(
        processors=[*shared, _RENDER],
        logger_factory=lambda name: _Lines(name, stream),
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelName(level)),
        cache_logger_on_first_use=False,
    )
    handler = logging.StreamHandler(stream)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, _RENDER],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    for chatty in CHATTY:
        logging.getLogger(chatty).setLevel(logging.WARNING)
