"""What a mandate fixes: choices that the proxy's ballot must repeat."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any
from uuid import UUID

from app.core.db import db
from app.meetings.errors import MarksUnlawful, MotionOutOfScope, UnknownMotion
from app.meetings.mandates.errors import MandateFixesChoices
from app.meetings.models import Mandate, Meeting, Motion, VotingParty
from app.meetings.tally import Choice


def checked(
    meeting: Meeting, party: VotingParty, choices: Mapping[UUID, Choice], marks: Mapping[UUID, Collection[UUID]]
) -> tuple[dict[str, str], dict[str, list[str]]]:
    """Choices and marks as a mandate keeps them, if a ballot could say them.

    Raises UnknownMotion, MotionOutOfScope, MarksUnlawful.
    """
    if not choices.keys() | marks.keys() <= set(meeting.motion_ids):
        raise UnknownMotion
    for motion_id in party.out_of_scope:
        if choices.get(motion_id, Choice.BLANK) is not Choice.BLANK:
            motion = db.session.get_one(Motion, (meeting.compound_id, motion_id))
            raise MotionOutOfScope(motion_id=str(motion_id), title=motion.title, scope=motion.scope_name)
    names = {str(motion_id): sorted({str(one) for one in given}) for motion_id, given in marks.items()}
    elections = meeting.elections or {}
    if any(str(motion_id) in elections for motion_id in choices):
        raise MarksUnlawful
    for election_id, marked in names.items():
        election = elections.get(election_id)
        if election is None or len(marked) > election["seats"] or not set(marked) <= set(election["candidates"]):
            raise MarksUnlawful
    return {str(motion_id): choice.value for motion_id, choice in choices.items()}, names


def check_ballot(mandate: Mandate, choices: Mapping[UUID, Choice], marks: Mapping[str, Sequence[str]]) -> None:
    """Refuse a proxy's ballot that says otherwise than its mandate. Raises MandateFixesChoices."""
    said: dict[str, Any] = {str(motion_id): choice.value for motion_id, choice in choices.items()}
    wrong = [motion for motion, choice in mandate.choices.items() if said.get(motion, Choice.BLANK.value) != choice]
    wrong += [motion for motion, names in mandate.marks.items() if list(marks.get(motion, [])) != names]
    if wrong:
        raise MandateFixesChoices(motion_ids=wrong)
