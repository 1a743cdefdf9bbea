"""The kinds of messages about roles, by the value of their `Kind`."""

from datetime import timedelta

from app.core.queueing import Urgency
from app.notifications.kinds import Template

_FIELDS = {"role": "thing1", "node": "thing2", "hint": "thing3", "at": "time4"}


def _of(name: str, reason: str) -> Template:
    return Template(
        name=name,
        recipient="担任这个职务的人",
        reason=reason,
        fields=_FIELDS,
        page="pages/home/index",
        urgency=Urgency.NORMAL,
        lifetime=timedelta(days=14),
        at_night=False,
    )


TEMPLATES = {
    "role_given": _of("职务任命通知", "您有了这个职务的权限和责任，须知道从何时起"),
    "role_ended": _of("职务免去通知", "您不再有这个职务的权限，须知道从何时起"),
}
