"""The kinds of messages about roles, by the value of their `Kind`."""

from datetime import timedelta

from app.core.queueing import Urgency
from app.notifications.kinds import Template

_FIELDS = {"role": "thing1", "node": "thing2", "hint": "thing3", "at": "time4"}


_HOLDER = "担任这个职务的人"
_HOME = "pages/home/index"


def _of(name: str, reason: str, recipient: str = _HOLDER, page: str = _HOME) -> Template:
    return Template(
        name=name,
        recipient=recipient,
        reason=reason,
        fields=_FIELDS,
        page=page,
        urgency=Urgency.NORMAL,
        lifetime=timedelta(days=14),
        at_night=False,
    )


_NOMINATION = "pages/nomination/index?compound={compound_id}&role={role}&nomination={nomination_id}"

TEMPLATES = {
    "role_given": _of("职务任命通知", "您有了这个职务的权限和责任，须知道从何时起"),
    "role_ended": _of("职务免去通知", "您不再有这个职务的权限，须知道从何时起"),
    "role_nominated": _of(
        "职务推荐通知", "有人推荐您担任这个职务；不愿意的，可以谢绝", "被别人推荐担任职务的人", _NOMINATION
    ),
    "nomination_ended": _of("职务推荐结果", "对您的推荐已经有了结果", "被别人推荐担任职务的人"),
}
