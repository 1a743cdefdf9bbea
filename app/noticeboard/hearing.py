"""The hearing (听取意见): whom an entry is about is told, and may answer or appeal before anything is published.

Where nobody is known, the residents see what is proposed, and any of them may object.
"""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import select

from app.compounds.homes import accounts_of_owners
from app.core import clock
from app.core.db import db
from app.core.ids import new_id
from app.identity.actor import Actor
from app.noticeboard import consents, policy, states, telling, terms, trail
from app.noticeboard.errors import EntryNotFound, NotConcerned, PersonAlreadyTold, PersonNotOnRoll
from app.noticeboard.models import Colour, Entry, EntryPerson, EntryState, Statement, StatementKind
from app.noticeboard.seeing import sees


def begin(entry: Entry) -> None:
    """Begin the hearing of an accepted, locked entry: tell everybody who can be told in the app."""
    now = clock.now()
    entry.state = EntryState.HEARING
    persons = people(entry)
    for person in persons:
        if db.session.scalar(accounts_of_owners(entry.compound_id, [person.owner_id]).limit(1)):
            person.told_at = now
    _set_end(entry, persons)
    for person in persons:
        if person.told_at:
            telling.tell_hearing(entry, person.owner_id)
        if entry.colour == Colour.RED:
            consents.ask(entry, person)
    db.session.flush()
    trail.note(None, entry, "begin_hearing", EntryState.REVIEWING, untold=sum(not one.told_at for one in persons))


def tell_on_paper(actor: Actor, compound_id: UUID, entry_id: UUID, owner_id: UUID, note: str) -> Entry:
    """Record that a person concerned who is not in the app was told on paper; the days to answer begin anew.

    Raises Forbidden, EntryNotFound, WrongEntryState, PersonNotOnRoll, OutsideOwnPlace, PersonAlreadyTold.
    """
    policy.require_enter_paper(actor, compound_id)
    entry = states.lock(compound_id, entry_id)
    if not policy.require_see(actor, compound_id).handles(entry):
        raise EntryNotFound
    states.require_state(entry, EntryState.HEARING)
    persons = people(entry)
    person = next((one for one in persons if one.owner_id == owner_id), None)
    if person is None:
        raise PersonNotOnRoll
    policy.require_enter_paper_of(actor, compound_id, owner_id)
    if person.told_at:
        raise PersonAlreadyTold
    person.told_at, person.told_by, person.paper_note = clock.now(), actor.account_id, note
    _set_end(entry, persons)
    db.session.flush()
    trail.note(actor, entry, "tell_on_paper", owner_id=str(owner_id))
    return entry


def answer(
    actor: Actor, compound_id: UUID, entry_id: UUID, text: str, on_paper: Mapping[str, Any] | None = None
) -> Statement:
    """Say something to an entry that the actor, or a ward, is concerned by; it goes on file for the reviewers.

    `on_paper`: entered for `owner_id` from a sheet, `note` says where that is filed.
    Raises Forbidden, EntryNotFound, NotConcerned, OutsideOwnPlace, WrongEntryState.
    """
    if on_paper:
        return _answer_on_paper(actor, compound_id, entry_id, text, **on_paper)
    viewer = policy.require_see(actor, compound_id)
    entry = states.lock(compound_id, entry_id)
    if not sees(viewer, entry):
        raise EntryNotFound
    concerned = sorted(set(viewer.owner_ids) & set(policy.persons_of(entry)))
    if not concerned:
        raise NotConcerned
    states.require_state(entry, *states.OPEN_TO_APPEAL)
    return keep(actor, entry, StatementKind.ANSWER, concerned[0], text)


def _answer_on_paper(
    actor: Actor, compound_id: UUID, entry_id: UUID, text: str, owner_id: UUID, note: str
) -> Statement:
    policy.require_enter_paper(actor, compound_id)
    entry = states.lock(compound_id, entry_id)
    states.require_state(entry, *states.OPEN_TO_APPEAL)
    if owner_id not in policy.persons_of(entry):
        raise NotConcerned
    policy.require_enter_paper_of(actor, compound_id, owner_id)
    return keep(actor, entry, StatementKind.ANSWER, owner_id, text, note)


def keep(
    actor: Actor,
    entry: Entry,
    kind: StatementKind,
    owner_id: UUID,
    text: str,
    paper_note: str | None = None,
    state: str | None = None,
) -> Statement:
    """Put a statement on the file of a locked entry."""
    statement = Statement(
        compound_id=entry.compound_id,
        id=new_id(),
        entry_id=entry.id,
        kind=kind,
        owner_id=owner_id,
        concerned=owner_id in policy.persons_of(entry),
        account_id=actor.account_id,
        text=text,
        paper_note=paper_note,
        made_at=clock.now(),
        state=state,
    )
    db.session.add(statement)
    db.session.flush()
    trail.note(actor, entry, f"{kind}_notice", statement_id=str(statement.id), on_paper=paper_note is not None)
    return statement


def people(entry: Entry) -> list[EntryPerson]:
    """Whom the entry is about."""
    about = select(EntryPerson).where(EntryPerson.compound_id == entry.compound_id, EntryPerson.entry_id == entry.id)
    return list(db.session.scalars(about.order_by(EntryPerson.owner_id).execution_options(populate_existing=True)))


def _set_end(entry: Entry, persons: list[EntryPerson]) -> None:
    """The hearing ends after the days to answer of the last who was told; not at all while somebody is not."""
    told = [one.told_at for one in persons]
    moments = [one for one in told if one]
    if len(moments) < len(told):
        entry.hearing_until = None
    else:
        entry.hearing_until = terms.hearing_end(max(moments, default=clock.now()))
