"""Units sold while voting runs: who reads which ballot, who is reached, who is reminded. Civil Code 273."""

from datetime import timedelta
from uuid import UUID

from sqlalchemy import delete, select

from app.core import clock
from app.core.db import db
from app.meetings.models import Delivery, Meeting
from app.meetings.reminders import sending as reminding
from app.notifications.models import OutboxMessage
from tasks import meetings as jobs
from tests.miniprogram_api.test_guardians import record
from tests.miniprogram_api.test_sales import VOTING, Street, street
from tests.support.paper import Table
from tests.support.phones import proven
from tests.support.world import CLOSES, at

__all__ = ["street"]


def test_a_seller_with_another_home_does_not_read_the_buyers_ballot(street: Street):
    """The couple's party is sold; the wife keeps a flat of her own in the compound."""
    buyer = street.world.person()
    own = street.world.unit("401")
    street.world.give(street.wife, own)
    with at(VOTING):
        [party] = street.parties(street.wife)
        street.sell([street.home.id], buyer)
        assert street.cast(buyer, party["id"], "against").status_code == 201
        for shown in street.parties(street.wife):
            assert (shown["choices"], shown["receipt"], shown["ballot_id"]) == (None, None, None)
        [theirs] = street.parties(buyer)
        assert list(theirs["choices"].values()) == ["against"]


def test_a_seller_with_another_home_does_not_read_the_buyers_paper_ballot(street: Street):
    street.world.give(street.wife, street.world.unit("401"))
    table = Table(street.world, street.path)
    with at(VOTING):
        street.sell([street.home.id], street.world.person())
        table.confirmed(street.wife, "against")
        for shown in street.parties(street.wife):
            assert (shown["choices"], shown["receipt"]) == (None, None)


def test_a_seller_who_voted_goes_on_reading_the_own_ballot(street: Street):
    street.world.give(street.wife, street.world.unit("401"))
    with at(VOTING):
        [party] = street.parties(street.wife)
        street.cast(street.husband, party["id"], "against")
    with at(VOTING + timedelta(days=1)):
        street.sell([street.home.id], street.world.person())
        [shown] = street.parties(street.wife)
        assert list(shown["choices"].values()) == ["against"]


def told_of_a_seat() -> list[UUID]:
    told = select(OutboxMessage.account_id).where(OutboxMessage.kind == "seat_passed")
    return list(db.session.scalars(told))


def test_civil_code_273_whoever_buys_during_voting_is_told_once_that_the_vote_is_theirs(street: Street):
    buyer, of_one_of_five = street.world.person(), street.world.person()
    with at(VOTING):
        assert jobs.tell_buyers() == 0
        street.sell([street.home.id], buyer)
        street.sell([street.flats[0].id], of_one_of_five)
        assert [jobs.tell_buyers() for _ in range(2)] == [1, 0]
    assert told_of_a_seat() == [buyer.account_id]


def test_who_bought_after_the_partys_ballot_or_after_the_close_is_told_of_no_vote(street: Street):
    with at(VOTING):
        [party] = street.parties(street.wife)
        street.cast(street.wife, party["id"])
        street.sell([street.home.id], street.world.person())
        assert jobs.tell_buyers() == 0
    with at(CLOSES):
        street.sell([flat.id for flat in street.flats], street.world.person())
        assert jobs.tell_buyers() == 0
    assert told_of_a_seat() == []


def test_a_buyer_does_not_read_what_the_sellers_disputed(street: Street):
    buyer = street.world.person()
    with at(VOTING):
        [party] = street.parties(street.wife)
        street.cast(street.wife, party["id"])
        street.cast(street.husband, party["id"], "against")
    with at(VOTING + timedelta(days=1)):
        street.sell([street.home.id], buyer)
        assert street.cast(buyer, party["id"]).json["state"] == "effective"
        seen = street.world.api(buyer)("GET", f"{street.path}/parties/{party['id']}").json["ballots"]
        assert [one["owner_id"] for one in seen] == [str(buyer.owner_id)]


def test_a_buyer_does_not_read_the_sheet_that_the_sellers_handed_in(street: Street):
    buyer = street.world.person()
    table = Table(street.world, street.path)
    with at(VOTING):
        [party] = street.parties(street.wife)
        sheet = table.received(street.wife)
    with at(VOTING + timedelta(days=1)):
        street.sell([street.home.id], buyer)
        street.cast(buyer, party["id"])
        table.enter(street.world.secretary, sheet, "against")
        assert table.enter(street.world.supervisor, sheet, "against").json["state"] == "confirmed"
        for shown in street.parties(buyer):
            assert (shown["choices"], shown["receipt"]) == (None, None)
        answer = street.world.api(buyer)("GET", f"{street.path}/parties/{party['id']}")
        assert not answer.json.get("ballots")


def test_gr_26_a_seller_who_opens_the_meeting_proves_no_delivery_to_the_party(street: Street):
    street.world.give(street.wife, street.world.unit("401"))
    with at(VOTING):
        [party] = street.parties(street.husband)
        db.session.execute(delete(Delivery))
        street.sell([street.home.id], street.world.person())
        street.parties(street.wife)
        assert UUID(party["id"]) not in db.session.scalars(select(Delivery.party_id)).all()


def test_civil_code_34_a_ward_who_opens_the_meeting_proves_no_delivery_and_the_guardian_does(street: Street):
    guardian = street.world.person()
    assert record(street.world, street.neighbour, proven(guardian)).status_code == 200
    db.session.execute(delete(Delivery))
    for reader, reached in ((street.neighbour, 0), (guardian, 1)):
        street.parties(reader)
        assert len(db.session.scalars(select(Delivery.party_id)).all()) == reached


def test_domain_3_a_buyer_who_may_vote_is_reminded(street: Street):
    buyer = street.world.person()
    with at(VOTING):
        street.sell([street.home.id], buyer)
    with at(VOTING + timedelta(days=1)):
        meeting = db.session.scalars(select(Meeting)).one()
        told = set(db.session.scalars(reminding.silent_accounts(meeting, clock.now())))
    assert buyer.account_id in told
    assert not {street.wife.account_id, street.husband.account_id} & told
