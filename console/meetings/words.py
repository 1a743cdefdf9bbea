"""What a meeting's facts are called on the desk, and what is to be done next in each state."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask import url_for

from app.core import clock
from app.meetings.desk import MeetingOnDesk, MeetingRow
from app.meetings.models import Convenor, MeetingState
from app.meetings.rules.rule_set import QUORUM, Category, Matter
from console.filters import day, when
from console.pages import Desk

CONVENORS = {
    Convenor.COMMITTEE: "业主委员会",
    Convenor.PREPARATORY_GROUP: "首次业主大会筹备组",
    Convenor.COMMUNITY: "社区居民委员会",
}
TAGS = {
    MeetingState.DRAFT: "warn",
    MeetingState.ANNOUNCED: "good",
    MeetingState.VOTING: "good",
    MeetingState.CLOSED: "warn",
    MeetingState.COUNTED: "warn",
    MeetingState.PUBLISHED: "good",
    MeetingState.FINAL: "",
    MeetingState.ANNULLED: "bad",
    MeetingState.CANCELLED: "",
}
OVER = (MeetingState.FINAL, MeetingState.ANNULLED, MeetingState.CANCELLED)


@dataclass(frozen=True)
class Step:
    """What is to be done next, in a sentence; where it is done, and what the link there says."""

    text: str
    address: str = ""
    label: str = ""


def threshold(category: Category | str) -> str:
    """The majority that a motion needs, said in words: Civil Code 278(2)."""
    share = Category(category).threshold.name
    return f"参加表决的面积{share}、人数{share}同意，才能通过"


def least_quorum(whole: int) -> int:
    """The least part of an electorate, in persons or in 0.01 m², with which a meeting stands: Civil Code 278(2)."""
    return QUORUM.least(whole)


def choices_of_matter() -> list[tuple[str, str]]:
    """The nine matters of Civil Code 278(1) with the majority of each, in words."""
    return [
        (
            str(matter.value),
            f"（{'一二三四五六七八九'[matter - 1]}）{matter.quotation}：须{matter.category.threshold.name}同意",
        )
        for matter in Matter
    ]


def can_cancel(meeting: MeetingOnDesk) -> bool:
    """Whether the meeting is one that can still be cancelled."""
    return meeting.state in (
        MeetingState.DRAFT,
        MeetingState.ANNOUNCED,
        MeetingState.VOTING,
        MeetingState.CLOSED,
    )


def can_redraft(meeting: MeetingOnDesk) -> bool:
    """Whether its agenda can be taken up anew."""
    over = (MeetingState.ANNOUNCED, MeetingState.CANCELLED, MeetingState.ANNULLED)
    return meeting.state in over and meeting.announced_at is not None and meeting.redrafted_as is None


def count_address(desk: Desk, meeting_id: UUID, page: str) -> str:
    """Address of a page of the count: paper, mandates, count or result."""
    return f"/console/compounds/{desk.compound_id}/meetings/{meeting_id}/{page}"


def next_step(desk: Desk, meeting: MeetingRow | MeetingOnDesk) -> Step:
    """What is to be done next with a meeting."""
    state = meeting.state
    here: dict[str, Any] = {"compound_id": desk.compound_id, "meeting_id": meeting.id}
    page, draft = url_for("console_meetings.show", **here), url_for("console_drafting.check", **here)
    match state:
        case MeetingState.DRAFT:
            return Step("还在准备，业主看不到。请接着填写，填好后公告。", draft, "继续准备")
        case MeetingState.ANNOUNCED if meeting.undecided:
            text = f"有 {meeting.undecided} 件名册异议等您处理，须在 {when(meeting.opens_at)} 投票开始前办完。"
            return Step(text, page, "处理异议")
        case MeetingState.ANNOUNCED:
            return Step(f"已公告，{when(meeting.opens_at)} 开始投票。现在请送达会议通知。", page, "查看送达")
        case MeetingState.VOTING:
            return Step(
                f"正在投票，{when(meeting.closes_at)} 截止。请看参与情况，提醒还没有投票的业主。", page, "查看参与情况"
            )
        case MeetingState.CLOSED:
            return Step("投票已截止。请书记和监督员两人确认计票。", count_address(desk, meeting.id, "count"), "去计票")
        case MeetingState.COUNTED:
            return Step("已计票，等待公布结果。", count_address(desk, meeting.id, "result"), "公布结果")
        case MeetingState.PUBLISHED:
            return Step("结果正在公示，期间业主可以提出异议。", count_address(desk, meeting.id, "result"), "查看结果")
        case MeetingState.FINAL:
            return Step("结果已正式公告。", count_address(desk, meeting.id, "result"), "查看结果")
        case MeetingState.ANNULLED:
            return Step("结果已撤销。", page, "查看")
    return Step("会议已取消。", page, "查看")


def days_left(meeting: MeetingOnDesk) -> str:
    """How far the next date of a meeting is, for people."""
    moment = meeting.opens_at if meeting.state is MeetingState.ANNOUNCED else meeting.closes_at
    days = (moment.astimezone(clock.SHANGHAI).date() - clock.today()).days
    word = "开始投票" if meeting.state is MeetingState.ANNOUNCED else "截止投票"
    return f"今天{word}" if days <= 0 else f"离{word}还有 {days} 天（{day(moment.astimezone(clock.SHANGHAI).date())}）"
