"""Operators' commands for messages: `flask --app wsgi notifications …`. docs/runbook.md says when to use which."""

from commands.group import OperatorsGroup
from commands.notifications import doubt, looking, trying

notifications = OperatorsGroup("notifications", help="Messages: how they stand, and what to do about it.")

for command in (looking.status, looking.check, doubt.retry, doubt.arrived, doubt.give_up, doubt.resolve):
    notifications.add_command(command)
for command in (trying.preview, trying.send_test):
    notifications.add_command(command)
