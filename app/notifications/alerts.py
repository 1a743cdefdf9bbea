"""What sending tells about WeChat's own state: alerts for the operator, once each, over with the next success."""

from collections.abc import Iterable
from dataclasses import dataclass

from app.core import alerts
from app.core.alerts import AlertCode


@dataclass(frozen=True)
class Attempt:
    """One attempt to send, as far as the operator is concerned.

    channel   name of the way that it was sent by, as "subscribe"
    errcode   WeChat's error code; None: WeChat took the message
    detail    WeChat's errmsg
    """

    channel: str
    template_id: str
    errcode: int | None = None
    detail: str = ""


def observe(attempts: Iterable[Attempt]) -> None:
    """Raise what these attempts show to be wrong, end what they show to be right. One call a batch.

    Statements of its own, at once: call it outside a transaction or inside one, but not for attempts without an
    answer, which show nothing.
    """
    wrong: dict[tuple[AlertCode, str], str] = {}
    right: set[str] = set()
    for attempt in attempts:
        if attempt.errcode is None:
            right |= {attempt.channel, attempt.template_id}
        elif meaning := alerts.WECHAT.get(attempt.errcode):
            subject = attempt.template_id if meaning.of_template else attempt.channel
            wrong.setdefault((meaning.code, subject), attempt.detail)
    alerts.over(right - {subject for _, subject in wrong})
    for (code, subject), detail in wrong.items():
        alerts.seen(code, subject, detail)


def template_missing(kind: str) -> None:
    """A kind has no template on any channel. `flask notifications check` ends it."""
    alerts.seen(AlertCode.TEMPLATE_MISSING, kind)
