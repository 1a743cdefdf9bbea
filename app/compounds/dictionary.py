"""The roll as a dictionary: which of some strings are names or rooms on it. Nothing is decrypted."""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import ARRAY, LargeBinary, Text, any_, literal, select

from app.compounds.models import Owner, Unit
from app.core.crypto import lookup_hash
from app.core.db import db


def names_among(compound_id: UUID, strings: Collection[str]) -> frozenset[str]:
    """Which of the strings, each spelled as `persons.clean_name` does, name an owner of today or before.

    One statement on the index of name hashes: its cost goes by the number of strings, not by the size of the roll.
    """
    hashes = {lookup_hash("name", one): one for one in strings}
    asked = literal(list(hashes), ARRAY(LargeBinary))
    on_roll = select(Owner.name_hash).where(Owner.compound_id == compound_id, Owner.name_hash == any_(asked))
    return frozenset(hashes[bytes(one)] for one in db.session.scalars(on_roll))


def rooms_among(compound_id: UUID, strings: Collection[str]) -> frozenset[str]:
    """Which of the strings are rooms of a unit."""
    asked = literal(list(strings), ARRAY(Text))
    on_roll = select(Unit.room).where(Unit.compound_id == compound_id, Unit.room == any_(asked))
    return frozenset(db.session.scalars(on_roll.distinct()))
