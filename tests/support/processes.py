"""Processes of the product, started by a test."""

import json
import os
from pathlib import Path

from app.core.settings import Settings

ROOT = Path(__file__).parents[2]


def environment(settings: Settings) -> dict[str, str]:
    """The environment in which a process reads these settings."""
    named = {name.upper(): value for name, value in settings.model_dump(exclude_defaults=True).items()}
    values = {name: json.dumps(value) if isinstance(value, dict) else str(value) for name, value in named.items()}
    return {**os.environ, **values, "LOG_LEVEL": "INFO"}
