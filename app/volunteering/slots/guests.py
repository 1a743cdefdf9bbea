"""Who takes a place: a volunteer, a resident, or a neighbour for whom a steward books."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from app.compounds import homes
from app.compounds.persons import clean_name, clean_phone
from app.core.crypto import lookup_hash
from app.core.db import db
from app.core.ids import new_id
from app.identity.actor import Actor
from app.volunteering.offerings.errors import OfferingNotOpen
from app.volunteering.offerings.models import Offering, OfferingKind, Review
from app.volunteering.slots.errors import HomeNotFound, NotForNeighbours, OwnService, ResidentsOnly
from app.volunteering.slots.models import ConsentForm, Neighbour
from app.volunteering.texts import checking as texts
from app.volunteering.volunteers import registration


@dataclass(frozen=True)
class Guest:
    """Whoever takes a place, by `person_id`; `columns` are what the booking keeps of the person."""

    person_id: UUID
    columns: Mapping[str, Any]


def actor_as_guest(actor: Actor, offering: Offering, phone: str | None, note: str | None) -> Guest:
    """The actor, who may sign up: for an activity as a volunteer, for a service as a resident.

    Raises OfferingNotOpen, TextNotShown, NotAVolunteer, ResidentsOnly, OwnService.
    """
    _require_open(offering)
    if offering.kind == OfferingKind.ACTIVITY:
        registration.current(actor, offering.compound_id, lock=True)
        return Guest(actor.account_id, {})
    if offering.organiser_id == actor.account_id:
        raise OwnService
    home = next(iter(homes.homes_of(actor.account_id, offering.compound_id)), None)
    if home is None:
        raise ResidentsOnly
    return Guest(actor.account_id, {"name": home.name, "unit_id": home.unit_id, **_contact(phone, note)})


def neighbour_as_guest(
    offering: Offering, unit_id: UUID, name: str, consent: ConsentForm, phone: str | None, note: str | None
) -> Guest:
    """A neighbour who agreed: by the own account where the home has one of that name, else as who lives behind a door.

    Raises OfferingNotOpen, TextNotShown, NotForNeighbours, HomeNotFound.
    """
    _require_open(offering)
    if offering.kind != OfferingKind.SERVICE:
        raise NotForNeighbours
    compound_id, called = offering.compound_id, clean_name(name)
    if homes.building_of(compound_id, unit_id) is None:
        raise HomeNotFound
    columns = {"name": called, "unit_id": unit_id, "consent": consent.value, **_contact(phone, note)}
    names = homes.names_of(compound_id, homes.accounts_of_unit(compound_id, unit_id))
    account_id = next((one for one, theirs in names.items() if clean_name(theirs) == called), None)
    if account_id:
        return Guest(account_id, columns)
    neighbour_id = _neighbour(compound_id, unit_id, called)
    return Guest(neighbour_id, {**columns, "neighbour_id": neighbour_id})


def _neighbour(compound_id: UUID, unit_id: UUID, name: str) -> UUID:
    key = {"compound_id": compound_id, "unit_id": unit_id, "name_hash": lookup_hash("name", name)}
    db.session.execute(insert(Neighbour).values(id=new_id(), **key).on_conflict_do_nothing())
    return db.session.scalars(select(Neighbour.id).filter_by(**key)).one()


def _contact(phone: str | None, note: str | None) -> dict[str, str | None]:
    return {"phone": clean_phone(phone) if phone else None, "note": note}


def _require_open(offering: Offering) -> None:
    if offering.review != Review.OPEN:
        raise OfferingNotOpen(state=offering.review, state_text=Review(offering.review).chinese)
    texts.require_shown(offering)
