"""Jobs of the outbox."""

from collections.abc import Callable

import structlog

from app.core import wechat
from app.core.unit_of_work import unit_of_work
from app.notifications import fan_out, followers, sender
from tasks.context import settings
from tasks.sweeping import in_turns

log = structlog.get_logger(__name__)


def write_fan_outs() -> int:
    """Write the messages to many that are recorded, a page at a time; how many were new."""
    return in_turns(write_fan_outs, _write_page)


def _write_page() -> int | None:
    with unit_of_work():
        return fan_out.write_page()


def report_in_doubt() -> int:
    """Log the messages that may or may not have arrived; how many."""
    with unit_of_work():
        return sender.report_in_doubt()


def match_followers() -> int:
    """Ask for the unionids of new followers of the official account; how many."""
    return in_turns(match_followers, lambda: _of_the_account(followers.match) or None)


def read_followers() -> int:
    """Read the list of all followers of the official account; how many there are."""
    return _of_the_account(followers.read_list)


def _of_the_account(act: Callable[[], int]) -> int:
    """Do it if there is such an account; what WeChat refuses now is asked for again by the next sweep."""
    if not settings().secrets["wechat_official_appid"]:
        return 0
    try:
        return act()
    except (wechat.WeChatError, wechat.WeChatUnreachable) as error:
        log.error("followers_not_read", errcode=getattr(error, "errcode", None))
        return 0
