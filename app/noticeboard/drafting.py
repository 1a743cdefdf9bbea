"""Drafting an entry: written, changed, handed in for review, taken back."""

from collections.abc import Collection
from typing import Any
from uuid import UUID

from sqlalchemy import delete, select

from app.compounds.models import Owner
from app.compounds.persons import is_minor
from app.compounds.queries import owns_today
from app.core import clock
from app.core.db import db
from app.core.ids import new_id
from app.identity.actor import Actor
from app.moderation import service as moderation
from app.noticeboard import policy, states, telling, trail
from app.noticeboard.errors import PersonIsMinor, PersonNotOnRoll
from app.noticeboard.guarding import require_entry_harmless
from app.noticeboard.models import Category, Colour, Entry, EntryPerson, EntryState
from app.noticeboard.nominations import adopt
from app.noticeboard.publishing import settle_appeals

KIND = "notice_entry"


def create(
    actor: Actor,
    compound_id: UUID,
    colour: Colour,
    category: Category,
    title: str,
    text: str,
    owner_ids: Collection[UUID] = (),
    words: Collection[str] = (),
    nomination_id: UUID | None = None,
) -> Entry:
    """Draft an entry; `owner_ids` are whom it is about, `words` names that mean nobody here.

    Raises Forbidden, TellsWhoIsMeant, PersonNotOnRoll, PersonIsMinor, NominationNotFound, NominationDecided.
    """
    policy.require_draft(actor, compound_id)
    entry = Entry(
        compound_id=compound_id,
        id=new_id(),
        colour=colour,
        category=category,
        title=title,
        text=text,
        words=sorted(set(words)),
        state=EntryState.DRAFT,
        nomination_id=nomination_id,
        drafted_by=actor.account_id,
        created_at=clock.now(),
    )
    require_entry_harmless(entry)
    if nomination_id:
        adopt(actor, compound_id, nomination_id)
    db.session.add(entry)
    db.session.flush()
    _set_persons(entry, owner_ids)
    trail.note(actor, entry, "draft_notice", persons=len(set(owner_ids)))
    return entry


def change(actor: Actor, compound_id: UUID, entry_id: UUID, **changes: Any) -> Entry:
    """Change what is given of `category`, `title`, `text`, `words` and `owner_ids`, before the review.

    Raises Forbidden, EntryNotFound, NotYourEntry, WrongEntryState, TellsWhoIsMeant, PersonNotOnRoll, PersonIsMinor.
    """
    entry = _own(actor, compound_id, entry_id)
    states.require_state(entry, *states.EDITABLE)
    owner_ids = changes.pop("owner_ids", None)
    if "words" in changes:
        changes["words"] = sorted(set(changes["words"]))
    for name, value in changes.items():
        setattr(entry, name, value)
    require_entry_harmless(entry)
    db.session.flush()
    if owner_ids is not None:
        _set_persons(entry, owner_ids)
    trail.note(actor, entry, "change_notice", changed=sorted(changes), persons_changed=owner_ids is not None)
    return entry


def submit(actor: Actor, compound_id: UUID, entry_id: UUID) -> Entry:
    """Hand a draft in for review by a second person.

    Raises Forbidden, EntryNotFound, NotYourEntry, WrongEntryState, TellsWhoIsMeant.
    """
    entry = _own(actor, compound_id, entry_id)
    before = states.require_state(entry, *states.EDITABLE)
    require_entry_harmless(entry)
    entry.state = EntryState.REVIEWING
    db.session.flush()
    moderation.open_case(actor, compound_id, KIND, entry.id, policy.accounts_of_persons(entry))
    trail.note(actor, entry, "submit_notice", before)
    return entry


def withdraw(actor: Actor, compound_id: UUID, entry_id: UUID) -> Entry:
    """Take an entry back before it is published: its drafter, or whoever answers for the list.

    Raises Forbidden, EntryNotFound, YourOwnCase, WrongEntryState.
    """
    policy.require_see(actor, compound_id)
    entry = states.lock(compound_id, entry_id)
    if entry.drafted_by != actor.account_id:
        policy.require_review(actor, compound_id)
        policy.require_not_about(actor, entry)
    before = states.require_state(entry, *states.BEFORE_PUBLICATION)
    entry.state, entry.ended_at = EntryState.WITHDRAWN, clock.now()
    db.session.flush()
    moderation.close_case(actor, compound_id, KIND, entry.id)
    trail.note(actor, entry, "withdraw_notice", before)
    if before in (EntryState.HEARING, EntryState.HEARD):
        settle_appeals(actor, entry, "内容已撤回，没有公布")
        telling.tell_ended(entry, policy.persons_of(entry))
    return entry


def _own(actor: Actor, compound_id: UUID, entry_id: UUID) -> Entry:
    policy.require_draft(actor, compound_id)
    entry = states.lock(compound_id, entry_id)
    policy.require_drafter(actor, entry)
    return entry


def _set_persons(entry: Entry, owner_ids: Collection[UUID]) -> None:
    """Say whom the entry is about. Raises PersonNotOnRoll, PersonIsMinor."""
    key = {"compound_id": entry.compound_id, "entry_id": entry.id}
    db.session.execute(
        delete(EntryPerson).where(EntryPerson.compound_id == entry.compound_id, EntryPerson.entry_id == entry.id)
    )
    wanted = set(owner_ids)
    owners = db.session.scalars(select(Owner).where(Owner.compound_id == entry.compound_id, Owner.id.in_(wanted))).all()
    if len(owners) != len(wanted) or not all(owns_today(entry.compound_id, one.id) for one in owners):
        raise PersonNotOnRoll
    if any(one.id_number and is_minor(one.id_number, clock.today()) for one in owners):
        raise PersonIsMinor
    db.session.add_all(EntryPerson(**key, owner_id=one.id) for one in owners)
    db.session.flush()
