"""Who may do what (权限表): one table, rows acts, columns who may; every service asks it through `app.org.policy`.

A role holds at the node it was given for and at all below it. `p` instead of `x`: the act is about somebody's home,
and a steward who looks after a place (楼栋长、单元长) does it for the homes there alone; one without a place for all.
A standing follows from a record in the compound: that somebody owns a home there or lives in one, volunteers there,
belongs to a group that helps there. What people may do with a thing of their own (a ballot, a wish, a booking) needs no
line: it is asked of the thing. docs/permissions.md shows the table.
"""

from enum import StrEnum
from typing import Final

from app.org.models import Role


class Standing(StrEnum):
    """What somebody is in a compound without having been appointed."""

    OWNER = "owner"
    RESIDENT = "resident"
    VOLUNTEER = "volunteer"
    HELPER = "helper"

    @property
    def chinese(self) -> str:
        """The standing for people."""
        return {"owner": "业主", "resident": "住户", "volunteer": "志愿者", "helper": "共建团队成员"}[self.value]


class Act(StrEnum):
    """An act that needs a role, or a standing."""

    SEE_MEETINGS = "see_meetings"
    SEE_MEETING_DRAFTS = "see_meeting_drafts"
    MANAGE_MEETING = "manage_meeting"
    OBJECT_TO_RESULT = "object_to_result"
    DECIDE_RESULT_OBJECTION = "decide_result_objection"
    COUNT_AS_SECRETARY = "count_as_secretary"
    COUNT_AS_SUPERVISOR = "count_as_supervisor"
    RECORD_DELIVERY = "record_delivery"
    ENTER_PAPER = "enter_paper"
    ENTER_MANDATE = "enter_mandate"
    MANAGE_ROLL = "manage_roll"
    DECIDE_BINDING = "decide_binding"
    SEE_WISHES = "see_wishes"
    POST_FOR_NEIGHBOUR = "post_for_neighbour"
    REVIEW_WISH = "review_wish"
    SEE_NOTICES = "see_notices"
    DRAFT_NOTICE = "draft_notice"
    REVIEW_NOTICE = "review_notice"
    SEE_VOLUNTEERING = "see_volunteering"
    ORGANISE_VOLUNTEERING = "organise_volunteering"
    MANAGE_VOLUNTEERING = "manage_volunteering"
    BOOK_FOR_NEIGHBOUR = "book_for_neighbour"
    REVIEW_VOLUNTEERING = "review_volunteering"
    MANAGE_GROUPS = "manage_groups"
    SEE_AFFILIATION = "see_affiliation"
    MANAGE_PARTY_MEMBERS = "manage_party_members"
    FOUND_BRANCH = "found_branch"
    MANAGE_GRIDS = "manage_grids"
    SEE_HOME = "see_home"
    SEE_DESK = "see_desk"
    SEE_STATISTICS = "see_statistics"
    SEE_OPERATIONS = "see_operations"
    SEE_PEOPLE = "see_people"
    NOMINATE_STEWARD = "nominate_steward"
    APPOINT_STEWARD = "appoint_steward"
    APPOINT_SUPERVISOR = "appoint_supervisor"
    NOMINATE_SECRETARY = "nominate_secretary"
    APPOINT_SECRETARY = "appoint_secretary"


COLUMNS: Final[tuple[Standing | Role, ...]] = (
    Standing.OWNER,
    Standing.RESIDENT,
    Standing.VOLUNTEER,
    Standing.HELPER,
    Role.STEWARD,
    Role.SECRETARY,
    Role.SUPERVISOR,
    Role.COMMUNITY_OFFICER,
    Role.STREET_OFFICER,
    Role.COUNTY_OFFICER,
    Role.OPERATOR,
    Role.PROPERTY_STAFF,
)

