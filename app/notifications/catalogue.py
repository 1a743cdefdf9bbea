"""Every kind of message that the program sends, in one place: see `kinds.Template` for what is said of each.

The fields are those of the WeChat templates that an operator has applied for; `WECHAT_TEMPLATE_IDS` and
`WECHAT_OFFICIAL_TEMPLATE_IDS` map kinds to ids. docs/notifications.md shows the catalogue as a table.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import StrEnum

from app.core.queueing import Urgency
from app.notifications import homes, noticeboard, roles, volunteering, wishes
from app.notifications.fields import fitted, shown
from app.notifications.kinds import ANSWER, Template

Value = str | datetime | tuple[datetime, datetime]


class Kind(StrEnum):
    """A kind of message."""

    MEETING_ANNOUNCED = "meeting_announced"
    ELECTORATE_CORRECTED = "electorate_corrected"
    VOTING_OPENED = "voting_opened"
    VOTING_REMINDER = "voting_reminder"
    SEAT_PASSED = "seat_passed"
    BALLOT_RECEIVED = "ballot_received"
    BALLOT_CHANGED = "ballot_changed"
    PROXY_VOTED = "proxy_voted"
    RESULT_PUBLISHED = "result_published"
    APPLICATION_DECIDED = "application_decided"
    MEETING_CANCELLED = "meeting_cancelled"
    VOTING_EXTENDED = "voting_extended"
    RESULT_FINAL = "result_final"
    RESULT_ANNULLED = "result_annulled"
    COMMITTEE_EXPIRING = "committee_expiring"
    PETITION_DELIVERED = "petition_delivered"
    REVIEW_WAITING = "review_waiting"
    WISH_RETURNED = "wish_returned"
    WISH_PUBLISHED = "wish_published"
    WISH_CLAIMED = "wish_claimed"
    WISH_RELEASED = "wish_released"
    WISH_FULFILLED = "wish_fulfilled"
    WISH_RATED_LOW = "wish_rated_low"
    WISH_CLOSED = "wish_closed"
    POST_CONFIRMED = "post_confirmed"
    POST_DECLINED = "post_declined"
    PLACE_PROMOTED = "place_promoted"
    BOOKING_CANCELLED = "booking_cancelled"
    BOOKING_REMINDER = "booking_reminder"
    HOURS_CONFIRMED = "hours_confirmed"
    HOURS_CORRECTED = "hours_corrected"
    NOTICE_HEARING = "notice_hearing"
    NOTICE_CONSENT = "notice_consent"
    NOTICE_NEWS = "notice_news"
    NOTICE_APPEALED = "notice_appealed"
    ROLE_GIVEN = "role_given"
    ROLE_ENDED = "role_ended"
    RESIDENT_REGISTERED = "resident_registered"
    LEASE_ENDING = "lease_ending"
    BINDING_ENDED = "binding_ended"
    ROLE_NOMINATED = "role_nominated"
    NOMINATION_ENDED = "nomination_ended"


LABELS = {
    "title": "会议名称",
    "compound": "小区",
    "opens_at": "投票开始",
    "closes_at": "投票截止",
    "accepted_at": "投票时间",
    "published_at": "公布时间",
    "decided_at": "办理时间",
    "cancelled_at": "取消时间",
    "annulled_at": "撤销时间",
    "expires_at": "任期届满",
    "convene_by": "召集期限",
    "change": "更正内容",
    "receipt": "回执编号",
    "outcome": "结果",
    "subject": "事项",
    "committee": "委员会",
    "role": "职务",
    "node": "范围",
    "reason": "原因",
    "hint": "提示",
    "wish": "心愿",
    "at": "时间",
    "post": "岗位",
    "activity": "活动或服务",
    "starts_at": "开始时间",
    "place": "地点",
    "duration": "时长",
    "until": "截止时间",
}
"""What stands before a value in the inbox."""

ELECTORATE = "本次会议名册上的业主、监护人和受托人"
MEETING_PAGE = "pages/meeting/index?compound={compound_id}&meeting={meeting_id}"
NOTICE_LAW = "《物业管理条例》第十四条"
DECISION_LAW = "《民法典》第二百八十条"

_OF_DOMAINS = wishes.TEMPLATES | volunteering.TEMPLATES | noticeboard.TEMPLATES | roles.TEMPLATES | homes.TEMPLATES

CATALOGUE: dict[Kind, Template] = {
    Kind.MEETING_ANNOUNCED: Template(
        name="业主大会公告",
        recipient=ELECTORATE,
        reason="召开业主大会会议，应当在会议召开十五日以前通知全体业主",
        law=NOTICE_LAW,
        fields={"title": "thing1", "compound": "thing2", "opens_at": "time3", "closes_at": "time4", "hint": "thing5"},
        page=MEETING_PAGE,
        urgency=Urgency.BULK,
        lifetime=timedelta(days=15),
    ),
    Kind.ELECTORATE_CORRECTED: Template(
        name="业主名册更正",
        recipient="更正所涉及的业主和监护人",
        reason="名册决定谁有表决权、各占多少面积；更正须让相关业主知道并核对",
        law="《最高人民法院关于审理建筑物区分所有权纠纷案件适用法律若干问题的解释》第八条、第九条",
        fields={"title": "thing1", "compound": "thing2", "change": "thing3", "hint": "thing4", "decided_at": "time5"},
        page=MEETING_PAGE,
        urgency=Urgency.NORMAL,
        lifetime=timedelta(days=7),
    ),
    Kind.VOTING_OPENED: Template(
        name="投票开始",
        recipient=ELECTORATE,
        reason="书面征求意见的，表决票应当送交每一位业主",
        law="《业主大会和业主委员会指导规则》第二十二条",
        fields={"title": "thing1", "compound": "thing2", "closes_at": "time3", "hint": "thing4"},
        page=MEETING_PAGE,
        urgency=Urgency.BULK,
        lifetime=timedelta(days=5),
    ),
    Kind.VOTING_REMINDER: Template(
        name="投票截止提醒",
        recipient="还没有投票、仍可以投票的人",
        reason="投票即将截止，您还没有投票",
        fields={"title": "thing1", "compound": "thing2", "closes_at": "time3", "hint": "thing4"},
        page=MEETING_PAGE,
        urgency=Urgency.BULK,
        lifetime=timedelta(days=1),
        at_night=False,
    ),
    Kind.SEAT_PASSED: Template(
        name="表决权随房屋转移",
        recipient="投票期间购得房屋、原业主没有投票的人",
        reason="业主转让专有部分的，共有和共同管理的权利一并转让；这次会议由您投票",
        law="《民法典》第二百七十三条",
        fields={"title": "thing1", "compound": "thing2", "closes_at": "time3", "hint": "thing4"},
        page=MEETING_PAGE,
        urgency=Urgency.NORMAL,
        lifetime=timedelta(days=5),
        at_night=False,
    ),
    Kind.BALLOT_RECEIVED: Template(
        name="投票回执",
        recipient="投票人；代为提交纸质票的，为该户业主",
        reason="您的票已经计入，凭回执编号可以核对",
        fields={"title": "thing1", "compound": "thing2", "accepted_at": "time3", "receipt": "character_string4"},
        page=MEETING_PAGE,
        urgency=Urgency.NORMAL,
        lifetime=timedelta(days=1),
        channels=ANSWER,
    ),
    Kind.BALLOT_CHANGED: Template(
        name="表决票已更改",
        recipient="该户全体业主和监护人；建设单位的，为其受托人",
        reason="您家的表决票被更改，以更改后的票为准；投票权是业主本人的，如非本人操作，须及时知道",
        law="《物业管理条例》第六条",
        fields={
            "title": "thing1",
            "compound": "thing2",
            "accepted_at": "time3",
            "receipt": "character_string4",
            "hint": "thing5",
        },
        page=MEETING_PAGE,
        urgency=Urgency.NORMAL,
        lifetime=timedelta(days=5),
    ),
    Kind.PROXY_VOTED: Template(
        name="代理人已投票",
        recipient="委托他人投票的业主和监护人",
        reason="受托人应当向委托人报告委托事务的结果",
        law="《民法典》第九百二十四条",
        fields={"title": "thing1", "compound": "thing2", "accepted_at": "time3", "hint": "thing4"},
        page=MEETING_PAGE,
        urgency=Urgency.NORMAL,
        lifetime=timedelta(days=5),
    ),
    Kind.RESULT_PUBLISHED: Template(
        name="表决结果公示",
        recipient=ELECTORATE,
        reason="业主大会的决定对业主有法律约束力；公示期内可以提出异议",
        law=DECISION_LAW,
        fields={
            "title": "thing1",
            "compound": "thing2",
            "outcome": "phrase3",
            "published_at": "time4",
            "hint": "thing5",
        },
        page=MEETING_PAGE,
        urgency=Urgency.BULK,
        lifetime=timedelta(days=7),
    ),
    Kind.MEETING_CANCELLED: Template(
        name="业主大会取消",
        recipient=ELECTORATE,
        reason="已经通知全体业主的会议取消，须同样告知",
        law=NOTICE_LAW,
        fields={"title": "thing1", "compound": "thing2", "reason": "thing3", "cancelled_at": "time4"},
        page=MEETING_PAGE,
        urgency=Urgency.BULK,
        lifetime=timedelta(days=7),
    ),
    Kind.VOTING_EXTENDED: Template(
        name="投票延长",
        recipient=ELECTORATE,
        reason="已经通知全体业主的投票时间有变，须同样告知",
        law=NOTICE_LAW,
        fields={"title": "thing1", "compound": "thing2", "closes_at": "time3", "hint": "thing4"},
        page=MEETING_PAGE,
        urgency=Urgency.BULK,
        lifetime=timedelta(days=5),
    ),
    Kind.RESULT_FINAL: Template(
        name="表决结果正式公告",
        recipient=ELECTORATE,
        reason="业主大会的决定对业主有法律约束力；侵害您合法权益的，可以请求法院撤销",
        law=DECISION_LAW,
        fields={
            "title": "thing1",
            "compound": "thing2",
            "outcome": "phrase3",
            "published_at": "time4",
            "hint": "thing5",
        },
        page=MEETING_PAGE,
        urgency=Urgency.BULK,
        lifetime=timedelta(days=7),
    ),
    Kind.RESULT_ANNULLED: Template(
        name="表决结果撤销",
        recipient=ELECTORATE,
        reason="已经公布的决定不再有效，须告知全体业主",
        law=DECISION_LAW,
        fields={"title": "thing1", "compound": "thing2", "reason": "thing3", "annulled_at": "time4"},
        page=MEETING_PAGE,
        urgency=Urgency.BULK,
        lifetime=timedelta(days=7),
    ),
    Kind.COMMITTEE_EXPIRING: Template(
        name="委员会任期将满",
        recipient="小区党支部书记和该委员会的成员",
        reason="任期届满三个月前应当组织换届选举",
        law="《业主大会和业主委员会指导规则》第四十七条",
        fields={"committee": "thing1", "compound": "thing2", "expires_at": "time3", "hint": "thing4"},
        page="pages/committee/index?compound={compound_id}",
        urgency=Urgency.NORMAL,
        lifetime=timedelta(days=30),
        at_night=False,
    ),
    Kind.PETITION_DELIVERED: Template(
        name="业主提议召开会议",
        recipient="应当召集会议的委员会成员、书记和社区",
        reason="百分之二十以上业主提议的，应当召开业主大会临时会议",
        law="《物业管理条例》第十三条",
        fields={"title": "thing1", "compound": "thing2", "convene_by": "time3", "hint": "thing4"},
        page="pages/petition/index?compound={compound_id}&petition={petition_id}",
        urgency=Urgency.NORMAL,
        lifetime=timedelta(days=30),
        at_night=False,
    ),
    Kind.APPLICATION_DECIDED: Template(
        name="申请办理结果",
        recipient="提出申请或异议的人",
        reason="您提出的事项已有答复",
        fields={"subject": "thing1", "outcome": "phrase2", "hint": "thing3", "decided_at": "time4"},
        page="pages/home/index",
        urgency=Urgency.NORMAL,
        lifetime=timedelta(days=7),
        channels=ANSWER,
    ),
    **{Kind(name): template for name, template in _OF_DOMAINS.items()},
}

NOT_AT_NIGHT = frozenset(kind for kind, template in CATALOGUE.items() if not template.at_night)


def stored(kind: Kind, values: Mapping[str, Value]) -> dict[str, str]:
    """The values as the outbox keeps them: whole texts; moments in ISO 8601, from and until as `start/end`.

    Raises KeyError when a value is missing or unknown: the caller's mistake.
    """
    fields = CATALOGUE[kind].fields
    if set(values) != set(fields):
        raise KeyError(f"{kind} takes {sorted(fields)}, got {sorted(values)}")
    return {name: _stored(value) for name, value in values.items()}


def _stored(value: Value) -> str:
    if isinstance(value, tuple):
        return "/".join(moment.isoformat() for moment in value)
    return value.isoformat() if isinstance(value, datetime) else value


def rendered(kind: Kind, data: Mapping[str, str]) -> dict[str, str]:
    """The template's fields with stored values fitted into them: never empty, never too long."""
    return {field: fitted(field, data[name]) for name, field in CATALOGUE[kind].fields.items()}


def lines(kind: Kind, data: Mapping[str, str]) -> list[tuple[str, str]]:
    """Label and value of each line of a message in the inbox, the values whole."""
    return [(LABELS[name], shown(field, data[name])) for name, field in CATALOGUE[kind].fields.items()]
