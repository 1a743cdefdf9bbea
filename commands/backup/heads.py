"""The newest signed head of every log: by them a restored database is held to the one that was backed up."""

from collections.abc import Iterator
from typing import Any

import psycopg

BALLOTS, AUDIT = "ballot_log", "audit_log"
_HEADS = """
    SELECT 'ballot_log', compound_id, meeting_id, size, root_hash
    FROM (SELECT DISTINCT ON (compound_id, meeting_id) * FROM tree_head ORDER BY compound_id, meeting_id, size DESC) a
    UNION ALL
    SELECT 'audit_log', compound_id, NULL, size, chain_hash
    FROM (SELECT DISTINCT ON (compound_id) * FROM audit_head ORDER BY compound_id, size DESC) b
    ORDER BY 1, 2, 3
"""


def newest(connection: "psycopg.Connection[Any]") -> Iterator[dict[str, Any]]:
    """The newest head of each ballot log and each audit log, in the connection's transaction."""
    for kind, compound_id, meeting_id, size, digest in connection.execute(_HEADS):
        meeting = {"meeting": str(meeting_id)} if meeting_id else {}
        yield {"kind": kind, "compound": str(compound_id), **meeting, "size": size, "hash": bytes(digest).hex()}


def name_of(head: dict[str, Any]) -> str:
    """The log that a head is of, in words."""
    if head["kind"] == BALLOTS:
        return f"ballot log of meeting {head['meeting']} (compound {head['compound']})"
    return f"audit log of {head['compound']}"
