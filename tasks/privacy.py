"""Accounts that are due to be closed."""

from app.core.unit_of_work import unit_of_work
from app.privacy import closing


def close_accounts() -> int:
    """Close what is due, each account in a transaction of its own; how many."""
    with unit_of_work():
        due = closing.due()
    closed = 0
    for account_id in due:
        with unit_of_work():
            closed += closing.close(account_id)
    return closed
