"""The operator builds the organisation from the command line."""

from datetime import date
from uuid import UUID

from flask import Flask
from flask.testing import FlaskCliRunner

from app.core.db import db
from app.org.models import Appointment
from tests.support.world import World


def run(application: Flask, *args: str) -> str:
    from commands import register

    register(application)
    result = FlaskCliRunner(application).invoke(args=["org", *args])
    assert result.exit_code == 0, result.output
    return result.output.strip()


def test_a_tree_is_built_and_a_role_given_and_taken(world: World):
    application = world.application
    city = run(application, "add", "city", "新市")
    county = run(application, "add", "county", "新县", "--parent", city)
    compound = run(application, "add", "compound", "新小区", "--parent", county)
    appointment = run(application, "appoint", "secretary", compound, "13900000001")
    listed = run(application, "list")
    assert f"    新小区  compound  {compound}" in listed
    assert f"secretary  {appointment}  waits" in listed
    assert run(application, "end", appointment) == "ended"
    assert appointment not in run(application, "list")


def test_an_ended_role_is_gone_at_once(world: World):
    secretary = world.api(world.secretary)
    assert secretary("GET", f"{world.meetings_path()}").status_code == 200
    listed = run(world.application, "list").splitlines()
    appointment = next(line for line in listed if "· secretary" in line).split()[2]
    run(world.application, "end", appointment)
    assert secretary("GET", f"{world.meetings_path()}").status_code == 403


def test_a_node_never_stands_below_a_lower_one(world: World):
    from commands import register

    register(world.application)
    runner = FlaskCliRunner(world.application)
    refused = runner.invoke(args=["org", "add", "city", "市", "--parent", str(world.compound)])
    assert refused.exit_code != 0
    again = [runner.invoke(args=["org", "appoint", "steward", str(world.compound), "13900000009"]) for _ in range(2)]
    assert [one.exit_code for one in again] == [0, 1]


def test_the_property_companys_staff_are_appointed_like_any_role(world: World):
    run(world.application, "appoint", "property_staff", str(world.compound), "13900000010")
    assert "· property_staff" in run(world.application, "list")


def test_a_role_is_given_for_a_term(world: World):
    from commands import register

    made = run(world.application, "appoint", "secretary", str(world.compound), "13900000011", "--until", "2029-04-30")
    assert db.session.get_one(Appointment, UUID(made)).term_ends == date(2029, 4, 30)
    register(world.application)
    args = ["org", "appoint", "steward", str(world.compound), "13900000012", "--until", "2026-05-01"]
    assert FlaskCliRunner(world.application).invoke(args=args).exit_code == 1
