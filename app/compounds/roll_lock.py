"""Who may touch a roll at a time: one who changes it, or any number who read it to bind accounts."""

from uuid import UUID

from sqlalchemy import func, select, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import OperationalError

from app.compounds.errors import RollTooBusy
from app.compounds.models import Owner, Roll
from app.core.db import db

PATIENCE = "5s"
LOCK_NOT_AVAILABLE = "55P03"


def locked_roll(compound_id: UUID) -> Roll:
    """The compound's roll, kept from all others until the end of the transaction. Raises RollTooBusy after 5 s."""
    usual = db.session.scalar(text("SELECT current_setting('lock_timeout')"))
    _set_lock_timeout(PATIENCE)
    try:
        db.session.execute(insert(Roll).values(compound_id=compound_id, version=0).on_conflict_do_nothing())
        roll = select(Roll).where(Roll.compound_id == compound_id).with_for_update()
        found = db.session.scalars(roll.execution_options(populate_existing=True)).one()
    except OperationalError as error:
        if getattr(error.orig, "sqlstate", None) == LOCK_NOT_AVAILABLE:
            raise RollTooBusy from None
        raise
    _set_lock_timeout(usual or "0")
    return found


def hold_for_matching(phone_hash: bytes) -> None:
    """Keep the rolls with this phone from changing, and everybody else from matching the same phone."""
    owners = select(Owner.compound_id).where(Owner.phone_hash == phone_hash)
    rolls = select(Roll.compound_id).where(Roll.compound_id.in_(owners)).order_by(Roll.compound_id)
    db.session.execute(rolls.with_for_update(read=True)).all()
    same_phone = select(Owner.id).where(Owner.phone_hash == phone_hash).order_by(Owner.compound_id, Owner.id)
    db.session.execute(same_phone.with_for_update(key_share=True)).all()


def _set_lock_timeout(value: str) -> None:
    db.session.execute(select(func.set_config("lock_timeout", value, True)))
