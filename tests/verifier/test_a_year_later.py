"""What a court reads a year later (SPC 12, Civil Code 280): the same bundle and documents, whatever changed since.

Meanwhile homes were sold, owners renamed, other rules adopted, and the operator signs with another key.
"""

import base64
import secrets
from collections.abc import Iterator
from datetime import timedelta
from types import SimpleNamespace
from typing import Any, cast

import pytest
from sqlalchemy import select, update

from app.compounds.models import Owner, Unit
from app.core import signing
from app.core.db import db
from app.core.settings import Settings
from app.identity.models import LoginSession
from tasks import meetings
from tests.miniprogram_api.test_documents import fetch, text_of
from tests.support.world import CLOSES, OPENS, START, World, at
from tests.verifier.tampering import Desk

A_YEAR = timedelta(days=366)
DOCUMENTS = ("announcement", "electorate", "ballot-sheets", "count-record", "result")


@pytest.fixture
def rotating(settings: Settings) -> Iterator[list[str]]:
    """Rotates the signing key at each call of `rotate`; the fingerprints so far, the newest first."""
    yield [key.fingerprint for key in signing.published()]
    signing.configure(settings)


def rotate(fingerprints: list[str]) -> None:
    """As docs/ballot-log.md says: the new seed in front, of the old key the public half."""
    seed = base64.b64encode(secrets.token_bytes(32)).decode()
    retired = [f"public:{base64.b64encode(key.raw).decode()}" for key in signing.published()]
    signing.configure(cast("Settings", SimpleNamespace(secrets={"signing_keys": ",".join([seed, *retired])})))
    fingerprints[:] = [key.fingerprint for key in signing.published()]


def held(world: World) -> str:
    owners = world.owners(4)
    path = world.announced(5, 8)
    with at(OPENS):
        for owner, choice in zip(owners, ("for", "for", "against"), strict=False):
            assert world.cast(owner, path, choice, "for").status_code == 201
    with at(CLOSES):
        finish(world, path)
    with at(CLOSES + timedelta(days=8)):
        assert world.api(world.secretary)("POST", f"{path}/final-announcement").status_code == 200
    return path


def finish(world: World, path: str) -> None:
    for person in (world.secretary, world.supervisor):
        assert world.api(person)("POST", f"{path}/count").status_code == 200
    assert world.api(world.secretary)("POST", f"{path}/publication").status_code == 200


def bundle_of(world: World, path: str) -> bytes:
    with world.api(world.secretary)("GET", f"{path}/bundle") as answer:
        assert answer.status_code == 200, answer.text
        return answer.data


def read(world: World, path: str) -> dict[str, Any]:
    """All that a court would ask for."""
    found: dict[str, Any] = {name: text_of(fetch(world, path, name)) for name in DOCUMENTS}
    meeting = world.api(world.supervisor)("GET", path).json
    return {**found, "record": meeting["record"], "state": meeting["state"], "bundle": bundle_of(world, path)}


def change_everything(world: World) -> None:
    """Sell every home, rename every owner, adopt other rules."""
    for number, owner in enumerate(db.session.scalars(select(Owner).order_by(Owner.id)).all()):
        owner.name = f"改名{number}"
    db.session.execute(update(LoginSession).values(expires_at=START + 2 * A_YEAR))  # everybody signs in again
    db.session.commit()
    secretary = world.api(world.secretary)
    for unit_id in db.session.scalars(select(Unit.id).order_by(Unit.id)).all():
        buyer = {"new_owners": [{"name": "新业主", "phone": None}], "at": (CLOSES + timedelta(days=30)).isoformat()}
        sold = secretary("POST", f"/compounds/{world.compound}/units/{unit_id}/transfers", buyer)
        assert sold.status_code == 204, sold.text
    rules = {"preset": "deemed_votes", "note": "业主大会通过"}
    assert secretary("POST", f"/compounds/{world.compound}/rule-sets", rules).status_code == 201


def test_civil_code_280_a_year_later_the_court_reads_the_same_bundle_record_and_documents(
    world: World, desk: Desk, rotating: list[str]
):
    path, old_key = held(world), rotating[0]
    with at(CLOSES + timedelta(days=9)):
        at_first = read(world, path)
    rotate(rotating)
    with at(START + A_YEAR):
        change_everything(world)
        assert read(world, path) == at_first
    verdict = desk.verify(at_first["bundle"], "--key", old_key)
    assert verdict.code == 0, verdict.text
    other = desk.verify(at_first["bundle"], "--key", rotating[0])
    assert other.code == 1, "the key of today did not sign it"
    assert "[key_foreign]" in other.text


def test_a_key_that_is_rotated_while_voting_runs_leaves_every_receipt_genuine(
    world: World, desk: Desk, rotating: list[str]
):
    owners = world.owners(3)
    path = world.announced()
    with at(OPENS):
        before = world.cast(owners[0], path, "for").json
        meetings.sequence_ballots()
        rotate(rotating)
        after = world.cast(owners[1], path, "against").json
    assert before["key_id"] != after["key_id"]
    with at(CLOSES):
        finish(world, path)
        bundle = bundle_of(world, path)
    keys = [part for fingerprint in rotating for part in ("--key", fingerprint)]
    for receipt, choice in ((before, "for"), (after, "against")):
        verdict = desk.verify(bundle, *keys, "--receipt", desk.file("receipt.json", receipt))
        assert verdict.code == 0, verdict.text
        assert f"counted as {{'事项5': '{choice}'}}" in verdict.text
