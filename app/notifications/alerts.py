"""What sending tells about WeChat's own state: alerts for the operator, once each, over with the next success."""

from collections.abc import Iterable

from app.core import alerts
from app.core.alerts import AlertCode
from app.notifications.delivery import Delivery, Outcome

NO_TEMPLATE = "no_template"


def observe(outcomes: Iterable[Outcome]) -> None:
    """Raise what these outcomes show to be wrong, end what they show to be right. One call a batch.

    Written at once, in the caller's transaction or outside one. An attempt without an answer shows nothing.
    """
    wrong: dict[tuple[AlertCode, str], str] = {}
    right: set[str] = set()
    for outcome in outcomes:
        if outcome.code == NO_TEMPLATE:
            wrong[AlertCode.TEMPLATE_MISSING, outcome.message.kind] = ""
        elif outcome.delivery is Delivery.SENT:
            right |= {outcome.message.kind, outcome.channel or "", outcome.template_id or ""}
        elif meaning := alerts.WECHAT.get(outcome.errcode or 0):
            subject = outcome.template_id if meaning.of_template else outcome.channel
            wrong.setdefault((meaning.code, subject or ""), outcome.words)
    alerts.work(right - {subject for _, subject in wrong} - {""})
    for (code, subject), words in wrong.items():
        alerts.seen(code, subject, words)
