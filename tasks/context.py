"""What jobs run in: the application, made once a process."""

from flask import current_app

from app.core.settings import Settings


def settings() -> Settings:
    """The settings of this worker."""
    found: Settings = current_app.config["SETTINGS"]
    return found
