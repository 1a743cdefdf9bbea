"""Phone numbers that people of the world have proven."""

from app.core import clock
from app.core.crypto import lookup_hash
from app.core.db import db
from app.identity.models import Account, AccountPhone
from tests.support.wechat import fresh_number
from tests.support.world import Person


def proven(person: Person) -> str:
    """A number that the person has proven."""
    number, now = fresh_number(), clock.now()
    account = db.session.get_one(Account, person.account_id)
    account.phone, account.phone_verified_at = number, now
    db.session.add(AccountPhone(phone_hash=lookup_hash("phone", number), account_id=person.account_id, verified_at=now))
    db.session.commit()
    return number
