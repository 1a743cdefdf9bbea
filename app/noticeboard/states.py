"""Where an entry stands at a moment, and reading it under that state. Time alone ends a hearing and a publication."""

from datetime import datetime
from uuid import UUID

from app.core import clock
from app.core.db import db
from app.noticeboard.errors import EntryNotFound, WrongEntryState
from app.noticeboard.models import Entry, EntryState

EDITABLE = (EntryState.DRAFT, EntryState.RETURNED)
BEFORE_PUBLICATION = (*EDITABLE, EntryState.REVIEWING, EntryState.HEARING, EntryState.HEARD)
OPEN_TO_APPEAL = (EntryState.HEARING, EntryState.HEARD, EntryState.PUBLISHED)


def state_at(entry: Entry, moment: datetime) -> EntryState:
    """The state at a moment."""
    state = EntryState(entry.state)
    if state is EntryState.HEARING and entry.hearing_until and entry.hearing_until <= moment:
        return EntryState.HEARD
    if state is EntryState.PUBLISHED and entry.expires_at and entry.expires_at <= moment:
        return EntryState.EXPIRED
    return state


def lock(compound_id: UUID, entry_id: UUID) -> Entry:
    """The entry, locked against every other change. Raises EntryNotFound."""
    entry = db.session.get(Entry, (compound_id, entry_id), with_for_update=True, populate_existing=True)
    if entry is None:
        raise EntryNotFound
    return entry


def require_state(entry: Entry, *allowed: EntryState) -> EntryState:
    """The entry's state now. Raises WrongEntryState unless it is allowed."""
    state = state_at(entry, clock.now())
    if state not in allowed:
        raise WrongEntryState(state=state.value, state_text=state.chinese, allowed=[one.value for one in allowed])
    return state
