"""Consent to being named in a red entry: the person's own, in the app, for a version of the text (PIPL 14-16, 25)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from app.compounds import queries as compounds
from app.compounds.guardians import in_force
from app.compounds.models import Binding, BindingState, Guardianship
from app.core import clock
from app.core.db import db
from app.identity.actor import Actor
from app.identity.consents import acts as privacy
from app.noticeboard import states, telling, trail
from app.noticeboard.errors import ConsentNotGiven, ConsentTextChanged, NotAsked
from app.noticeboard.models import Consent, Entry, EntryPerson, EntryState
from app.noticeboard.terms import CONSENT_TEXT, CONSENT_VERSION


@dataclass(frozen=True)
class ConsentView:
    """What a person is asked, or has answered. `text`: that of the version answered to, else of the one in force."""

    entry_id: UUID
    title: str
    state: str
    version: int
    text: str
    answered_at: datetime | None
    expires_at: datetime | None


def ask(entry: Entry, person: EntryPerson) -> None:
    """Ask whoever may consent for the person, who is nobody but the person: no guardian, and none in the family."""
    accounts = _own_accounts(entry.compound_id, person.owner_id)
    if accounts:
        person.consent = Consent.ASKED
        db.session.flush()
        telling.tell_consent_asked(entry, person.owner_id, accounts)


def decide(actor: Actor, compound_id: UUID, entry_id: UUID, agree: bool, version: int) -> ConsentView:
    """Agree to being named, or refuse; again as often as the mind changes, while the entry lives.

    Raises NotAsked, WrongEntryState, ConsentTextChanged, ConsentWithdrawn, GuardianNeeded.
    """
    entry, person = _asked(actor, compound_id, entry_id)
    states.require_state(entry, *states.OPEN_TO_APPEAL)
    if version != CONSENT_VERSION:
        raise ConsentTextChanged(version=CONSENT_VERSION)
    if agree:
        privacy.require(actor.account_id)
    return _answered(actor, entry, person, Consent.GIVEN if agree else Consent.REFUSED)


def withdraw(actor: Actor, compound_id: UUID, entry_id: UUID) -> ConsentView:
    """Take the consent back: from now on nobody sees the name. Raises NotAsked, ConsentNotGiven."""
    entry, person = _asked(actor, compound_id, entry_id)
    if person.consent == Consent.WITHDRAWN:
        return _view(entry, person)
    if person.consent != Consent.GIVEN:
        raise ConsentNotGiven
    return _answered(actor, entry, person, Consent.WITHDRAWN)


def mine(actor: Actor, compound_id: UUID) -> Sequence[ConsentView]:
    """What the actor was asked, the newest first."""
    asked = (
        select(Entry, EntryPerson)
        .join(EntryPerson, (EntryPerson.compound_id == Entry.compound_id) & (EntryPerson.entry_id == Entry.id))
        .where(
            Entry.compound_id == compound_id,
            EntryPerson.owner_id.in_(_self(actor, compound_id)),
            EntryPerson.consent.is_not(None),
        )
        .order_by(Entry.id.desc())
        .limit(100)
    )
    return [_view(entry, person) for entry, person in db.session.execute(asked)]


def _asked(actor: Actor, compound_id: UUID, entry_id: UUID) -> tuple[Entry, EntryPerson]:
    entry = db.session.get(Entry, (compound_id, entry_id), with_for_update=True, populate_existing=True)
    if entry is None:
        raise NotAsked
    person = db.session.scalars(
        select(EntryPerson)
        .where(
            EntryPerson.compound_id == compound_id,
            EntryPerson.entry_id == entry_id,
            EntryPerson.owner_id.in_(_self(actor, compound_id)),
            EntryPerson.consent.is_not(None),
        )
        .execution_options(populate_existing=True)
    ).first()
    if person is None:
        raise NotAsked
    return entry, person


def _answered(actor: Actor, entry: Entry, person: EntryPerson, consent: Consent) -> ConsentView:
    before = person.consent
    person.consent, person.consent_by, person.consent_at = consent, actor.account_id, clock.now()
    if consent is not Consent.WITHDRAWN:
        person.consent_version = CONSENT_VERSION
    db.session.flush()
    facts = {"owner_id": str(person.owner_id), "consent": consent.value, "version": person.consent_version}
    trail.note(actor, entry, "answer_consent", None, was=before, **facts)
    return _view(entry, person)


def _view(entry: Entry, person: EntryPerson) -> ConsentView:
    version = person.consent_version or CONSENT_VERSION
    seen = entry.published_at is not None and states.state_at(entry, clock.now()) is EntryState.PUBLISHED
    return ConsentView(
        entry_id=entry.id,
        title=entry.title,
        state=person.consent or Consent.ASKED,
        version=version,
        text=CONSENT_TEXT[version],
        answered_at=person.consent_at,
        expires_at=entry.expires_at if seen else None,
    )


def _self(actor: Actor, compound_id: UUID) -> set[UUID]:
    """The owners that the actor is: bound as them, and nobody's guardian in it."""
    homes, _ = compounds.voices(actor.account_id, compound_id)
    return {owner for _, owner in homes}


def _own_accounts(compound_id: UUID, owner_id: UUID) -> Sequence[UUID]:
    """The accounts that are the owner; none where a guardian answers for the owner."""
    warded = select(Guardianship.owner_id).where(
        Guardianship.compound_id == compound_id, Guardianship.owner_id == owner_id, in_force(clock.now())
    )
    bound = select(Binding.account_id).where(
        Binding.compound_id == compound_id,
        Binding.owner_id == owner_id,
        Binding.state == BindingState.ACCEPTED,
        ~warded.exists(),
    )
    return db.session.scalars(bound.distinct()).all()
