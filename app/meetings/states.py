"""Reading a meeting under its state: one place that refuses a wrong one."""

from datetime import datetime
from uuid import UUID

from app.core.db import db
from app.meetings.errors import MeetingNotFound, WrongMeetingState
from app.meetings.models import Meeting, MeetingState

PUBLIC_RESULT = (MeetingState.PUBLISHED, MeetingState.FINAL, MeetingState.ANNULLED)
"""The states in which owners see the count record."""

STATE_TEXT = {
    MeetingState.DRAFT: "准备中",
    MeetingState.ANNOUNCED: "已公告",
    MeetingState.VOTING: "投票中",
    MeetingState.CLOSED: "投票已截止",
    MeetingState.COUNTED: "已计票",
    MeetingState.PUBLISHED: "已公布结果",
    MeetingState.FINAL: "结果已正式公告",
    MeetingState.ANNULLED: "结果已撤销",
    MeetingState.CANCELLED: "已取消",
}


def locked(compound_id: UUID, meeting_id: UUID, moment: datetime, *allowed: MeetingState) -> Meeting:
    """The meeting, locked against any other change of state and against casting, if it is in an allowed state.

    Raises MeetingNotFound and WrongMeetingState.
    """
    meeting = db.session.get(Meeting, (compound_id, meeting_id), with_for_update=True, populate_existing=True)
    if meeting is None:
        raise MeetingNotFound
    state = meeting.state_at(moment)
    if state not in allowed:
        raise WrongMeetingState(state=state.value, state_text=STATE_TEXT[state], allowed=[one.value for one in allowed])
    return meeting
