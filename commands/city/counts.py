"""Records of the counts of a batch's meetings, made from the ballots by the product's own arithmetic."""

from collections import defaultdict
from typing import Any, Final, LiteralString
from uuid import UUID

import psycopg
from psycopg.types.json import Jsonb

from app.meetings.ballots import CHOICES
from app.meetings.records import motion_record, turnout_record
from app.meetings.rules.rule_set import Matter, RuleSet
from app.meetings.tally import Electorate, MotionCount, tally_motion

_VOTES: Final[LiteralString] = """
SELECT compound_id, meeting_id, position, choice, count(*), sum(area_centi)::bigint
FROM held JOIN ballot USING (compound_id, meeting_id), unnest(choices) WITH ORDINALITY AS mark (choice, position)
WHERE counted GROUP BY compound_id, meeting_id, position, choice
"""
_MEETINGS: Final[LiteralString] = """
SELECT meeting.compound_id, meeting.id, electorate_persons, electorate_area_centi, counted_at, rule_set,
       (SELECT array_agg(ARRAY[motion.id::text, matter::text, title] ORDER BY position) FROM motion
        WHERE motion.compound_id = meeting.compound_id AND motion.meeting_id = meeting.id)
FROM held JOIN meeting ON meeting.compound_id = held.compound_id AND meeting.id = meeting_id
WHERE counted
"""


def write(connection: "psycopg.Connection[Any]") -> None:
    """Write the count record of every counted meeting of the batch, before its transaction ends.

    They have no ballot log: their ballots are as from before there was one.
    """
    votes: dict[UUID, dict[int, dict[str, int]]] = defaultdict(lambda: defaultdict(dict))
    for _, meeting_id, position, choice, persons, area in connection.execute(_VOTES):
        name = CHOICES[choice].value
        votes[meeting_id][position] |= {f"{name}_persons": persons, f"{name}_area": area}
    rows = [
        (compound_id, meeting_id, Jsonb(_record(votes[meeting_id], meeting_id, *facts)), facts[2])
        for compound_id, meeting_id, *facts in connection.execute(_MEETINGS).fetchall()
    ]
    connection.cursor().executemany(
        "INSERT INTO count_record (compound_id, meeting_id, record, counted_at) VALUES (%s, %s, %s, %s)", rows
    )


def _record(
    votes: dict[int, dict[str, int]],
    meeting_id: UUID,
    persons: int,
    area_centi: int,
    counted_at: Any,
    rule_set: dict[str, Any],
    motions: list[list[str]],
) -> dict[str, Any]:
    electorate, rules = Electorate(persons, area_centi), RuleSet.from_dict(rule_set)
    counts = [MotionCount(**votes[position]) for position in range(1, len(motions) + 1)]
    return {
        "meeting_id": str(meeting_id),
        "counted_at": counted_at.isoformat(),
        "electorate": {"persons": persons, "area_centi": area_centi},
        "turnout": turnout_record(electorate, counts),
        "rule_set": rule_set,
        "motions": [
            motion_record(
                UUID(motion_id),
                position,
                title,
                tally_motion(Matter(int(matter)), electorate, counts[position - 1], rules.blank_motion),
            )
            for position, (motion_id, matter, title) in enumerate(motions, 1)
        ],
        "elections": [],
    }
