"""The kinds of messages about volunteering, by the value of their `Kind`."""

from collections.abc import Mapping
from datetime import timedelta

from app.core.queueing import Urgency
from app.notifications.kinds import ANSWER, Template

_POST = {"post": "thing1", "compound": "thing2", "hint": "thing3", "at": "time4"}
_SLOT = {"activity": "thing1", "starts_at": "time2", "place": "thing3", "hint": "thing4"}
_HOURS = {"activity": "thing1", "duration": "thing2", "hint": "thing3", "at": "time4"}
_PAGES = {
    "post": "pages/volunteering/post/index?compound={compound_id}&post={post_id}",
    "slot": "pages/volunteering/slot/index?compound={compound_id}&slot={slot_id}",
    "hours": "pages/volunteering/hours/index?compound={compound_id}&record={record_id}",
}


def _of(
    page: str,
    fields: Mapping[str, str],
    name: str,
    recipient: str,
    reason: str,
    urgency: Urgency = Urgency.NORMAL,
    at_night: bool = True,
) -> Template:
    return Template(
        name=name,
        recipient=recipient,
        reason=reason,
        fields=fields,
        page=_PAGES[page],
        urgency=urgency,
        lifetime=timedelta(days=2 if page == "slot" else 14),
        at_night=at_night,
        channels=ANSWER,
    )


_CLAIMANT, _BOOKED, _SERVED = "认领岗位的志愿者", "报名、预约或者候补的人", "提供服务的志愿者"

TEMPLATES = {
    "post_confirmed": _of("post", _POST, "志愿岗位确认通知", _CLAIMANT, "书记确认了您认领的岗位", at_night=False),
    "post_declined": _of("post", _POST, "志愿岗位未通过通知", _CLAIMANT, "您认领的岗位没有通过", at_night=False),
    "place_promoted": _of("slot", _SLOT, "候补成功通知", "候补名单上的第一位", "名额轮到您了", Urgency.CRITICAL),
    "booking_cancelled": _of("slot", _SLOT, "预约取消通知", _BOOKED, "组织者取消了您的预约", Urgency.CRITICAL),
    "booking_reminder": _of("slot", _SLOT, "活动开始提醒", _BOOKED, "您报名或预约的时间快到了", at_night=False),
    "hours_confirmed": _of("hours", _HOURS, "志愿时长确认通知", _SERVED, "您的服务时长已经确认", at_night=False),
    "hours_corrected": _of("hours", _HOURS, "志愿时长更正通知", _SERVED, "您申请的时长更正有了结果", at_night=False),
}
