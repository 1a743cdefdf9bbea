"""How long things last, and the text that consents to being named refer to."""

from datetime import datetime

from app.core.periods import end_of_period
from app.core.settings import Settings
from app.noticeboard.models import Colour

CONSENT_VERSION = 1
CONSENT_TEXT = {
    1: "小区拟在红榜上表扬您，并向本小区居民公开您的姓名。"
    "公开范围：仅限本小区已认证的居民；公开期限：不超过本条内容的公示期。"
    "您可以不同意，不影响表扬事迹本身；同意后可以随时撤回，撤回后姓名立即不再显示。",
}
"""By version: a consent is for the text that the person saw (PIPL 14, 25)."""

_hearing_days = 3
_days = {Colour.BLACK: 7, Colour.RED: 30}


def configure(settings: Settings) -> None:
    """Take over the settings."""
    global _hearing_days
    _hearing_days = settings.notice_hearing_days
    _days.update({Colour.BLACK: settings.notice_black_days, Colour.RED: settings.notice_red_days})


def hearing_end(told_at: datetime) -> datetime:
    """Until when the person who was told may answer before anything is published."""
    return end_of_period(told_at, _hearing_days)


def expiry(published_at: datetime, colour: Colour) -> datetime:
    """When a published entry expires by itself."""
    return end_of_period(published_at, _days[colour])
