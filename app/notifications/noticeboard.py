"""The kinds of messages about the red/black list, by the value of their `Kind`."""

from collections.abc import Mapping
from datetime import timedelta

from app.core.queueing import Urgency
from app.notifications.kinds import ANSWER, Template

_ASKED = {"subject": "thing1", "compound": "thing2", "until": "time3", "hint": "thing4"}
_NEWS = {"subject": "thing1", "compound": "thing2", "hint": "thing3", "at": "time4"}


def _of(name: str, recipient: str, reason: str, fields: Mapping[str, str], law: str = "") -> Template:
    return Template(
        name=name,
        recipient=recipient,
        reason=reason,
        law=law,
        fields=fields,
        page="pages/noticeboard/entry/index?compound={compound_id}&entry={entry_id}",
        urgency=Urgency.NORMAL,
        lifetime=timedelta(days=7),
        at_night=False,
        channels=ANSWER,
    )


TEMPLATES = {
    "notice_hearing": _of(
        "上榜前告知",
        "拟公布内容所涉及的业主和监护人",
        "公布之前应当核实，您可以说明情况或者提出申诉",
        _ASKED,
        "《民法典》第一千零二十五条、第一千零二十六条",
    ),
    "notice_consent": _of(
        "公开姓名征求同意",
        "红榜拟表扬的业主本人",
        "公开您的姓名，须取得您的单独同意，可以随时撤回",
        _ASKED,
        "《个人信息保护法》第二十五条",
    ),
    "notice_news": _of("红黑榜进展", "起草人和所涉及的业主", "与您有关的红黑榜内容有了变化", _NEWS),
    "notice_appealed": _of("红黑榜申诉", "审核人（不含起草人本人）", "有人对红黑榜内容提出申诉，等待您处理", _NEWS),
}
