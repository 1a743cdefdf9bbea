"""Accounts that are due to be closed, and what is kept no longer."""

from app.core.unit_of_work import unit_of_work
from app.privacy import closing, retention


def close_accounts() -> int:
    """Close what is due, each account in a transaction of its own; how many."""
    with unit_of_work():
        due = closing.due()
    closed = 0
    for account_id in due:
        with unit_of_work():
            closed += closing.close(account_id)
    return closed


def forget() -> int:
    """Forget what is due by the rules that no other job carries out; of how many."""
    return sum(retention.carry_out(rule) for rule in retention.RULES if rule.name in retention.OWN_RULES)
