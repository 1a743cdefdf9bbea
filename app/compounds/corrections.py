"""Correcting one entry of the roll by hand (更正登记): what a unit is, and who an owner is.

Who owns a unit changes by a transfer or an import only. A meeting whose electorate is frozen keeps what it froze.
"""

from uuid import UUID

from sqlalchemy import Uuid, column, select, values

from app.compounds import matching, stamps
from app.compounds.errors import (
    AreaInvalid,
    AreaRequired,
    ChangedMeanwhile,
    IdNumberTaken,
    OwnerNotFound,
    PersonInvalid,
    UnitNotFound,
)
from app.compounds.models import Owner, Unit, UnitUse
from app.compounds.persons import clean_id_number, clean_name, clean_phone, id_number_problem, phone_problem
from app.compounds.roll_lock import locked_roll
from app.compounds.roll_values import AREA_LIMIT_CENTI
from app.compounds.types import PersonFacts, UnitFacts
from app.core import audit
from app.core.crypto import lookup_hash
from app.core.db import db
from app.identity.actor import Actor
from app.org.permissions import Act
from app.org.policy import require

_UNIT_FIELDS = ("use", "area_register_centi", "area_survey_centi", "area_contract_centi", "held_by_developer")


def correct_unit(actor: Actor, compound_id: UUID, unit_id: UUID, facts: UnitFacts, seen: str) -> None:
    """Set right what a unit is: its use, its areas by source (SPC 8), whether the developer holds it (SPC 9).

    `seen` is the unit's stamp when the actor looked. Repeating it changes nothing; a change raises the roll's version.
    Raises Forbidden, AreaRequired, AreaInvalid, UnitNotFound, ChangedMeanwhile, RollTooBusy.
    """
    require(actor, Act.MANAGE_ROLL, compound_id)
    _check_areas(facts)
    roll = locked_roll(compound_id)
    unit = db.session.get(Unit, (compound_id, unit_id), populate_existing=True)
    if unit is None:
        raise UnitNotFound(door="这套房屋")
    before, after = ({name: getattr(one, name) for name in _UNIT_FIELDS} for one in (unit, facts))
    if before == after:
        return
    if seen != stamps.of_unit(unit):
        raise ChangedMeanwhile
    for name, value in after.items():
        setattr(unit, name, UnitUse(value).value if name == "use" else value)
    roll.version += 1
    db.session.flush()
    audit.record(compound_id, actor.account_id, "correct_unit", unit_id, before=before, after=after)


def correct_owner(actor: Actor, compound_id: UUID, owner_id: UUID, facts: PersonFacts, seen: str) -> None:
    """Set right who an owner is, in all units that the owner holds. What `facts` does not say stays.

    Accounts that were bound by a number which is no longer the owner's are unbound, who has proven the new one is
    bound. `seen` is the owner's stamp when the actor looked. Repeating it changes nothing.
    Raises Forbidden, PersonInvalid, OwnerNotFound, IdNumberTaken, ChangedMeanwhile, RollTooBusy.
    """
    require(actor, Act.MANAGE_ROLL, compound_id)
    clean = _clean(facts)
    roll = locked_roll(compound_id)
    owner = db.session.get(Owner, (compound_id, owner_id), with_for_update=True, populate_existing=True)
    if owner is None:
        raise OwnerNotFound
    changes = _changes(owner, clean)
    if not changes:
        return
    if seen != stamps.of_owner(owner):
        raise ChangedMeanwhile
    if "id_number" in changes and _is_taken(owner, clean.id_number):
        raise IdNumberTaken
    for name, value in changes.items():
        setattr(owner, name, value)
        setattr(owner, f"{name}_hash", lookup_hash(name, value) if value else None)
    roll.version += 1
    db.session.flush()
    if "phone" in changes:
        renumbered = values(column("owner_id", Uuid()), name="renumbered").data([(owner_id,)])
        matching.revoke_of_changed_numbers(compound_id, renumbered)
        matching.match_compound(compound_id)
    audit.record(compound_id, actor.account_id, "correct_owner", owner_id, after={"changed": sorted(changes)})
    db.session.expire_all()


def _check_areas(facts: UnitFacts) -> None:
    areas = [
        area
        for area in (facts.area_register_centi, facts.area_survey_centi, facts.area_contract_centi)
        if area is not None
    ]
    if not areas:
        raise AreaRequired
    if not all(0 < area <= AREA_LIMIT_CENTI for area in areas):
        raise AreaInvalid


def _clean(facts: PersonFacts) -> PersonFacts:
    """The facts with name and numbers in one spelling, if these can be right."""
    name = clean_name(facts.name) if facts.name else None
    id_number = clean_id_number(facts.id_number) if facts.id_number else None
    phone = clean_phone(facts.phone) if facts.phone else None
    if id_number and id_number_problem(id_number):
        raise PersonInvalid(field="id_number", reason="证件号不对，请对照证件改正。")
    if phone and phone_problem(phone):
        raise PersonInvalid(field="phone", reason="请填写 11 位手机号，座机不能用来验证身份。")
    return PersonFacts(name, id_number, phone, facts.no_phone)


def _changes(owner: Owner, facts: PersonFacts) -> dict[str, str | None]:
    said = {"name": facts.name, "id_number": facts.id_number, "phone": facts.phone}
    changes: dict[str, str | None] = {}
    changes |= {name: value for name, value in said.items() if value and value != getattr(owner, name)}
    if facts.no_phone and not facts.phone and owner.phone:
        changes["phone"] = None
    return changes


def _is_taken(owner: Owner, id_number: str | None) -> bool:
    other = select(Owner.id).where(
        Owner.compound_id == owner.compound_id,
        Owner.id_number_hash == lookup_hash("id_number", id_number or ""),
        Owner.id != owner.id,
    )
    return db.session.scalar(other) is not None
