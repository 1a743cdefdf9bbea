"""Stamps: what somebody was looking at when they decided to change it, so that nobody overwrites another's change."""

import hashlib
from collections.abc import Iterable
from uuid import UUID

from app.compounds.models import Owner, Unit


def of_unit(unit: Unit) -> str:
    """Changes with the unit's use, areas and holder."""
    return _digest(
        unit.use,
        unit.area_register_centi,
        unit.area_survey_centi,
        unit.area_contract_centi,
        unit.held_by_developer,
    )


def of_owner(owner: Owner) -> str:
    """Changes with the owner's name and numbers, and tells nothing of them: these are keyed hashes."""
    return _digest(owner.name_hash, owner.id_number_hash, owner.phone_hash)


def of_ownership(ownership_ids: Iterable[UUID]) -> str:
    """Changes when a unit passes to others. `ownership_ids`: those of today, in any order."""
    return _digest(*sorted(ownership_ids))


def _digest(*facts: object) -> str:
    return hashlib.blake2b(repr(facts).encode(), digest_size=12).hexdigest()
