"""Reads of the red/black list. Names leave masked, but for those whose owners agreed to be named."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, exists, func, select, true, tuple_

from app.compounds.models import Owner
from app.core import audit, clock
from app.core.db import db
from app.core.masking import mask_name
from app.identity.actor import Actor
from app.moderation.queries import OwnReview, last_review
from app.noticeboard import policy, states
from app.noticeboard.drafting import KIND
from app.noticeboard.errors import EntryNotFound
from app.noticeboard.models import Category, Colour, Consent, Entry, EntryPerson, EntryState
from app.noticeboard.policy import Viewer
from app.noticeboard.seeing import sees, visible


class Shelf(StrEnum):
    """Which entries a list is of.

    current    published, and taken down with a note in its place
    proposed   in the hearing or after it, not published yet
    about_me   about the actor or a ward
    drafted    drafted by the actor
    all        every one that the actor may see
    """

    CURRENT = "current"
    PROPOSED = "proposed"
    ABOUT_ME = "about_me"
    DRAFTED = "drafted"
    ALL = "all"


@dataclass(frozen=True)
class PersonView:
    """Whom an entry is about, to those who handle it. The name is masked; `told_on_paper`: by whom is on the log."""

    owner_id: UUID
    name_masked: str
    told_at: datetime | None
    told_on_paper: bool
    consent: str | None


@dataclass(frozen=True)
class EntryView:
    """An entry as the actor sees it.

    title, text   None once it is taken down, but to those who handle it and whom it is about: `note` stands there
    names         red, while it is published: persons who agreed to be named
    about_me      whether it is about the actor or a ward
    words, persons, review   to those who handle it, in a single entry only
    """

    id: UUID
    colour: str
    category: str
    state: str
    state_text: str
    title: str | None
    text: str | None
    note: str | None
    names: Sequence[str]
    about_me: bool
    drafted_by_me: bool
    hearing_until: datetime | None
    published_at: datetime | None
    expires_at: datetime | None
    words: Sequence[str] | None = None
    persons: Sequence[PersonView] | None = None
    review: OwnReview | None = None


def list_entries(
    actor: Actor,
    compound_id: UUID,
    shelf: Shelf = Shelf.CURRENT,
    colour: Colour | None = None,
    category: Category | None = None,
    after: UUID | None = None,
    limit: int = 20,
) -> Sequence[EntryView]:
    """The entries of a shelf that the actor may see, the newest first, after the entry `after`. Raises Forbidden."""
    viewer, now = policy.require_see(actor, compound_id), clock.now()
    page = select(Entry).where(Entry.compound_id == compound_id, visible(viewer, now), _on_shelf(shelf, viewer, now))
    if colour:
        page = page.where(Entry.colour == colour)
    if category:
        page = page.where(Entry.category == category)
    entries = db.session.scalars(_page(page, compound_id, after, limit)).all()
    people = _people(compound_id, [entry.id for entry in entries])
    names = _names(compound_id, entries, people, now)
    return [_view(viewer, entry, people[entry.id], names[entry.id], now) for entry in entries]


def get_entry(actor: Actor, compound_id: UUID, entry_id: UUID) -> EntryView:
    """One entry; to those who handle it with whom it is about, and that look goes on record.

    Raises Forbidden, EntryNotFound.
    """
    viewer, now = policy.require_see(actor, compound_id), clock.now()
    entry = db.session.get(Entry, (compound_id, entry_id), populate_existing=True)
    if entry is None or not sees(viewer, entry):
        raise EntryNotFound
    people = _people(compound_id, [entry.id])[entry.id]
    names = _names(compound_id, [entry], {entry.id: people}, now)[entry.id]
    return _view(viewer, entry, people, names, now, whole=viewer.handles(entry))


def _on_shelf(shelf: Shelf, viewer: Viewer, now: datetime) -> ColumnElement[bool]:
    about = (EntryPerson.compound_id == Entry.compound_id) & (EntryPerson.entry_id == Entry.id)
    mine = exists().where(about, EntryPerson.owner_id.in_(viewer.owner_ids))
    conditions: dict[Shelf, ColumnElement[bool]] = {
        Shelf.CURRENT: and_(Entry.published_at.is_not(None), Entry.expires_at > now),
        Shelf.PROPOSED: Entry.state == EntryState.HEARING,
        Shelf.ABOUT_ME: and_(Entry.reviewed_by.is_not(None), mine),
        Shelf.DRAFTED: Entry.drafted_by == viewer.actor.account_id,
        Shelf.ALL: true(),
    }
    return conditions[shelf]


def _page(found: Select[Entry], compound_id: UUID, after: UUID | None, limit: int) -> Select[Entry]:
    order = (func.coalesce(Entry.published_at, Entry.created_at), Entry.id)
    if after:
        last = select(*order).where(Entry.compound_id == compound_id, Entry.id == after).subquery()
        found = found.join(last, tuple_(*order) < tuple_(*last.c))
    return found.order_by(*(one.desc() for one in order)).limit(limit)


def _people(compound_id: UUID, entry_ids: Collection[UUID]) -> Mapping[UUID, list[EntryPerson]]:
    people: dict[UUID, list[EntryPerson]] = defaultdict(list)
    found = select(EntryPerson).where(EntryPerson.compound_id == compound_id, EntryPerson.entry_id.in_(entry_ids))
    for one in db.session.scalars(found.order_by(EntryPerson.owner_id).execution_options(populate_existing=True)):
        people[one.entry_id].append(one)
    return people


def _names(
    compound_id: UUID, entries: Sequence[Entry], people: Mapping[UUID, list[EntryPerson]], now: datetime
) -> Mapping[UUID, list[str]]:
    """The names that the entries may show now: of red ones that are published, with a consent that stands."""
    agreed = {
        entry.id: [one.owner_id for one in people.get(entry.id, []) if one.consent == Consent.GIVEN]
        for entry in entries
        if entry.colour == Colour.RED and states.state_at(entry, now) is EntryState.PUBLISHED
    }
    found = _owner_names(compound_id, {owner_id for owners in agreed.values() for owner_id in owners})
    names: dict[UUID, list[str]] = defaultdict(list)
    names.update({entry_id: [found[one] for one in owners] for entry_id, owners in agreed.items()})
    return names


def _owner_names(compound_id: UUID, owner_ids: Collection[UUID]) -> dict[UUID, str]:
    if not owner_ids:
        return {}
    rows = db.session.execute(
        select(Owner.id, Owner.name).where(Owner.compound_id == compound_id, Owner.id.in_(owner_ids))
    )
    return dict(rows.all())


def _view(
    viewer: Viewer, entry: Entry, people: list[EntryPerson], names: list[str], now: datetime, whole: bool = False
) -> EntryView:
    state = states.state_at(entry, now)
    about_me = bool({one.owner_id for one in people} & set(viewer.owner_ids)) and entry.reviewed_by is not None
    words_stand = state is not EntryState.TAKEN_DOWN or about_me or viewer.handles(entry)
    return EntryView(
        id=entry.id,
        colour=entry.colour,
        category=entry.category,
        state=state.value,
        state_text=state.chinese,
        title=entry.title if words_stand else None,
        text=entry.text if words_stand else None,
        note=entry.note,
        names=names,
        about_me=about_me,
        drafted_by_me=entry.drafted_by == viewer.actor.account_id,
        hearing_until=entry.hearing_until,
        published_at=entry.published_at,
        expires_at=entry.expires_at,
        words=entry.words if whole else None,
        persons=_persons(viewer.actor, entry, people) if whole else None,
        review=last_review(entry.compound_id, KIND, entry.id) if whole else None,
    )


def _persons(actor: Actor, entry: Entry, people: list[EntryPerson]) -> list[PersonView]:
    if not people:
        return []
    names = _owner_names(entry.compound_id, [one.owner_id for one in people])
    audit.record(entry.compound_id, actor.account_id, "read_notice_persons", entry.id, after={"rows": len(people)})
    return [
        PersonView(one.owner_id, mask_name(names[one.owner_id]), one.told_at, one.told_by is not None, one.consent)
        for one in people
    ]
