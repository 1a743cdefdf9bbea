"""Accounts that are due to be closed, and what is kept no longer."""

from app.privacy import closing, retention
from tasks.sweeping import each, in_turns


def close_accounts() -> int:
    """Close what is due, each account in a transaction of its own; how many."""
    return sum(each(lambda: [(account_id,) for account_id in closing.due()], closing.close))


def forget() -> int:
    """Forget what is due by the rules that no other job carries out; of how many."""
    return in_turns(forget, _forget_some)


def _forget_some() -> int | None:
    own = [(rule.forget,) for rule in retention.RULES if rule.name in retention.OWN_RULES]
    return sum(each(lambda: own, lambda forgotten: forgotten())) or None
