"""What nobody may do alone, and what nobody may see before its time, the operator neither.

That nobody reviews, confirms or answers the own, and that one account in both offices (一肩挑) does not count alone,
stands beside each of these acts: test_counting_by_two, test_paper_ballots, test_bindings, test_hours,
test_result_stages, and the tests of reviews of wishes and notices.
"""

import re
from datetime import date
from typing import Any

import pytest
from flask.testing import FlaskCliRunner
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from app.core.db import db
from app.core.ids import new_id
from app.identity.actor import Actor
from app.meetings.models import Ballot, CountApproval, CountCapacity
from app.org import appointments, queries, service
from app.org.models import Role
from tests.support.world import CLOSES, OPENS, World, at

CHOICE = re.compile(r'"?against"?|"(choices|marks|nonce)":\s*[{\["]')


def test_the_database_itself_refuses_two_approvals_of_one_account(world: World):
    world.owners(1)
    path = world.announced(5)
    with at(CLOSES):
        assert world.api(world.secretary)("POST", f"{path}/count").status_code == 200
        one = db.session.scalars(select(CountApproval)).one()
        other = CountApproval(
            compound_id=one.compound_id,
            meeting_id=one.meeting_id,
            capacity=CountCapacity.SUPERVISOR,
            account_id=one.account_id,
            approved_at=one.approved_at,
        )
        db.session.add(other)
        with pytest.raises(IntegrityError, match="uq_count_approval"):
            db.session.flush()


def test_an_officer_who_proves_the_number_that_was_appointed_holds_that_role_alone(world: World):
    """Appointing a number of one's own that nobody has proven yet gives no second role: roles follow the number."""
    officer = Actor(world.official(Role.STREET_OFFICER, world.community).account_id)
    made = appointments.give(officer, world.compound, Role.SECRETARY, "某人", "13900000077", date(2029, 4, 30))
    service.claim_appointments(officer.account_id, made.phone_hash)
    assert queries.roles_held(officer.account_id, world.compound) == {Role.SECRETARY}


@pytest.mark.parametrize("moment", [OPENS, CLOSES], ids=["while voting", "closed and not counted"])
def test_domain_3_the_operator_sees_no_choice_before_the_count(world: World, moment: Any):
    from commands import register

    register(world.application)
    voter, operator = world.owner(world.unit("901")), world.official(Role.OPERATOR, world.community)
    path = world.announced(4)
    with at(OPENS):
        assert world.cast(voter, path, "against").status_code == 201
    nonce = db.session.scalars(select(Ballot.nonce)).one()
    assert nonce is not None
    api = world.api(operator)
    with at(moment):
        for rule in world.application.url_map.iter_rules():
            if str(rule).startswith("/api/v1/compounds/<uuid:compound_id>/meetings") and "GET" in (rule.methods or ()):
                address = str(rule).removeprefix("/api/v1").replace("<uuid:compound_id>", str(world.compound))
                address = address.replace("<uuid:meeting_id>", path.rpartition("/")[2])
                answer = api("GET", re.sub(r"<[^>]+>", str(new_id()), address))
                assert answer.status_code < 500, f"{address}: {answer.text}"
                assert not CHOICE.search(answer.text), address
        commands = [[*command, *_which(command, world)] for command in COMMANDS]
        read = [FlaskCliRunner(world.application).invoke(args=command).output for command in commands]
    assert any(str(world.compound) in one for one in read), "the commands were really asked"
    for text in read:
        assert not CHOICE.search(text)
        assert nonce.hex() not in text


COMMANDS = (("org", "list"), ("notifications", "status"), ("events", "failed"), ("audit", "export"), ("audit", "check"))


def _which(command: tuple[str, str], world: World) -> tuple[str, ...]:
    return ("--compound", str(world.compound)) if command == ("audit", "export") else ()