TABLE: Final = """
                         own res vol hlp  stw sec sup com str cty  opr prp
see_meetings              x   .   .   .    .   x   x   x   x   .    .   .  看已公告的业主大会、结果、存证和业委会
see_meeting_drafts        .   .   .   .    .   x   x   x   x   .    .   .  看草案、送达、催投、争议、文书和会议记录
manage_meeting            .   .   .   .    .   x   .   .   .   .    .   .  筹备、公告、延期、取消、公布会议
object_to_result          x   .   .   .    .   .   .   .   .   .    .   .  对公示的结果提出异议
decide_result_objection   .   .   .   .    .   x   x   x   x   .    .   .  处理对结果的异议，撤销结果
count_as_secretary        .   .   .   .    .   x   .   .   .   .    .   .  以书记身份计票、抽签
count_as_supervisor       .   .   .   .    .   .   x   x   x   .    .   .  以监督身份复核计票、抽签
record_delivery           .   .   .   .    p   x   .   .   .   .    .   .  送达纸质材料，张贴公告
enter_paper               .   .   .   .    p   x   x   x   x   .    .   .  录入、复核纸质票和纸面意见
enter_mandate             .   .   .   .    .   x   x   x   x   .    .   .  录入纸质委托书
manage_roll               .   .   .   .    .   x   .   .   .   .    .   .  导入和更正名册，过户，监护
decide_binding            .   .   .   .    .   x   .   .   .   .    .   .  审核绑定房屋的申请
see_wishes                x   x   .   x    x   x   x   x   x   .    .   .  看微心愿，附议，认领
post_for_neighbour        .   .   .   .    p   .   .   .   .   .    .   .  替邻居发心愿
review_wish               .   .   .   .    .   x   x   x   x   .    .   .  审核、合并、下架心愿
see_notices               x   x   .   .    x   x   x   x   x   .    .   .  看红黑榜，推荐红榜
draft_notice              .   .   .   .    x   x   .   .   .   .    .   .  起草红黑榜
review_notice             .   .   .   .    .   x   x   x   x   .    .   .  审核、公布、撤下红黑榜，处理申诉
see_volunteering          x   x   x   x    x   x   .   x   x   .    .   .  看志愿服务，报名，预约
organise_volunteering     .   .   .   .    x   x   .   x   x   .    .   .  组织活动，看报名，签到
manage_volunteering       .   .   .   .    .   x   .   x   .   .    .   .  设岗位，确认岗位、服务和时长，开证明
book_for_neighbour        .   .   .   .    p   x   .   .   .   .    .   .  替邻居预约服务
review_volunteering       .   .   .   .    .   x   x   x   x   .    .   .  审核志愿服务的文字
manage_groups             .   .   .   .    .   x   .   .   .   .    .   .  管理共建团队及其成员
see_affiliation           .   .   .   .    .   x   .   x   x   .    .   .  看双报到名单、支部和党员
manage_party_members      .   .   .   .    .   x   .   x   x   .    .   .  登记、转出党员，设楼栋党小组
found_branch              .   .   .   .    .   .   .   x   x   .    .   .  成立、撤销支部，联合支部加入、退出小区
manage_grids              .   .   .   .    .   .   .   x   x   .    .   .  设立、调整、撤销网格
see_home                  x   x   .   .    x   x   x   x   x   .    .   .  看小区首页和网格
see_desk                  .   .   .   .    x   x   x   x   x   .    .   .  进入小区工作台
see_statistics            x   x   .   .    .   x   x   x   x   x    x   .  看统计
see_operations            .   .   .   .    .   .   .   .   .   .    x   .  看消息、任务和告警的运行情况
see_people                .   .   .   .    x   x   x   x   x   .    .   .  看谁担任什么职务
nominate_steward          x   .   .   .    .   x   .   x   x   .    .   .  推荐楼栋长（业主推荐、支持本楼栋的），看推荐
appoint_steward           .   .   .   .    .   x   .   x   x   .    .   .  任免楼栋长，决定推荐
appoint_supervisor        .   .   .   .    .   .   .   x   x   .    .   .  任免监督员，登记物业人员
nominate_secretary        .   .   .   .    .   .   .   x   x   .    .   .  推荐书记人选，看全部推荐（业主可以自荐）
appoint_secretary         .   .   .   .    .   .   .   .   x   .    .   .  任免书记，决定推荐
"""


def _read(table: str) -> tuple[dict[Act, dict[Role | Standing, str]], dict[Act, str]]:
    """The marks of those who may do each act, and what it is in Chinese."""
    marked, chinese = {}, {}
    for line in table.strip().splitlines()[1:]:
        name, *words = line.split()
        marks = zip(COLUMNS, words[: len(COLUMNS)], strict=True)
        marked[Act(name)] = {column: mark for column, mark in marks if mark != "."}
        chinese[Act(name)] = " ".join(words[len(COLUMNS) :])
    return marked, chinese


MARKS, CHINESE = _read(TABLE)
"""The marks of each act's line; what each act is, for people."""

ALLOWED: Final[dict[Act, frozenset[Role | Standing]]] = {act: frozenset(marks) for act, marks in MARKS.items()}
"""Who may do each act."""

PERMISSIONS: Final[dict[Act, frozenset[Role]]] = {
    act: frozenset(one for one in who if isinstance(one, Role)) for act, who in ALLOWED.items()
}
"""The roles that may do each act at their node and below it."""

UNLIMITED: Final[dict[Act, frozenset[Role]]] = {
    act: frozenset(role for role in PERMISSIONS[act] if marks[role] != "p") for act, marks in MARKS.items()
}
"""Those among them that no place limits."""

STANDINGS: Final[dict[Act, tuple[Standing, ...]]] = {
    act: tuple(one for one in Standing if one in who) for act, who in ALLOWED.items()
}
"""The standings that allow each act in their compound, the most frequent first."""

ASKED: Final[dict[Act, tuple[Standing, ...]]] = {
    act: tuple(one for one in who if one is not Standing.OWNER or Standing.RESIDENT not in who)
    for act, who in STANDINGS.items()
}
"""Those of which the records are asked: every owner counts among the residents, so one question finds both."""
