"""What a mandate opens to a proxy: its own meeting, and nothing else of the compound. PMR 12, Civil Code 165."""

from sqlalchemy import select

from app.core.db import db
from app.notifications.models import OutboxMessage
from tasks import meetings as jobs
from tests.miniprogram_api.test_mandates import House, house
from tests.support.world import OPENS, at

__all__ = ["house"]


def test_civil_code_165_a_mandate_opens_its_own_meeting_and_no_other(house: House):
    assert house.give().status_code == 201
    other = house.world.announced(9)
    proxy = house.world.api(house.proxy)
    assert proxy("GET", house.path).status_code == 200
    assert proxy("GET", other).status_code == 403
    assert proxy("GET", f"{other}/electorate").status_code == 403
    assert proxy("GET", f"/compounds/{house.world.compound}/petitions").status_code == 403
    shown = proxy("GET", house.world.meetings_path()).json["items"]
    assert [one["id"] for one in shown] == [house.path.rpartition("/")[2]]


def test_a_proxy_is_told_that_voting_opens_and_that_the_meeting_is_cancelled(house: House):
    assert house.give().status_code == 201
    with at(OPENS):
        jobs.tell_openings()
        for person in (house.world.secretary, house.world.supervisor):
            cancelled = house.world.api(person)("POST", f"{house.path}/cancellation", {"reason": "改期"})
            assert cancelled.status_code == 200, cancelled.text
    told = select(OutboxMessage.kind).where(OutboxMessage.account_id == house.proxy.account_id)
    assert {"voting_opened", "meeting_cancelled"} <= set(db.session.scalars(told))
