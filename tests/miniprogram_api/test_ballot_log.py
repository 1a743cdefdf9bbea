"""Receipts, heads, proofs and the bundle, over the API: what is promised is checked with the published key."""

import io
import zipfile

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError

from app.core.audit import AuditEvent
from app.core.db import db
from tasks import meetings
from tests.support.ballot_log import check_head, check_receipt, counted_meeting, leaf_hash_of
from tests.support.proofs import is_consistent, root_by_inclusion
from tests.support.world import CLOSES, OPENS, World, at


def meeting_id(path: str) -> str:
    return path.rsplit("/", 1)[1]


def raw(path: list[str]) -> list[bytes]:
    return [bytes.fromhex(node) for node in path]


def test_domain_3_a_receipt_is_signed_and_names_the_ballot_as_it_was_cast(world: World):
    owner, _ = world.owners(2)
    path = world.announced(5, 8, 9)
    with at(OPENS):
        ballot = world.ballot(owner, path, "for", "blank", "against")
        answer = world.api(owner)("POST", f"{path}/ballots", ballot)
        receipt = answer.json
        check_receipt(world, meeting_id(path), receipt)
        assert receipt["leaf_hash"] == leaf_hash_of(meeting_id(path), receipt, ballot["choices"])
        party = world.api(owner)("GET", path).json["my_parties"][0]
        assert party["receipt"] == receipt


def test_two_equal_ballots_have_hashes_that_tell_nothing(world: World):
    owners = world.owners(2)
    path = world.announced()
    with at(OPENS):
        receipts = [world.cast(owner, path, "for").json for owner in owners]
    assert len({receipt["leaf_hash"] for receipt in receipts}) == 2
    assert len({receipt["nonce"] for receipt in receipts}) == 2


def test_a_ballot_is_proved_to_be_in_the_log_under_every_later_head(world: World):
    owners = world.owners(4)
    path = world.announced()
    api = world.api(owners[0])
    with at(OPENS):
        receipts = []
        for owner in owners:
            receipts.append(world.cast(owner, path, "for").json)
            meetings.sequence_ballots()
        heads = api("GET", f"{path}/log/heads").json["items"]
        assert [head["size"] for head in heads] == [5, 4, 3, 2]
        for head in heads:
            check_head(world, meeting_id(path), head)
        for receipt in receipts:
            proof = api("GET", f"{path}/log/inclusion?leaf_hash={receipt['leaf_hash']}").json
            found = root_by_inclusion(
                bytes.fromhex(receipt["leaf_hash"]), proof["leaf_index"], proof["head"]["size"], raw(proof["path"])
            )
            assert proof["head"] == heads[0]
            assert found == bytes.fromhex(heads[0]["root_hash"])
        assert api("GET", f"{path}/log/inclusion?leaf_hash={receipts[0]['leaf_hash']}&size=3").status_code == 200


def test_between_two_heads_the_log_was_only_appended_to(world: World):
    owners = world.owners(5)
    path = world.announced()
    api = world.api(owners[0])
    with at(OPENS):
        for owner in owners:
            world.cast(owner, path, "for")
            meetings.sequence_ballots()
        for first, second in ((2, 6), (3, 5), (4, 4), (6, 2)):
            proof = api("GET", f"{path}/log/consistency?first={first}&second={second}").json
            sizes, roots = zip(
                *((head["size"], bytes.fromhex(head["root_hash"])) for head in (proof["first"], proof["second"])),
                strict=True,
            )
            assert is_consistent(*sizes, *roots, raw(proof["path"]))


