"""Who counts for a petition: the voting parties of today's roll, by the rules of a meeting's electorate (SPC 8-9)."""

import hashlib
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import select

from app.compounds import queries as compounds
from app.core.db import db
from app.identity.actor import Actor
from app.meetings.announcing import share_of
from app.meetings.electorate import build_roll
from app.meetings.petitions.models import Petition, PetitionSignature
from app.meetings.rules.rule_set import RuleSet
from app.meetings.tally import Electorate, PetitionResult, check_petition


@dataclass(frozen=True)
class Standing:
    """How far a petition has come: persons and area (0.01 m²) of those who signed, and of all."""

    persons: int
    area_centi: int
    electorate_persons: int
    electorate_area_centi: int

    def result(self, rules: RuleSet) -> PetitionResult | None:
        """Whether it is enough, with each comparison; None while nobody is on the roll."""
        if not (self.electorate_persons and self.electorate_area_centi):
            return None
        electorate = Electorate(self.electorate_persons, self.electorate_area_centi)
        return check_petition(electorate, self.persons, self.area_centi, rules.petition_basis)


class RollOfToday:
    """The voting parties of today's roll, found by the hash of their owners. A developer's party has none to sign.

    `around`: only the parties that one of these owners is in, each whole; the totals are theirs alone.
    `version`: the roll's, read before its units: where it is still the same later, nothing of them has changed.
    """

    def __init__(
        self, compound_id: UUID, rules: RuleSet, around: Collection[UUID] | None = None, version: int | None = None
    ) -> None:
        self.compound_id = compound_id
        self.version = compounds.roll_version(compound_id) if version is None else version
        if around is None:
            units = compounds.units_with_owners(compound_id)
        else:
            units = compounds.units_of_owners(compound_id, around)
        shares = (share_of(unit) for unit in units)
        self.roll = build_roll(shares, include_parking=rules.include_parking)
        named = (one for one in self.roll.parties if one.owner_ids)
        if around is not None:
            named = (one for one in named if not set(around).isdisjoint(one.owner_ids))
        self.parties = {party_hash(one.owner_ids): one for one in named}

    def standing(self, signed: Iterable[bytes]) -> Standing:
        """Persons and area of the parties that signed and are still there."""
        there = [party for key in set(signed) if (party := self.parties.get(key))]
        return Standing(
            len(there),
            sum(party.area_centi for party in there),
            len(self.roll.parties),
            sum(party.area_centi for party in self.roll.parties),
        )

    def parties_of(self, owner_id: UUID) -> dict[bytes, UUID]:
        """The parties of one owner, who signs on paper, or whose guardian does."""
        return {key: owner_id for key, party in self.parties.items() if owner_id in party.owner_ids}


def spoken_for(
    actor: Actor, compound_id: UUID, rules: RuleSet, version: int | None = None
) -> tuple[RollOfToday, dict[bytes, UUID]]:
    """The parties around the actor, and those it may sign for, each with the owner in whose name: as for a ballot.

    `version`: the roll's, where it has just been read.
    """
    homes, guarded = compounds.voices(actor.account_id, compound_id)
    roll = RollOfToday(compound_id, rules, {owner for _, owner in homes} | guarded, version)
    found: dict[bytes, UUID] = {}
    for key, party in roll.parties.items():
        owners = {owner for unit, owner in homes if unit in party.unit_ids} | guarded
        if mine := sorted(owner for owner in owners if owner in party.owner_ids):
            found[key] = mine[0]
    return roll, found


def party_hash(owner_ids: Iterable[Any]) -> bytes:
    """SHA-256 over the sorted ids of a party's owners."""
    return hashlib.sha256(",".join(sorted(str(one) for one in owner_ids)).encode()).digest()


def signatures_of(petition: Petition) -> Sequence[PetitionSignature]:
    """The petition's signatures as they came."""
    return db.session.scalars(
        select(PetitionSignature)
        .where(PetitionSignature.compound_id == petition.compound_id, PetitionSignature.petition_id == petition.id)
        .order_by(PetitionSignature.signed_at, PetitionSignature.party)
    ).all()


def rules_of(petition: Petition) -> RuleSet:
    """The rules that the petition began with."""
    return RuleSet.from_dict(petition.rule_set)
