"""Stamps: what somebody was looking at when they decided on it, so that nobody overwrites or announces another's."""

import hashlib
from collections.abc import Sequence

from app.meetings import attachments
from app.meetings.elections import candidates
from app.meetings.errors import DraftChanged
from app.meetings.models import Meeting, Motion


def of_meeting(meeting: Meeting) -> str:
    """Changes with title, convenor and times."""
    return _digest(meeting.title, meeting.convenor, meeting.opens_at.timestamp(), meeting.closes_at.timestamp())


def of_motion(motion: Motion) -> str:
    """Changes with what is put to the vote; not with attachments and candidates."""
    return _digest(
        motion.matter,
        motion.title,
        motion.text,
        motion.scope_building_id,
        motion.scope_stairwell,
        motion.seats,
        motion.committee_kind,
        motion.term_years,
    )


def of_draft(meeting: Meeting, motions: Sequence[Motion]) -> str:
    """Changes with everything that the announcement of a draft freezes, but for the electorate and the rules."""
    attached = attachments.of_meeting(meeting)
    standing = candidates.of_motions(meeting.compound_id, [motion.id for motion in motions])
    agenda = [
        (of_motion(one), [file.id for file in attached.get(one.id, ())], standing.get(one.id, [])) for one in motions
    ]
    return _digest(of_meeting(meeting), agenda)


def refuse_other(seen: str | None, now: str) -> None:
    """Refuse an act on what is no longer as it was seen; None: whatever it is by now. Raises DraftChanged."""
    if seen is not None and seen != now:
        raise DraftChanged


def _digest(*facts: object) -> str:
    return hashlib.blake2b(repr(facts).encode(), digest_size=12).hexdigest()
