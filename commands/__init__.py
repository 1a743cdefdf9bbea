"""Operators' commands: `flask --app wsgi …`."""

from flask import Flask

from commands.dev import dev


def register(application: Flask) -> None:
    """Add the commands; those for development only in embedded mode."""
    if application.config["SETTINGS"].embedded:
        application.cli.add_command(dev)
