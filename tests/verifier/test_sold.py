"""The bundle of a meeting in which votes passed with their units, were given by mandate, and units were corrected."""

from datetime import timedelta
from io import BytesIO

from sqlalchemy import select

from app.core.db import db
from app.meetings.models import VotingParty
from tests.miniprogram_api.test_sales import VOTING, Street, give, proven_once
from tests.support.files import pdf
from tests.support.objections import corrected
from tests.support.paper import Table
from tests.support.world import CLOSES, World, at
from tests.verifier.tampering import Desk


def test_a_meeting_with_a_sale_a_dispute_a_mandate_the_developer_and_a_correction_holds(world: World, desk: Desk):
    world.unit("901", held_by_developer=True)
    street = Street(world)
    table = Table(world, street.path)
    area = {"act": "set_area", "unit_id": str(street.flats[0].id), "area_centi": 12345, "area_source": "survey"}
    assert corrected(world, street.collector, street.path, area).status_code == 200
    delegate, proxy, buyer, other = (world.person() for _ in range(4))
    developer = str(db.session.scalars(select(VotingParty.id).where(VotingParty.is_developer)).one())
    sent = {"proxy_phone": proven_once(delegate), "proxy_name": "代某", "file": (BytesIO(pdf()), "授权书.pdf")}
    path = f"{street.path}/parties/{developer}/paper-mandates"
    assert world.api(world.secretary)("POST", path, data=sent, content_type="multipart/form-data").status_code == 201
    with at(VOTING):
        [party] = street.parties(street.wife)
        [collection] = street.parties(street.collector)
        assert street.cast(delegate, developer).status_code == 201
        assert give(street, street.collector, collection["id"], proxy).status_code == 201
        assert street.cast(proxy, collection["id"]).status_code == 201
        street.cast(street.wife, party["id"])
        street.cast(street.husband, party["id"], "against")
        table.confirmed(street.neighbour, "abstain")
    with at(VOTING + timedelta(days=1)):
        street.sell([street.home.id], buyer, other)
        assert street.cast(buyer, party["id"]).json["state"] == "effective"
        assert street.cast(other, party["id"], "against").json["state"] == "disputed"
    with at(CLOSES + timedelta(hours=1)):
        record = table.count()
        with world.api(world.secretary)("GET", f"{street.path}/bundle") as answer:
            verdict = desk.verify(answer.data)
    assert verdict.code == 0, verdict.text
    assert record["disputed_parties"] == 1
    assert (record["turnout"]["persons"], record["electorate"]["persons"]) == (3, 4)
