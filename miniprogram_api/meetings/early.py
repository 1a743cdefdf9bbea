"""Casting a ballot, looking at a meeting and at its turnout, answered early: see miniprogram_api/early.py."""

from contextlib import suppress
from typing import TYPE_CHECKING, Annotated, Final
from uuid import UUID

import orjson
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from app.meetings.casting import cast_at_once
from app.meetings.page import reading
from app.meetings.tally import Choice
from app.meetings.turnout import turnout_at_once
from miniprogram_api.early import Answer, json_body, seen, tagged, unchanged

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

NEVER_KEPT: Final = {"Cache-Control": "no-store"}


class EarlyBallot(BaseModel):
    """A first ballot's body, read as CastBallotSchema does in a tenth of its time; the route looks at all others."""

    model_config = ConfigDict(extra="forbid")
    party_id: UUID
    choices: Annotated[dict[UUID, Choice], Field(max_length=100)] = {}
    marks: Annotated[dict[UUID, Annotated[list[UUID], Field(max_length=11)]], Field(min_length=1, max_length=20)] = {}


def cast_ballot(environ: "WSGIEnvironment", token: str, compound_id: UUID, meeting_id: UUID) -> Answer | None:
    """The receipt of a ballot that was accepted; None: nothing was written, for the route to say why or to do more."""
    body = json_body(environ)
    given = body and read_ballot(body)
    if not given:
        return None
    receipt = cast_at_once(token, compound_id, meeting_id, given.party_id, given.choices, given.marks)
    if receipt is None:
        return None
    return Answer("201 CREATED", orjson.dumps(vars(receipt)), NEVER_KEPT)


def read_ballot(body: bytes) -> EarlyBallot | None:
    """The ballot in a body of JSON; None where it replaces another, or the schema refuses it."""
    with suppress(ValidationError):
        ballot = EarlyBallot.model_validate_json(body)
        return ballot if ballot.choices or ballot.marks else None
    return None


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
