"""Who sees an entry, as a rule and as SQL."""

from datetime import datetime

from sqlalchemy import ColumnElement, and_, exists, false, or_, true

from app.core import clock
from app.noticeboard import policy
from app.noticeboard.models import Entry, EntryPerson, EntryState
from app.noticeboard.policy import Viewer
from app.noticeboard.states import state_at

_PROPOSED = (EntryState.HEARING, EntryState.HEARD)


def sees(viewer: Viewer, entry: Entry) -> bool:
    """Whether the viewer sees the entry now.

    Those who handle it always do; whom it is about, from the hearing on; residents, what is published, or was taken
    down after that, for as long as it would have stood; and in the hearing what is about nobody known.
    """
    if viewer.handles(entry):
        return True
    now = clock.now()
    state, persons = state_at(entry, now), policy.persons_of(entry)
    if entry.reviewed_by and set(persons) & set(viewer.owner_ids):
        return state is not EntryState.WITHDRAWN
    if state in _PROPOSED:
        return not persons
    return bool(entry.published_at and entry.expires_at and entry.expires_at > now)


def visible(viewer: Viewer, now: datetime) -> ColumnElement[bool]:
    """`sees` as a condition on entries."""
    about = (EntryPerson.compound_id == Entry.compound_id) & (EntryPerson.entry_id == Entry.id)
    handles = true() if viewer.reviews else Entry.drafted_by == viewer.actor.account_id
    mine = exists().where(about, EntryPerson.owner_id.in_(viewer.owner_ids)) if viewer.owner_ids else false()
    alive = Entry.state != EntryState.WITHDRAWN
    return or_(
        handles,
        and_(Entry.reviewed_by.is_not(None), alive, mine),
        and_(Entry.state == EntryState.HEARING, ~exists().where(about)),
        and_(Entry.published_at.is_not(None), Entry.expires_at > now),
    )
