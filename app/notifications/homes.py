"""The kinds of messages about homes, by the value of their `Kind`."""

from datetime import timedelta

from app.core.queueing import Urgency
from app.notifications.kinds import Template

TEMPLATES = {
    "resident_registered": Template(
        name="房屋登记了住户",
        recipient="这套房屋的业主和监护人",
        reason="有人以租客或家人身份登记在您的房屋；不符的，您可以登记“已搬走”",
        fields={"subject": "thing1", "hint": "thing2", "at": "time3"},
        page="pages/binding/residents?compound={compound_id}&unit={unit_id}",
        urgency=Urgency.NORMAL,
        lifetime=timedelta(days=14),
        at_night=False,
    ),
    "lease_ending": Template(
        name="租期将满提醒",
        recipient="租期在三十日内届满的租客",
        reason="租期最后一日过后，登记自动结束；续租的，须在此之前登记新的租期",
        fields={"subject": "thing1", "until": "date2", "hint": "thing3"},
        page="pages/home/index",
        urgency=Urgency.NORMAL,
        lifetime=timedelta(days=14),
        at_night=False,
    ),
    "binding_ended": Template(
        name="房屋登记结束",
        recipient="被解除绑定、结束登记的业主、租客或家人",
        reason="您不再以这套房屋的业主或住户身份使用服务，须知道原因",
        fields={"subject": "thing1", "reason": "thing2", "hint": "thing3", "at": "time4"},
        page="pages/home/index",
        urgency=Urgency.NORMAL,
        lifetime=timedelta(days=14),
        at_night=False,
    ),
}
