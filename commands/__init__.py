"""Operators' commands: `flask --app wsgi …`."""

from flask import Flask

from app.bootstrap import allow_migrations
from commands.audit import audit_log
from commands.backup.commands import backup, restore
from commands.cluster import cluster
from commands.dev import dev
from commands.events import events
from commands.jobs import jobs
from commands.keys import keys
from commands.notifications import notifications
from commands.org import org
from commands.privacy import privacy


def register(application: Flask) -> None:
    """Add the commands; those for development only in embedded mode."""
    allow_migrations(application)
    for group in (org, notifications, events, jobs, keys, audit_log, privacy, cluster):
        application.cli.add_command(group)
    for command in (backup, restore):
        application.cli.add_command(command)
    if application.config["SETTINGS"].embedded:
        application.cli.add_command(dev)
