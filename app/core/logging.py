"""JSON logs on standard output, one object a line, with the request id that a job inherits. No personal data.

A command's standard output is its answer, which may go into a file: its logs go to standard error.
"""

import logging
import os
import sys
from collections.abc import MutableMapping
from typing import Any

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


def configure(level: str) -> None:
    """Send structlog's and the standard library's records through one JSON renderer."""
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
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelName(level)),
        cache_logger_on_first_use=False,
    )
    handler = logging.StreamHandler(sys.stderr if _OF_A_COMMAND in os.environ else sys.stdout)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.JSONRenderer(ensure_ascii=False),
            ],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    for chatty in CHATTY:
        logging.getLogger(chatty).setLevel(logging.WARNING)
