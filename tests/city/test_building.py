"""A made city: whole, lawful by every constraint, readable by the product, the same again by its seed."""

from typing import Any

import psycopg
import pytest
from flask import Flask
from flask.testing import FlaskCliRunner

from app.core.crypto import decrypt, lookup_hash
from app.core.settings import Settings
from commands.city import building
from commands.city.shape import Shape
from tests.city.conftest import CITY, digests
from tests.support import servers
from tests.support.world import START, at

Rows = psycopg.Connection[Any]

SCHEMA = """
SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint
WHERE connamespace = 'public'::regnamespace AND convalidated
UNION ALL
SELECT tablename, indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'
"""


def run(application: Flask, *options: str) -> tuple[int, str]:
    from commands import register

    register(application)
    result = FlaskCliRunner(application).invoke(args=["dev", "city", *options])
    return result.exit_code, result.stdout


def options(city: Shape) -> list[str]:
    return ["--compounds", str(city.compounds), "--homes", str(city.homes), "--seed", str(city.seed)]


def test_every_index_and_constraint_is_back_and_checked(rows: Rows):
    with psycopg.connect(servers.settings(servers.TEMPLATE).libpq_url) as template:
        wanted = set(template.execute(SCHEMA).fetchall())
    assert set(rows.execute(SCHEMA).fetchall()) == wanted
    assert rows.execute("SELECT to_regnamespace('city_build') IS NULL").fetchone() == (True,)


def test_it_has_the_compounds_units_and_accounts_that_were_asked_for(rows: Rows):
    homes = sum(map(CITY.homes_of, range(CITY.compounds)))
    assert rows.execute("SELECT count(*) FROM org_unit WHERE kind = 'compound'").fetchone() == (CITY.compounds,)
    assert rows.execute("SELECT count(*) FROM unit").fetchone() == (homes,)
    [(accounts,)] = rows.execute("SELECT count(*) FROM account").fetchall()
    assert 2 * homes <= accounts <= 2.1 * homes
    whole = Shape(3800)
    assert 1_850_000 < sum(map(whole.homes_of, range(3800))) < 1_950_000


def test_names_and_phones_are_sealed_and_found_as_the_product_does(rows: Rows):
    found = rows.execute("SELECT name, name_hash, phone, phone_hash FROM owner WHERE phone IS NOT NULL").fetchall()
    for name, name_hash, phone, phone_hash in found:
        assert lookup_hash("name", decrypt(name)) == name_hash
        assert lookup_hash("phone", decrypt(phone)) == phone_hash
    phones = rows.execute("SELECT phone, phone_hash FROM account JOIN account_phone ON account_id = id").fetchall()
    assert len({decrypt(phone) for phone, _ in phones}) == len(phones) > 500
    assert all(lookup_hash("phone", decrypt(phone)) == hashed for phone, hashed in phones)


def test_an_owner_bound_by_phone_has_that_phone(rows: Rows):
    query = (
        "SELECT count(*), count(*) FILTER (WHERE owner.phone_hash = account_phone.phone_hash) FROM binding"
        " JOIN owner ON owner.compound_id = binding.compound_id AND owner.id = binding.owner_id"
        " JOIN account_phone ON account_phone.account_id = binding.account_id WHERE method = 'phone'"
    )
    [(bound, same)] = rows.execute(query).fetchall()
    assert bound == same > 300


def test_every_count_is_of_its_ballots(rows: Rows):
    query = (
        "SELECT record, (SELECT count(*) FROM ballot WHERE ballot.meeting_id = count_record.meeting_id),"
        " (SELECT sum(area_centi) FROM ballot WHERE ballot.meeting_id = count_record.meeting_id) FROM count_record"
    )
    counted = rows.execute(query).fetchall()
    assert len(counted) == 2 * CITY.compounds
    for record, persons, area in counted:
        assert (record["turnout"]["persons"], record["turnout"]["area_centi"]) == (persons, area)
        assert [sum(one["persons"] for one in motion["votes"].values()) for motion in record["motions"]] == [
            persons
        ] * 3


def test_an_electorate_is_the_roll(rows: Rows):
    query = (
        "SELECT electorate_persons, electorate_area_centi,"
        " (SELECT count(*) FROM voting_party WHERE meeting_id = meeting.id),"
        " (SELECT sum(area_centi) FROM voting_party WHERE meeting_id = meeting.id),"
        " (SELECT sum(area_centi) FROM unit WHERE unit.compound_id = meeting.compound_id) FROM meeting"
    )
    for persons, area, parties, of_parties, of_units in rows.execute(query).fetchall():
        assert (persons, area) == (parties, of_parties)
        assert area == of_units


def test_the_figures_by_month_are_those_of_the_rows(rows: Rows):
    query = (
        "SELECT sum(total) FROM monthly_figure JOIN org_unit ON id = org_unit_id"
        " WHERE kind = 'city' AND measure = 'wishes_published'"
    )
    assert rows.execute(query).fetchone() == rows.execute("SELECT count(published_at) FROM wish").fetchone()


def test_the_same_seed_makes_the_same_city_however_often_it_was_ended(city: Flask, settings: Settings):
    again = servers.beside(settings, f"{servers.database_of(settings)}_again")
    with at(START), psycopg.connect(again.libpq_url, autocommit=True) as connection:
        building.begin(connection, CITY, START)
        building.write(again.libpq_url, connection, CITY, lambda what, done, total: None)
    assert digests(again.libpq_url) == city.config["AS_BUILT"]


def test_built_again_it_is_left_as_it_is(city: Flask):
    if servers.external():
        pytest.skip("commands for development are there in embedded mode only")
    assert run(city, *options(CITY)) == (0, f"a city of {CITY.compounds} compounds: already there\n")


def test_it_is_refused_where_there_is_anything_else(city: Flask, rows: Rows):
    before = rows.execute("SELECT count(*) FROM account").fetchone()
    for other in (Shape(9, 60, 7), Shape(8, 60, 8)):
        with pytest.raises(building.CannotBuild, match="other data"):
            building.build(city.config["SETTINGS"].libpq_url, other, lambda what, done, total: None)
    assert rows.execute("SELECT count(*) FROM account").fetchone() == before


def test_another_city_is_refused_where_one_is_begun(settings: Settings):
    begun = servers.beside(settings, f"{servers.database_of(settings)}_begun")
    with psycopg.connect(begun.libpq_url, autocommit=True) as connection:
        building.begin(connection, CITY, START)
        with pytest.raises(building.CannotBuild, match="--compounds 8 --homes 60 --seed 7"):
            building.build(begun.libpq_url, Shape(9, 60, 7), lambda what, done, total: None)
        assert connection.execute("SELECT count(*) FROM account").fetchone() == (0,)
