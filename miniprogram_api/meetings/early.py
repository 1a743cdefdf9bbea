"""Casting a ballot and looking at the turnout, answered early: see miniprogram_api/early.py."""

from typing import TYPE_CHECKING, Final
from uuid import UUID

import orjson

from app.meetings.casting import cast_at_once
from app.meetings.turnout import turnout_at_once
from miniprogram_api.early import Answer, json_body
from miniprogram_api.meetings.schemas import CastBallotSchema

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

NEVER_KEPT: Final = {"Cache-Control": "no-store"}
_BODY: Final = CastBallotSchema()


def cast_ballot(environ: "WSGIEnvironment", token: str, compound_id: UUID, meeting_id: UUID) -> Answer | None:
    """The receipt of a ballot that was accepted; None: nothing was written, for the route to say why or to do more."""
    body = json_body(environ)
    if body is None:
        return None
    given = _BODY.load(orjson.loads(body))
    receipt = cast_at_once(token, compound_id, meeting_id, **given)
    if receipt is None:
        return None
    return Answer("201 CREATED", orjson.dumps(vars(receipt)), NEVER_KEPT)


def show_turnout(environ: "WSGIEnvironment", token: str, compound_id: UUID, meeting_id: UUID) -> Answer | None:
    """The turnout for an owner; None: for the route to say why not, or to look closer."""
    turnout = turnout_at_once(token, compound_id, meeting_id)
    return Answer("200 OK", orjson.dumps(vars(turnout)), NEVER_KEPT) if turnout else None
