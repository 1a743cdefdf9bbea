"""Acts on the red/black list, for callers. None commits; the edge of the request or job does."""

from app.noticeboard.appeals import appeal
from app.noticeboard.appeals import decide as decide_appeal
from app.noticeboard.consents import decide as decide_consent
from app.noticeboard.consents import withdraw as withdraw_consent
from app.noticeboard.drafting import change, create, submit, withdraw
from app.noticeboard.hearing import answer, tell_on_paper
from app.noticeboard.nominations import decline, nominate, withdraw_nomination
from app.noticeboard.publishing import publish, take_down

__all__ = [
    "answer",
    "appeal",
    "change",
    "create",
    "decide_appeal",
    "decide_consent",
    "decline",
    "nominate",
    "publish",
    "submit",
    "take_down",
    "tell_on_paper",
    "withdraw",
    "withdraw_consent",
    "withdraw_nomination",
]
