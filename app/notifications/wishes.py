"""The kinds of messages about wishes and about what waits for a reviewer, by the value of their `Kind`."""

from datetime import timedelta

from app.core.queueing import Urgency
from app.notifications.kinds import ANSWER, NEWS, Channel, Template


def _of_wish(name: str, recipient: str, reason: str, channels: tuple[Channel, ...] = NEWS) -> Template:
    return Template(
        name=name,
        recipient=recipient,
        reason=reason,
        fields={"wish": "thing1", "compound": "thing2", "hint": "thing3", "at": "time4"},
        page="pages/wish/index?compound={compound_id}&wish={wish_id}",
        urgency=Urgency.NORMAL,
        lifetime=timedelta(days=14),
        at_night=False,
        channels=channels,
    )


_POSTER, _PARTIES = "提交心愿的人", "提交心愿的人、原认领人"

TEMPLATES = {
    "wish_returned": _of_wish("心愿退回通知", _POSTER, "您提交的心愿没有通过审核", ANSWER),
    "wish_published": _of_wish("心愿发布通知", _POSTER, "您提交的心愿通过了审核", ANSWER),
    "wish_claimed": _of_wish("心愿认领通知", _POSTER, "有人认领了您的心愿"),
    "wish_released": _of_wish("心愿认领取消通知", _PARTIES, "心愿的认领取消了"),
    "wish_fulfilled": _of_wish("心愿完成通知", _POSTER, "您的心愿完成了，请评价"),
    "wish_rated_low": _of_wish("心愿低分评价提醒", "小区党支部书记", "有心愿得到了低分评价"),
    "wish_closed": _of_wish("心愿结束通知", _PARTIES, "心愿已撤回、过期或合并"),
    "review_waiting": Template(
        name="待审核提醒",
        recipient="审核人（不含提交人本人）",
        reason="有内容等待您审核",
        fields={"subject": "thing1", "compound": "thing2", "hint": "thing3", "at": "time4"},
        page="pages/review/index?compound={compound_id}&case={case_id}",
        urgency=Urgency.NORMAL,
        lifetime=timedelta(days=3),
        at_night=False,
    ),
}
