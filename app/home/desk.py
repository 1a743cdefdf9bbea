"""What waits on a compound's desk for whoever serves it, in the order of the law's deadlines. One statement."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Final
from uuid import UUID

from app.core import clock
from app.core.db import fetch_one_alone
from app.core.errors import Forbidden
from app.core.periods import end_of_period
from app.home.statements import DESK
from app.identity.actor import Actor
from app.meetings.committees.models import CommitteeKind
from app.meetings.committees.terms import MONTHS_AHEAD
from app.meetings.rules.rule_set import RuleSet
from app.meetings.schedule import months_after
from app.org.models import Role
from app.org.permissions import PERMISSIONS, UNLIMITED, Act

SOON: Final = timedelta(days=3)
"""So long before a meeting opens or closes the desk speaks of it."""


class Task(StrEnum):
    """What is to be done. In this order where no deadline decides."""

    DECIDE_ELECTORATE_OBJECTIONS = "decide_electorate_objections"
    DECIDE_RESULT_OBJECTIONS = "decide_result_objections"
    CONFIRM_CANCELLATION = "confirm_cancellation"
    ENTER_SHEETS = "enter_sheets"
    RESOLVE_DISPUTES = "resolve_disputes"
    COUNT = "count"
    PUBLISH_RESULT = "publish_result"
    ANNOUNCE_FINAL = "announce_final"
    ANNOUNCE = "announce"
    OPENS_SOON = "opens_soon"
    CLOSES_SOON = "closes_soon"
    RENEW_COMMITTEE = "renew_committee"
    DECIDE_APPEAL = "decide_appeal"
    PUBLISH_ENTRY = "publish_entry"
    TELL_ON_PAPER = "tell_on_paper"
    MEND_ENTRY = "mend_entry"
    DECIDE_NOMINATION = "decide_nomination"
    REVIEW = "review"
    DECIDE_BINDING = "decide_binding"
    DECIDE_SECRETARY = "decide_secretary"
    DECIDE_STEWARD = "decide_steward"
    CONFIRM_HOURS = "confirm_hours"
    CONFIRM_OWN_HOURS = "confirm_own_hours"


ACTS: Final[Mapping[Task, tuple[Act, ...]]] = {
    Task.DECIDE_ELECTORATE_OBJECTIONS: (Act.MANAGE_MEETING,),
    Task.DECIDE_RESULT_OBJECTIONS: (Act.DECIDE_RESULT_OBJECTION,),
    Task.CONFIRM_CANCELLATION: (Act.COUNT_AS_SECRETARY, Act.COUNT_AS_SUPERVISOR),
    Task.ENTER_SHEETS: (Act.ENTER_PAPER,),
    Task.RESOLVE_DISPUTES: (Act.MANAGE_MEETING,),
    Task.COUNT: (Act.COUNT_AS_SECRETARY, Act.COUNT_AS_SUPERVISOR),
    Task.PUBLISH_RESULT: (Act.MANAGE_MEETING,),
    Task.ANNOUNCE_FINAL: (Act.MANAGE_MEETING,),
    Task.ANNOUNCE: (Act.MANAGE_MEETING,),
    Task.OPENS_SOON: (Act.RECORD_DELIVERY,),
    Task.CLOSES_SOON: (Act.RECORD_DELIVERY,),
    Task.RENEW_COMMITTEE: (Act.MANAGE_MEETING,),
    Task.DECIDE_APPEAL: (Act.REVIEW_NOTICE,),
    Task.PUBLISH_ENTRY: (Act.REVIEW_NOTICE,),
    Task.TELL_ON_PAPER: (Act.REVIEW_NOTICE,),
    Task.MEND_ENTRY: (Act.DRAFT_NOTICE,),
    Task.DECIDE_NOMINATION: (Act.DRAFT_NOTICE,),
    Task.REVIEW: (Act.REVIEW_WISH,),
    Task.DECIDE_BINDING: (Act.DECIDE_BINDING,),
    Task.DECIDE_SECRETARY: (Act.APPOINT_SECRETARY,),
    Task.DECIDE_STEWARD: (Act.APPOINT_STEWARD,),
    Task.CONFIRM_HOURS: (Act.MANAGE_VOLUNTEERING,),
    Task.CONFIRM_OWN_HOURS: (Act.ORGANISE_VOLUNTEERING,),
}
"""The acts of which one allows a task."""


@dataclass(frozen=True)
class DeskTask:
    """One line of the desk.

    due         by when the law or the meeting's dates want it; None: as soon as may be
    since       since when the oldest waits, where nothing is due
    meeting_id  of a meeting's tasks; `subject` is its title, or the kind of committee
    """

    task: Task
    count: int
    due: datetime | None = None
    since: datetime | None = None
    meeting_id: UUID | None = None
    subject: str = ""


def desk(actor: Actor, compound_id: UUID) -> Sequence[DeskTask]:
    """What waits for the actor in a compound: what is due first comes first. Raises Forbidden."""
    now = clock.now()
    parameters = {
        "compound_id": compound_id,
        "account_id": actor.account_id,
        "now": now,
        "term_until": months_after(now, MONTHS_AHEAD),
        "paper_everywhere": sorted(UNLIMITED[Act.ENTER_PAPER]),
    }
    row = fetch_one_alone(DESK, parameters)
    assert row is not None, "a SELECT without FROM gives a row"
    found: Mapping[str, Any] = row[0]
    roles = {Role(one) for one in found["roles"]}
    if roles.isdisjoint(PERMISSIONS[Act.SEE_DESK]):
        raise Forbidden(act=Act.SEE_DESK.value)
    mine = [one for one in _tasks(found, now) if any(roles & PERMISSIONS[act] for act in ACTS[one.task])]
    order = list(Task)
    return sorted(mine, key=lambda one: (one.due is None, one.due or now, order.index(one.task)))


def _tasks(found: Mapping[str, Any], now: datetime) -> Iterator[DeskTask]:
    for meeting in found["meetings"]:
        yield from _of_meeting(meeting, now)
    for committee in found["committees"]:
        subject = CommitteeKind(committee["kind"]).chinese
        yield DeskTask(Task.RENEW_COMMITTEE, 1, clock.moment_of(committee["expires_at"]), subject=subject)
    manages = any(Role(one) in PERMISSIONS[Act.MANAGE_VOLUNTEERING] for one in found["roles"])
    for task in Task:
        waiting = found.get(task.value)
        if waiting and waiting["count"] and not (task is Task.CONFIRM_OWN_HOURS and manages):
            yield DeskTask(task, waiting["count"], since=clock.moment_of(waiting["since"]))


def _of_meeting(meeting: Mapping[str, Any], now: datetime) -> Iterator[DeskTask]:
    def one(task: Task, due: datetime | None = None, count: int = 1) -> DeskTask:
        return DeskTask(task, count, due, meeting_id=UUID(meeting["id"]), subject=meeting["title"])

    opens, closes, published = (clock.moment_of(meeting[name]) for name in ("opens_at", "closes_at", "published_at"))
    assert opens, "a column that is never null"
    assert closes, "a column that is never null"
    rules = RuleSet.from_dict(meeting["rule_set"]) if meeting["rule_set"] else RuleSet()
    if meeting["cancel_asked"]:
        yield one(Task.CONFIRM_CANCELLATION)
    if meeting["announced_at"] is None:
        yield one(Task.ANNOUNCE, opens - timedelta(days=rules.notice_days))
    elif published:
        until = end_of_period(published, rules.result_objection_days)
        if meeting["result_objections_to_decide"]:
            yield one(Task.DECIDE_RESULT_OBJECTIONS, until, meeting["result_objections_to_decide"])
        elif not meeting["result_objections"] and until <= now:
            yield one(Task.ANNOUNCE_FINAL)
    elif meeting["counted_at"]:
        yield one(Task.PUBLISH_RESULT)
    else:
        yield from _before_count(meeting, one, opens, closes, now)


def _before_count(
    meeting: Mapping[str, Any], one: Any, opens: datetime, closes: datetime, now: datetime
) -> Iterator[DeskTask]:
    if meeting["electorate_objections"]:
        yield one(Task.DECIDE_ELECTORATE_OBJECTIONS, opens, meeting["electorate_objections"])
    if meeting["sheets"]:
        yield one(Task.ENTER_SHEETS, closes, meeting["sheets"])
    if meeting["disputed"] and now < closes:
        yield one(Task.RESOLVE_DISPUTES, closes, meeting["disputed"])
    if now < opens <= now + SOON:
        yield one(Task.OPENS_SOON, opens)
    if opens <= now < closes <= now + SOON:
        yield one(Task.CLOSES_SOON, closes)
    if closes <= now and not meeting["approved_by_me"]:
        yield one(Task.COUNT, closes)