def test_a_ballot_that_has_no_place_yet_and_a_head_that_nobody_signed_are_refused_by_name(world: World):
    owners = world.owners(2)
    path = world.announced()
    api = world.api(owners[0])
    with at(OPENS):
        early = world.cast(owners[0], path).json["leaf_hash"]
        assert api("GET", f"{path}/log/heads").json == {"items": []}
        assert api("GET", f"{path}/log/inclusion?leaf_hash={early}").json["error"]["code"] == "log_head_not_found"
        meetings.sequence_ballots()
        late = world.cast(owners[1], path).json["leaf_hash"]
        assert api("GET", f"{path}/log/inclusion?leaf_hash={late}").json["error"]["code"] == "leaf_not_in_log"
        refused = api("GET", f"{path}/log/consistency?first=1&second=2")
        assert refused.json["error"]["code"] == "log_head_not_found"
        assert api("GET", f"{path}/log/inclusion?leaf_hash=nonsense").status_code == 422


def test_sequencing_twice_appends_nothing_and_signs_nothing(world: World):
    owners = world.owners(2)
    path = world.announced()
    with at(OPENS):
        world.cast(owners[0], path)
        assert meetings.sequence_ballots() == 2
        assert meetings.sequence_ballots() == 0
        assert len(world.api(owners[0])("GET", f"{path}/log/heads").json["items"]) == 1


def test_the_count_names_the_head_over_all_ballots_and_ends_the_log(world: World):
    path = counted_meeting(world)
    with at(CLOSES):
        api = world.api(world.secretary)
        record = api("GET", path).json["record"]
        heads = api("GET", f"{path}/log/heads").json["items"]
        assert [head["size"] for head in heads] == [6, 5, 3]
        assert record["log"] == {"size": 5, "root_hash": heads[1]["root_hash"]}
        assert len(record["electorate"]["root_hash"]) == 64
        assert meetings.sequence_ballots() == 0


@pytest.mark.parametrize("change", ["UPDATE {} SET meeting_id = meeting_id", "DELETE FROM {}", "TRUNCATE {}"])
@pytest.mark.parametrize("table", ["log_leaf", "tree_head"])
def test_the_database_refuses_to_rewrite_the_log(world: World, table: str, change: str):
    counted_meeting(world)
    with pytest.raises(IntegrityError, match="append-only"):
        db.session.execute(text(change.format(table)))
    db.session.rollback()


def test_the_bundle_is_for_staff_once_counted_and_for_owners_once_published(world: World):
    owner = world.owner(world.unit("900"))
    path = counted_meeting(world, publish=False)
    with at(CLOSES):
        assert world.api(owner)("GET", f"{path}/bundle").json["error"]["code"] == "bundle_not_ready"
        with world.api(world.supervisor)("GET", f"{path}/bundle") as early:
            assert early.status_code == 200
            seen_early = early.data
        world.api(world.secretary)("POST", f"{path}/publication")
        with world.api(owner)("GET", f"{path}/bundle") as answer:
            bundle = answer.data
        stranger = world.api(world.person())("GET", f"{path}/bundle")
        assert stranger.status_code == 403
    assert bundle == seen_early
    exports = select(AuditEvent.account_id).where(AuditEvent.act == "export_bundle")
    assert set(db.session.scalars(exports)) == {owner.account_id, world.supervisor.account_id}
    with zipfile.ZipFile(io.BytesIO(bundle)) as files:
        everything = b"".join(files.read(name) for name in files.namelist()).decode()
    for secret in ("测试业主", "1栋", "1单元", str(owner.account_id), str(owner.owner_id), str(owner.unit_ids[0])):
        assert secret not in everything


def test_no_bundle_leaves_before_the_count(world: World):
    owner, _ = world.owners(2)
    path = world.announced()
    with at(OPENS):
        world.cast(owner, path)
        for person in (owner, world.secretary):
            refused = world.api(person)("GET", f"{path}/bundle")
            assert (refused.status_code, refused.json["error"]["code"]) == (409, "bundle_not_ready")


def test_the_log_of_another_compound_is_nobodys_business(world: World):
    world.owners(1)
    path = world.announced()
    outsider = world.owner(world.unit("1", compound=world.add_compound("别的小区")))
    assert world.api(outsider)("GET", f"{path}/log/heads").status_code == 403
