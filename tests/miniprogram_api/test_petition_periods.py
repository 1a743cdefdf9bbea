"""How long signatures are collected, when the meeting is due and who is warned when: rules of the compound, PMR 18."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import update

from app.core.db import db
from app.meetings.petitions.models import Petition
from app.meetings.rules.rule_set import RuleSet
from app.meetings.schedule import SHANGHAI
from tasks.meetings import warn_of_petitions
from tests.miniprogram_api.test_petition_agendas import QUESTION, Petitioned
from tests.support.answers import code
from tests.support.kept import kept
from tests.support.world import START, World, at

RULES = {"petition_days": 20, "petition_convene_days": 45, "petition_warning_days": 10}


@pytest.fixture
def petitioned(world: World) -> Petitioned:
    return kept(Petitioned)(world)


def day(text: str) -> datetime:
    """Midnight in China."""
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


def seen(petitioned: Petitioned) -> dict[str, Any]:
    found: dict[str, Any] = petitioned.world.api(petitioned.owners[2])(
        "GET", f"{petitioned.path}/{petitioned.petition}"
    ).json
    return found


def test_PMR_18_signatures_are_collected_as_long_as_the_rules_say(petitioned: Petitioned):
    petitioned.adopt(**RULES)
    petition = petitioned.begun(QUESTION).json
    assert datetime.fromisoformat(petition["expires_at"]) == day("2026-05-22")
    sign = petitioned.world.api(petitioned.owners[1])
    with at(day("2026-05-22")):
        assert code(sign("POST", f"{petitioned.path}/{petition['id']}/signature")) == (409, "petition_not_collecting")
    with at(day("2026-05-22") - timedelta(seconds=1)):
        assert sign("POST", f"{petitioned.path}/{petition['id']}/signature").status_code == 201


def test_PMR_18_the_meeting_is_due_and_warned_of_as_the_rules_say(petitioned: Petitioned):
    petitioned.adopt(**RULES)
    petitioned.delivered(QUESTION)
    due = day("2026-06-16")
    assert datetime.fromisoformat(seen(petitioned)["convene_by"]) == due
    with at(due - timedelta(days=10, seconds=1)):
        assert warn_of_petitions() == 0
    with at(due - timedelta(days=10)):
        assert (warn_of_petitions(), warn_of_petitions()) == (1, 0)
    with at(due - timedelta(seconds=1)):
        assert not seen(petitioned)["overdue"]
    with at(due):
        assert seen(petitioned)["overdue"]


def test_a_petition_keeps_the_periods_that_it_began_with(petitioned: Petitioned):
    petition = petitioned.begun(QUESTION).json
    petitioned.adopt(**RULES)
    petitioned.petition = petition["id"]
    with at(START + timedelta(days=21)):
        signed = petitioned.world.api(petitioned.owners[1])("POST", f"{petitioned.path}/{petition['id']}/signature")
        assert signed.json["state"] == "delivered"
    assert datetime.fromisoformat(signed.json["convene_by"]) == day("2026-06-22")


def test_a_petition_stored_with_the_rules_of_before_keeps_sixty_thirty_and_seven_days(petitioned: Petitioned):
    before = {key: value for key, value in RuleSet().to_dict().items() if key not in RULES} | {"version": 1}
    petition = petitioned.begun(QUESTION).json["id"]
    db.session.execute(update(Petition).values(rule_set=before))
    db.session.commit()
    petitioned.petition = petition
    signed = petitioned.world.api(petitioned.owners[1])("POST", f"{petitioned.path}/{petition}/signature").json
    due = day("2026-06-01")
    assert datetime.fromisoformat(signed["convene_by"]) == due
    with at(due - timedelta(days=7, seconds=1)):
        assert warn_of_petitions() == 0
    with at(due - timedelta(days=7)):
        assert warn_of_petitions() == 1


def test_the_rules_are_read_in_plain_words(petitioned: Petitioned):
    petitioned.adopt(**RULES)
    read = petitioned.world.api(petitioned.owners[0])("GET", f"/compounds/{petitioned.world.compound}/rule-sets")
    sentences = read.json["current"]["sentences"]
    assert "提议的签名征集期为 20 日（《物业管理条例》第十八条）。" in sentences
    assert (
        "提议达到比例的，应当在 45 日内公告会议；期满前 10 日仍未公告的，提醒召集人（《物业管理条例》第十八条）。"
        in sentences
    )
