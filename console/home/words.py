"""What a line of the desk says: what to do, by when, by which article, and where."""

from dataclasses import dataclass

from flask import url_for

from app.core import clock
from app.home.desk import DeskTask, Task
from console.filters import when
from console.pages import Desk


@dataclass(frozen=True)
class Line:
    """One line: `limit` is its deadline in words, `pressing` whether that is near or over."""

    text: str
    limit: str
    pressing: bool
    article: str
    address: str
    label: str


OF_MEETINGS = {
    Task.DECIDE_ELECTORATE_OBJECTIONS: ("《{subject}》有 {count} 件名册异议等您处理", "electorate/", "去处理"),
    Task.DECIDE_RESULT_OBJECTIONS: ("《{subject}》有 {count} 件对结果的异议等您答复", "objections", "去答复"),
    Task.CONFIRM_CANCELLATION: ("有人提出取消《{subject}》，等您确认", "", "去查看"),
    Task.ENTER_SHEETS: ("《{subject}》有 {count} 张纸质选票等第二个人录入", "paper", "去录入"),
    Task.RESOLVE_DISPUTES: (
        "《{subject}》有 {count} 户共有人意见不一致，截止前没有商定的不计票",
        "disputes",
        "去查看",
    ),
    Task.COUNT: ("《{subject}》投票已截止，等您确认计票", "count", "去计票"),
    Task.PUBLISH_RESULT: ("《{subject}》已计票，等您公布结果", "result", "去公布"),
    Task.ANNOUNCE_FINAL: ("《{subject}》公示期已满，等您正式公告结果", "result", "去公告"),
    Task.ANNOUNCE: ("《{subject}》还没有公告，请接着准备", "", "继续准备"),
    Task.OPENS_SOON: ("《{subject}》快要开始投票，请查看通知是否都已送达", "delivery/", "查看送达"),
    Task.CLOSES_SOON: ("《{subject}》快要截止投票，请提醒还没有投票的业主", "", "查看参与情况"),
}
"""What is said, which page of the meeting it is done on, and what the link there says."""

_ELSEWHERE = {
    Task.RENEW_COMMITTEE: ("{subject}任期快要届满，请组织换届选举", "meetings/", "去准备"),
    Task.DECIDE_APPEAL: ("{count} 件红黑榜申诉等您处理", "reviews/", "去处理"),
    Task.PUBLISH_ENTRY: ("{count} 条红黑榜内容听取意见期满，等您公布", "notices/", "去公布"),
    Task.TELL_ON_PAPER: ("{count} 条红黑榜内容还有业主没有告知到，请书面送达", "notices/", "去登记"),
    Task.MEND_ENTRY: ("您起草的 {count} 条红黑榜内容被退回，请修改", "notices/", "去修改"),
    Task.DECIDE_NOMINATION: ("{count} 份上红榜的推荐等您处理", "notices/nominations", "去处理"),
    Task.REVIEW: ("{count} 条内容等您审核", "reviews/", "去审核"),
    Task.DECIDE_BINDING: ("{count} 份房屋绑定申请等您核对", "roll/applications", "去核对"),
    Task.DECIDE_SECRETARY: ("{count} 位书记人选等您决定", "people/secretary-nominations", "去决定"),
    Task.DECIDE_STEWARD: ("{count} 位楼栋长、单元长人选等您决定", "people/steward-nominations", "去决定"),
    Task.CONFIRM_HOURS: ("{count} 条志愿服务时长等您确认", "volunteering/hours/", "去确认"),
    Task.CONFIRM_OWN_HOURS: ("您组织的活动有 {count} 条服务时长等您确认", "volunteering/hours/", "去确认"),
}

_LIMIT = {
    Task.DECIDE_ELECTORATE_OBJECTIONS: "{due} 开始投票前办完",
    Task.DECIDE_RESULT_OBJECTIONS: "公示期 {due} 止",
    Task.ENTER_SHEETS: "{due} 截止后才能计票，计票前要录完",
    Task.ANNOUNCE: "须在 {due} 前公告",
    Task.COUNT: "{due} 已截止",
    Task.OPENS_SOON: "{due} 开始",
    Task.RENEW_COMMITTEE: "{due} 届满",
}

ARTICLES = {
    Task.ANNOUNCE: "《物业管理条例》第十四条：会议召开15日以前通知全体业主",
    Task.RENEW_COMMITTEE: "《业主大会和业主委员会指导规则》第四十七条：任期届满前3个月换届",
}


def line(desk: Desk, task: DeskTask) -> Line:
    """A task in words."""
    text, page, label = (OF_MEETINGS | _ELSEWHERE)[task.task]
    home = url_for("console_home.today", compound_id=desk.compound_id)
    at = f"meetings/{task.meeting_id}/{page}" if task.meeting_id else page
    return Line(
        text=text.format(subject=task.subject, count=task.count),
        limit=_limit(task),
        pressing=task.due is not None and (task.due - clock.now()).days < 2,
        article=ARTICLES.get(task.task, ""),
        address=home + at,
        label=label,
    )


def _limit(task: DeskTask) -> str:
    if task.due:
        return _LIMIT.get(task.task, "{due} 截止").format(due=when(task.due))
    return f"最早的从 {when(task.since)} 等到现在" if task.since else "请尽快办理"
