"""What is entered from signed papers besides ballots: mandates that fix choices, and co-owners' delegates."""

from io import BytesIO
from typing import Any

from app.core.db import db
from app.meetings.models import Delegate, Mandate
from tests.support.console import ConsoleWorld, visitor
from tests.support.counting_desk import CountedMeeting
from tests.support.files import picture
from tests.support.world import Person


def signed() -> tuple[BytesIO, str]:
    return BytesIO(picture()), "签过字.png"


def mandate_of(town: ConsoleWorld, owner: Person) -> Mandate:
    db.session.rollback()
    return db.session.query(Mandate).filter_by(compound_id=town.compound, owner_id=owner.owner_id).one()


def test_what_the_paper_says_binds_the_proxy_and_what_it_leaves_open_does_not(town: ConsoleWorld):
    meeting = CountedMeeting(town, 5, candidates=7)
    owner, guest = meeting.owners[0], visitor(town, town.secretary)
    address = f"{meeting.desk}/mandates/new/{meeting.table.party_of(owner)}"
    said: dict[str, Any] = {"owner": str(owner.owner_id), "proxy_name": "代理某", "proxy_phone": "13900000104"}
    for choice, names, sentence in (
        ("fixed", meeting.candidates[:0], "请勾选委托书上写明的人"),
        ("fixed", meeting.candidates[:6], "应选 5 人，勾选了 6 人"),
        ("free", meeting.candidates[:1], "请不要勾选候选人"),
    ):
        wrong = guest.post(address, **said, fix_1="against", fix_2=choice, names_2=names, file=signed())
        assert (wrong.status_code, sentence in wrong.text) == (422, True), choice
        assert '<details class="change" open>' in wrong.text
    given = guest.post(address, **said, fix_1="against", fix_2="fixed", names_2=meeting.candidates[:2], file=signed())
    assert given.status_code == 303, given.text
    mandate = mandate_of(town, owner)
    assert mandate.choices == {str(meeting.table.motions[0]): "against"}
    assert mandate.marks == {meeting.election: sorted(meeting.candidates[:2])}
    assert "委托书写明了怎么投" in guest.get(f"{meeting.desk}/mandates").text
    other = meeting.owners[1]
    left_open = f"{meeting.desk}/mandates/new/{meeting.table.party_of(other)}"
    free = {**said, "owner": str(other.owner_id), "fix_1": "free", "fix_2": "free"}
    assert guest.post(left_open, **free, file=signed()).status_code == 303
    assert (mandate_of(town, other).choices, mandate_of(town, other).marks) == ({}, {})


def test_co_owners_delegate_is_entered_from_paper_by_the_secretary(town: ConsoleWorld):
    flat = town.unit("901")
    wife, husband = town.owner(flat, name="甲某"), town.owner(flat, name="乙某")
    meeting = CountedMeeting(town, owners=1)
    guest, desk = visitor(town, town.secretary), meeting.desk
    party = meeting.table.party_of(wife)
    address = f"{desk}/delegates/new/{party}"
    assert str(party) in guest.get(f"{desk}/delegates/new?q=901").text
    assert guest.post(address, owner=str(husband.owner_id)).status_code == 422
    stranger = guest.post(address, owner=str(meeting.owners[0].owner_id), file=signed())
    assert stranger.status_code == 422
    assert guest.post(address, owner=str(husband.owner_id), file=signed()).status_code == 303
    db.session.rollback()
    assert db.session.query(Delegate).filter_by(compound_id=town.compound).one().owner_id == husband.owner_id
    alone = guest.get(f"{desk}/delegates/new/{meeting.table.party_of(meeting.owners[0])}").text
    assert "只有一位业主，不用推选代表" in alone
    assert visitor(town, town.supervisor).get(address).status_code == 403
