"""The head of a meeting for staff at work on it: what it is, where it stands, and when what comes next."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from app.core import clock
from app.core.errors import Forbidden
from app.identity.actor import Actor
from app.meetings import policy, queries, reading
from app.meetings.models import MeetingState
from app.meetings.rules.rule_set import RuleSet
from app.meetings.states import STATE_TEXT


@dataclass(frozen=True)
class MeetingHead:
    """An announced meeting without its agenda. `proxy_cap`: for how many parties one proxy may stand."""

    id: UUID
    title: str
    state: MeetingState
    state_text: str
    opens_at: datetime
    closes_at: datetime
    published_at: datetime | None
    objections_until: datetime | None
    finalized_at: datetime | None
    annulled_at: datetime | None
    annul_reason: str | None
    result_code: str | None
    proxy_cap: int


def get_head(actor: Actor, compound_id: UUID, meeting_id: UUID) -> MeetingHead:
    """For secretary, supervisors and stewards. Raises Forbidden, MeetingNotFound (also for a draft)."""
    if not (policy.can_enter_paper(actor, compound_id) or policy.can_see_drafts(actor, compound_id)):
        raise Forbidden
    meeting = reading.announced(compound_id, meeting_id)
    state = meeting.state_at(clock.now())
    return MeetingHead(
        id=meeting.id,
        title=meeting.title,
        state=state,
        state_text=STATE_TEXT[state],
        opens_at=meeting.opens_at,
        closes_at=meeting.closes_at,
        published_at=meeting.published_at,
        objections_until=queries.objections_until(meeting),
        finalized_at=meeting.finalized_at,
        annulled_at=meeting.annulled_at,
        annul_reason=meeting.annul_reason,
        result_code=meeting.result_code,
        proxy_cap=RuleSet.from_dict(meeting.rule_set or {}).proxy_cap,
    )
