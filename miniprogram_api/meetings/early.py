"""Casting a ballot, looking at a meeting and at its turnout, answered early: see miniprogram_api/early.py."""

from typing import TYPE_CHECKING, Final
from uuid import UUID

import orjson

from app.meetings.casting import cast_at_once
from app.meetings.page import reading
from app.meetings.turnout import turnout_at_once
from miniprogram_api.early import Answer, json_body, seen, tagged, unchanged
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


def show_meeting(environ: "WSGIEnvironment", token: str, compound_id: UUID, meeting_id: UUID) -> Answer | None:
    """The meeting for an owner who has seen it before, or that it is the one that the client has; None: the route's."""
    kept = seen(environ)
    if kept and (tag := reading.unchanged(token, compound_id, meeting_id, kept)):
        return unchanged(tag)
    page = reading.page_at_once(token, compound_id, meeting_id)
    return Answer("200 OK", page.body, tagged(page.tag)) if page else None
