"""Publishing an entry after its hearing, and taking it down. It expires by its timestamp."""

from uuid import UUID

from sqlalchemy import ColumnElement, select

from app.core import clock
from app.core.db import db
from app.identity.actor import Actor
from app.noticeboard import hearing, policy, states, telling, terms, trail
from app.noticeboard.errors import AppealOpen, PersonNotTold
from app.noticeboard.guarding import require_entry_harmless, require_harmless
from app.noticeboard.models import AppealState, Colour, Entry, EntryState, Statement


def publish(actor: Actor, compound_id: UUID, entry_id: UUID) -> Entry:
    """Publish an entry after its hearing, as somebody else than its drafter.

    Raises Forbidden, EntryNotFound, DraftedByYou, YourOwnCase, PersonNotTold, WrongEntryState, AppealOpen,
    TellsWhoIsMeant.
    """
    policy.require_review(actor, compound_id)
    entry = states.lock(compound_id, entry_id)
    policy.require_second_person(actor, entry)
    if entry.state == EntryState.HEARING:
        _require_all_told(entry)
    states.require_state(entry, EntryState.HEARD)
    if db.session.scalar(select(Statement.id).where(*_open_appeals(entry)).limit(1)):
        raise AppealOpen
    require_entry_harmless(entry)
    now = clock.now()
    entry.state, entry.published_by, entry.published_at = EntryState.PUBLISHED, actor.account_id, now
    entry.expires_at = terms.expiry(now, Colour(entry.colour))
    db.session.flush()
    trail.note(actor, entry, "publish_notice", EntryState.HEARD, expires_at=entry.expires_at.isoformat())
    telling.tell_published(entry, policy.persons_of(entry))
    return entry


def take_down(actor: Actor, compound_id: UUID, entry_id: UUID, note: str) -> Entry:
    """Take a published entry down at once; the note stands in its place.

    Whom it is about appeals instead.
    Raises Forbidden, EntryNotFound, YourOwnCase, WrongEntryState, TellsWhoIsMeant.
    """
    policy.require_review(actor, compound_id)
    entry = states.lock(compound_id, entry_id)
    policy.require_not_about(actor, entry)
    states.require_state(entry, EntryState.PUBLISHED)
    return end(actor, entry, note)


def end(actor: Actor, entry: Entry, note: str) -> Entry:
    """End a locked entry with a note; appeals that are open are settled by it. Raises TellsWhoIsMeant."""
    require_harmless(entry.compound_id, Colour.BLACK, entry.words, note=note)
    before = states.state_at(entry, clock.now())
    if before in (EntryState.TAKEN_DOWN, EntryState.WITHDRAWN):
        return entry
    entry.state, entry.ended_at, entry.note = EntryState.TAKEN_DOWN, clock.now(), note
    db.session.flush()
    settle_appeals(actor, entry, note)
    trail.note(actor, entry, "take_down_notice", before)
    telling.tell_ended(entry, policy.persons_of(entry))
    return entry


def settle_appeals(actor: Actor, entry: Entry, reason: str) -> None:
    """End the appeals that are open: what they asked for has come to pass. Nobody settles an own one."""
    others = select(Statement).where(*_open_appeals(entry), Statement.account_id != actor.account_id)
    for one in db.session.scalars(others.with_for_update()).all():
        one.state, one.decided_by, one.decided_at = AppealState.UPHELD, actor.account_id, clock.now()
        one.reason = reason
        db.session.flush()
        telling.tell_appeal_decided(one, "已撤下")


def _require_all_told(entry: Entry) -> None:
    untold = sum(person.told_at is None for person in hearing.people(entry))
    if untold:
        raise PersonNotTold(untold=untold)


def _open_appeals(entry: Entry) -> tuple[ColumnElement[bool], ...]:
    return (
        Statement.compound_id == entry.compound_id,
        Statement.entry_id == entry.id,
        Statement.state == AppealState.OPEN,
    )
