"""What a draft still lacks: every refusal that its announcement would meet, told at once and before it."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from uuid import UUID

from app.core import clock
from app.core.clock import SHANGHAI
from app.core.errors import AppError
from app.identity.actor import Actor
from app.meetings import drafting, policy, preview, reading, scopes, stamps
from app.meetings.elections import candidates
from app.meetings.errors import ElectorateEmpty, NoMotions, ScheduleDefective, ScopeEmpty, WrongMeetingState
from app.meetings.models import Meeting, MeetingState, Motion
from app.meetings.petitions import agenda
from app.meetings.rules import adoption as rule_sets
from app.meetings.rules.rule_set import RuleSet
from app.meetings.schedule import Defect, check_schedule, days_between
from app.meetings.states import STATE_TEXT

USUAL_VOTING_DAYS = 15
MORNING, EVENING = time(9), time(18)


class Part(StrEnum):
    """The part of a draft in which something is missing."""

    WHAT = "what"
    WHO = "who"
    WHEN = "when"


@dataclass(frozen=True)
class Missing:
    """Something that a draft lacks, by which the announcement would be refused: code and sentence of the refusal."""

    part: Part
    code: str
    text: str
    motion_id: UUID | None = None


@dataclass(frozen=True)
class Readiness:
    """What a draft lacks; nothing: it can be announced. `stamp` is that of the draft which was looked through."""

    missing: Sequence[Missing]
    stamp: str


def of_draft(actor: Actor, compound_id: UUID, meeting_id: UUID) -> Readiness:
    """Look a draft through. Raises Forbidden, MeetingNotFound, WrongMeetingState."""
    policy.require_see_drafts(actor, compound_id)
    meeting, now = reading.existing(compound_id, meeting_id), clock.now()
    if (state := meeting.state_at(now)) is not MeetingState.DRAFT:
        raise WrongMeetingState(state=state.value, state_text=STATE_TEXT[state], allowed=[MeetingState.DRAFT.value])
    motions, rules = reading.motions_of(meeting), rule_sets.current(compound_id)[1]
    dates = check_schedule(now, meeting.opens_at, meeting.closes_at, rules)
    missing = [
        *_of_agenda(meeting, motions, rules),
        *_of_electorate(meeting, motions),
        *(Missing(Part.WHEN, one.code, one.text) for one in dates),
    ]
    return Readiness(missing, stamps.of_draft(meeting, motions))


@dataclass(frozen=True)
class DateFrame:
    """What a draft's dates have to keep to: the first day on which voting can open if it is announced today, the
    days of notice behind that, and the least and the longest voting in days."""

    earliest: date
    notice_days: int
    min_voting_days: int
    max_voting_days: int

    def proposed(self) -> tuple[datetime, datetime]:
        """Dates to begin with: two days to prepare, from a morning to an evening."""
        opens_on = self.earliest + timedelta(days=2)
        voting = min(max(self.min_voting_days, USUAL_VOTING_DAYS), self.max_voting_days)
        closes_on = opens_on + timedelta(days=voting)
        return datetime.combine(opens_on, MORNING, SHANGHAI), datetime.combine(closes_on, EVENING, SHANGHAI)


def date_frame(compound_id: UUID) -> DateFrame:
    """The frame of dates under the rules in force."""
    rules = rule_sets.current(compound_id)[1]
    earliest = clock.today() + timedelta(days=rules.notice_days)
    return DateFrame(earliest, rules.notice_days, rules.min_voting_days, rules.max_voting_days)


def days_of(opens_at: datetime, closes_at: datetime) -> tuple[int, int]:
    """The days of notice if it is announced today, and the days of voting, counted as Civil Code 201 counts them."""
    return days_between(clock.now(), opens_at), days_between(opens_at, closes_at)


def change_dates(
    actor: Actor, compound_id: UUID, meeting_id: UUID, seen: str, opens_at: datetime, closes_at: datetime
) -> Meeting:
    """Give a draft dates with which it could be announced today. `seen`: the stamp of what is changed.

    Raises Forbidden, WrongMeetingState, DraftChanged, ScheduleDefective with each defect.
    """
    defects = defects_of_dates(actor, compound_id, opens_at, closes_at)
    if defects:
        raise ScheduleDefective(defects=[{"code": defect.code, "text": defect.text} for defect in defects])
    return drafting.change_meeting(actor, compound_id, meeting_id, seen, opens_at=opens_at, closes_at=closes_at)


def defects_of_dates(actor: Actor, compound_id: UUID, opens_at: datetime, closes_at: datetime) -> list[Defect]:
    """What would be wrong with these dates if the meeting were announced now. Raises Forbidden."""
    policy.require_see_drafts(actor, compound_id)
    return check_schedule(clock.now(), opens_at, closes_at, rule_sets.current(compound_id)[1])


def _of_agenda(meeting: Meeting, motions: Sequence[Motion], rules: RuleSet) -> Iterator[Missing]:
    if not motions:
        yield _missing(Part.WHAT, NoMotions())
    if refused := _refusal(lambda: agenda.refuse_missing(meeting, rules, motions)):
        yield _missing(Part.WHAT, refused)
    elections = [motion for motion in motions if motion.seats is not None]
    found = [missing for one in elections if (missing := _of_election(meeting, one, rules))]
    yield from found
    if not found and (twice := _refusal(lambda: candidates.freeze(meeting.compound_id, elections, rules))):
        yield _missing(Part.WHAT, twice)


def _of_election(meeting: Meeting, election: Motion, rules: RuleSet) -> Missing | None:
    refused = _refusal(lambda: candidates.freeze(meeting.compound_id, [election], rules))
    return _missing(Part.WHAT, refused, election) if refused else None


def _of_electorate(meeting: Meeting, motions: Sequence[Motion]) -> Iterator[Missing]:
    if not preview.counts_anybody(meeting.compound_id):
        yield _missing(Part.WHO, ElectorateEmpty())
        return
    for motion in motions:
        scope = scopes.of(motion)
        if scope and not preview.counts_anybody(meeting.compound_id, scope):
            refused = ScopeEmpty(title=motion.title, scope=scope.name, motion_id=str(motion.id))
            yield _missing(Part.WHAT, refused, motion)


def _refusal(check: Callable[[], object]) -> AppError | None:
    try:
        check()
    except AppError as refused:
        return refused
    return None


def _missing(part: Part, refused: AppError, motion: Motion | None = None) -> Missing:
    return Missing(part, refused.code, refused.text, motion.id if motion else None)
