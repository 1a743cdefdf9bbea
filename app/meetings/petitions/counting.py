"""How far a petition has come, kept from signature to signature, so that none has to read the whole roll.

The count is exact: it is of one version of the roll, which nobody changes while a signature is counted. A signature
adds the voting parties of its own signer, each read whole. After any change of the roll everything is counted anew.

Many sign at once, so the petition's row is locked last, and until the commit only: by the one statement that adds.
Every lock of that row is FOR NO KEY UPDATE, which the foreign key of a signature under way does not wait for.
"""

from collections.abc import Collection

from sqlalchemy import update

from app.compounds import queries as compounds
from app.core import clock
from app.core.db import db
from app.meetings.petitions import states
from app.meetings.petitions.models import Petition
from app.meetings.petitions.roll import RollOfToday, Standing, rules_of, signatures_of


def added(petition: Petition, roll: RollOfToday, parties: Collection[bytes]) -> Standing:
    """The count after these parties signed; the petition is locked from here on. `roll` has them.

    Raises PetitionNotCollecting and PetitionNotFound.
    """
    there = [party for key in set(parties) if (party := roll.parties.get(key))]
    held = compounds.held_roll(petition.compound_id)
    moved = db.session.scalar(
        update(Petition)
        .where(
            Petition.compound_id == petition.compound_id,
            Petition.id == petition.id,
            Petition.ended_at.is_(None),
            Petition.expires_at > clock.now(),
            Petition.counted_version == held.c.version,
            held.c.version == roll.version,
        )
        .values(
            counted_persons=Petition.counted_persons + len(there),
            counted_area_centi=Petition.counted_area_centi + sum(party.area_centi for party in there),
        )
        .returning(Petition)
        .execution_options(synchronize_session=False, populate_existing=True)
    )
    return _kept(moved) if moved else recounted(states.collecting(petition.compound_id, petition.id))


def removed(petition: Petition, roll: RollOfToday, parties: Collection[bytes]) -> Standing:
    """The count after the signatures of these parties went; the petition is locked."""
    version = compounds.held_roll_version(petition.compound_id)
    if not petition.counted_version == version == roll.version:
        return recounted(petition)
    there = [party for key in set(parties) if (party := roll.parties.get(key))]
    kept = _kept(petition)
    petition.counted_persons = kept.persons - len(there)
    petition.counted_area_centi = kept.area_centi - sum(party.area_centi for party in there)
    return _kept(petition)


def recounted(petition: Petition) -> Standing:
    """The count of all signatures on the whole roll of today; the petition is locked."""
    version = compounds.held_roll_version(petition.compound_id)
    standing = _whole(petition)
    petition.counted_version = version
    petition.counted_persons, petition.counted_area_centi = standing.persons, standing.area_centi
    petition.counted_of_persons = standing.electorate_persons
    petition.counted_of_area_centi = standing.electorate_area_centi
    return standing


def standing_of(petition: Petition, roll: RollOfToday | None = None) -> Standing:
    """How far a petition has come today; once delivered, as it was counted then. `roll`: today's, where it is read."""
    if petition.delivered_at is not None:
        return Standing(
            petition.persons or 0,
            petition.area_centi or 0,
            petition.electorate_persons or 0,
            petition.electorate_area_centi or 0,
        )
    if is_current(petition):
        return _kept(petition)
    return _whole(petition, roll)


def is_current(petition: Petition) -> bool:
    """Whether the kept count is of today's roll."""
    return petition.counted_version == compounds.roll_version(petition.compound_id)


def _kept(petition: Petition) -> Standing:
    return Standing(
        petition.counted_persons or 0,
        petition.counted_area_centi or 0,
        petition.counted_of_persons or 0,
        petition.counted_of_area_centi or 0,
    )


def _whole(petition: Petition, roll: RollOfToday | None = None) -> Standing:
    roll = roll or RollOfToday(petition.compound_id, rules_of(petition))
    return roll.standing(one.party for one in signatures_of(petition))
