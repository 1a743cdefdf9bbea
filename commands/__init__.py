"""Operators' commands: `flask --app wsgi …`."""

from flask import Flask

from commands.dev import dev
from commands.notifications import notifications
from commands.org import org


def register(application: Flask) -> None:
    """Add the commands; those for development only in embedded mode."""
    application.cli.add_command(org)
    application.cli.add_command(notifications)
    if application.config["SETTINGS"].embedded:
        application.cli.add_command(dev)
