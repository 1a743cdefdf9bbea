"""The peer that casting is measured against: a minimal Flask handler with psycopg, doing the four statements.

Check the meeting, check the roll, insert the ballot, insert the outbox row; one transaction, no authentication, no
schema, no framework beyond Flask itself.
"""

import os
from typing import Any
from uuid import UUID

from flask import Flask, jsonify, request
from flask.typing import ResponseReturnValue
from psycopg.types.json import Jsonb
from psycopg_pool import ConnectionPool

application = Flask(__name__)
pool = ConnectionPool(
    os.environ["BENCH_DATABASE"], min_size=int(os.environ["API_THREADS"]), max_size=int(os.environ["API_THREADS"])
)


@application.post("/ballots")
def cast() -> ResponseReturnValue:
    body: dict[str, Any] = request.get_json()
    key = (body["compound_id"], body["meeting_id"])
    with pool.connection() as connection:
        meeting = connection.execute(
            "SELECT closes_at FROM meeting WHERE compound_id = %s AND id = %s"
            " AND opens_at <= now() AND now() < closes_at AND counted_at IS NULL FOR SHARE",
            key,
        ).fetchone()
        if meeting is None:
            return jsonify(error="closed"), 409
        party = connection.execute(
            "SELECT party.area_centi, holder.owner_id FROM voting_party party"
            " JOIN voting_party_owner holder ON holder.compound_id = party.compound_id"
            " AND holder.meeting_id = party.meeting_id AND holder.party_id = party.id"
            " JOIN binding ON binding.compound_id = party.compound_id AND binding.owner_id = holder.owner_id"
            " AND binding.account_id = %s AND binding.state = 'accepted'"
            " WHERE party.compound_id = %s AND party.meeting_id = %s AND party.id = %s",
            (body["account_id"], *key, body["party_id"]),
        ).fetchone()
        if party is None:
            return jsonify(error="not yours"), 403
        ballot_id = UUID(bytes=os.urandom(16))
        connection.execute(
            "INSERT INTO ballot (compound_id, meeting_id, party_id, id, owner_id, account_id, channel, choices,"
            " area_centi, accepted_at) VALUES (%s, %s, %s, %s, %s, %s, 'app', %s, %s, now())",
            (*key, body["party_id"], ballot_id, party[1], body["account_id"], body["choices"], party[0]),
        )
        connection.execute(
            "INSERT INTO outbox (compound_id, account_id, kind, data, page, dedup_key, urgency, created_at, due_at,"
            " expires_at) VALUES (%s, %s, 'ballot_received', %s, '', %s, 'normal', now(), now(), now())",
            (body["compound_id"], body["account_id"], Jsonb({"receipt": ballot_id.hex}), ballot_id.hex),
        )
    return jsonify(ballot_id=ballot_id), 201
