"""The operator's check of the ballot logs: nothing is wrong with a whole one, and each tampering is named."""

from sqlalchemy import text

from app.core.db import db
from app.meetings.log import checking
from tests.support.ballot_log import counted_meeting
from tests.support.world import World

TAMPERED: dict[str, tuple[str, set[str]]] = {
    "a choice": (
        "UPDATE ballot SET choices = '{2,2}' WHERE id = (SELECT ballot_id FROM log_leaf WHERE index = 1)",
        {"ballot_changed"},
    ),
    "a time": ("UPDATE ballot SET accepted_at = accepted_at + interval '1 s'", {"ballot_changed"}),
    "choices that no ballot has": ("UPDATE ballot SET choices = '{1}'", {"ballot_changed"}),
    "a leaf taken out": ("DELETE FROM log_leaf WHERE index = 2", {"leaf_missing", "leaves_cut_off"}),
    "the end cut off": (
        "DELETE FROM log_leaf WHERE input LIKE '%record_sha256%'",
        {"leaves_cut_off"},
    ),
    "the frozen title": (
        "UPDATE log_leaf SET input = replace(input, '业主大会', '业主会议') WHERE index = 0",
        {"leaf_changed"},
    ),
    "a hash": (
        "UPDATE log_leaf SET leaf_hash = sha256(leaf_hash) WHERE index = 1",
        {"ballot_changed", "root_differs"},
    ),
    "a signature": (
        "UPDATE tree_head SET signature = set_byte(signature, 5, get_byte(signature, 5) # 1) WHERE size = "
        "(SELECT min(size) FROM tree_head)",
        {"head_signature"},
    ),
    "a root": (
        "UPDATE tree_head SET root_hash = sha256(root_hash) WHERE size = (SELECT min(size) FROM tree_head)",
        {"head_signature", "root_differs"},
    ),
    "a foreign key": (
        "UPDATE tree_head SET key_id = '0123456789abcdef' WHERE size = (SELECT min(size) FROM tree_head)",
        {"signing_key_missing"},
    ),
    "the last head": (
        "DELETE FROM tree_head WHERE size = (SELECT max(size) FROM tree_head)",
        {"leaves_unsigned"},
    ),
    "an area of the electorate": (
        "UPDATE voting_party SET area_centi = area_centi + 1",
        {"electorate_changed"},
    ),
    "the record": (
        """UPDATE count_record SET record = jsonb_set(record, '{motions,0,title}', '"x"')""",
        {"record_changed"},
    ),
    "a ballot more": (
        "INSERT INTO ballot SELECT (jsonb_populate_record(ballot, jsonb_build_object('id', gen_random_uuid(), "
        "'state', 'withdrawn'))).* FROM ballot LIMIT 1",
        {"ballot_added"},
    ),
}


def findings(world: World) -> set[str]:
    db.session.expire_all()
    ((compound_id, meeting_id),) = checking.meetings_with_logs()
    assert compound_id == world.compound
    return {fault.code for fault in checking.faults(compound_id, meeting_id)}


def test_each_tampering_is_named_and_a_whole_log_has_none(world: World):
    counted_meeting(world)
    assert findings(world) == set()
    for what, (statement, codes) in TAMPERED.items():
        with db.session.begin_nested() as savepoint:
            db.session.execute(text("SET LOCAL session_replication_role = replica"))
            changed = db.session.execute(text(statement))
            assert changed.rowcount, what  # type: ignore[attr-defined]
            assert findings(world) == codes, what
            savepoint.rollback()
    assert findings(world) == set()


def test_the_heads_of_a_log_whose_leaves_are_gone_are_found(world: World):
    counted_meeting(world, owners=2)
    db.session.execute(text("SET LOCAL session_replication_role = replica"))
    db.session.execute(text("DELETE FROM log_leaf"))
    assert findings(world) == {"leaves_cut_off"}


def test_a_meeting_without_a_log_is_none(world: World):
    world.draft(5)
    assert checking.meetings_with_logs() == []
