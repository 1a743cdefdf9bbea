"""How far a petition has come, kept from signature to signature, so that none has to read the whole roll.

The count is exact: it is of one version of the roll, which nobody changes while a signature is counted. A signature
adds the voting parties of its own signer, each read whole. After any change of the roll everything is counted anew.
"""

from collections.abc import Collection

from app.compounds import queries as compounds
from app.meetings.petitions.models import Petition
from app.meetings.petitions.roll import RollOfToday, Standing, rules_of, signatures_of


def added(petition: Petition, roll: RollOfToday, parties: Collection[bytes]) -> Standing:
    """The count after these parties signed; the petition is locked. `roll` has them, if today's roll still does."""
    return _moved(petition, roll, parties, 1)


def removed(petition: Petition, roll: RollOfToday, parties: Collection[bytes]) -> Standing:
    """The count after the signatures of these parties went; the petition is locked."""
    return _moved(petition, roll, parties, -1)


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


def _moved(petition: Petition, roll: RollOfToday, parties: Collection[bytes], sign: int) -> Standing:
    version = compounds.held_roll_version(petition.compound_id)
    if petition.counted_version == version:
        there = [party for key in set(parties) if (party := roll.parties.get(key))]
        kept = _kept(petition)
        area_centi = kept.area_centi + sign * sum(party.area_centi for party in there)
        standing = Standing(
            kept.persons + sign * len(there), area_centi, kept.electorate_persons, kept.electorate_area_centi
        )
    else:
        standing = _whole(petition)
    petition.counted_version = version
    petition.counted_persons, petition.counted_area_centi = standing.persons, standing.area_centi
    petition.counted_of_persons = standing.electorate_persons
    petition.counted_of_area_centi = standing.electorate_area_centi
    return standing


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
