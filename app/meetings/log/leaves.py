"""What the ballot log (表决存证) hashes and signs, as JSON values; docs/ballot-log.md is the format's description.

Pure. Every statement names its version and kind, so that none passes for another. Moments are UTC with microseconds,
hashes lower-case hex. Once a meeting was held under a form, it is never changed: a new form takes a new version.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from hashlib import sha256
from typing import Any
from uuid import UUID

from app.core.canonical import canonical, moment
from app.core.ids import id_text
from app.meetings.log.merkle import Tree, hash_leaf
from app.meetings.tally import Choice

VERSION = 1
NONCE_BYTES = 16


def ballot(
    meeting_id: UUID,
    party_id: UUID,
    choices: Mapping[UUID, Choice],
    channel: str,
    accepted_at: datetime,
    nonce: bytes,
    marks: Mapping[str, Collection[str]] | None = None,
    spoiled: Iterable[UUID] | None = None,
    replaces: bytes | None = None,
) -> dict[str, Any]:
    """A ballot's leaf. Blanks are left out; the nonce hides the few choices that there are behind the hash.

    `marks`: the marked candidates of each election that is not left blank; the key is left out where there are none.
    `spoiled`: the motions that a paper ballot marks twice or unreadably; left out where there are none.
    `replaces`: the hash of the leaf of the ballot that this one changed; left out where it changed none.
    """
    chosen = {id_text(motion): choice.value for motion, choice in choices.items() if choice is not Choice.BLANK}
    return _statement(
        "ballot",
        meeting_id,
        party=str(party_id),
        choices=chosen,
        channel=channel,
        accepted_at=moment(accepted_at),
        nonce=nonce.hex(),
        **({"marks": {motion: sorted(names) for motion, names in marks.items()}} if marks else {}),
        **({"spoiled": sorted(map(str, spoiled))} if spoiled else {}),
        **({"replaces": replaces.hex()} if replaces else {}),
    )


def count(meeting_id: UUID, record: Mapping[str, Any]) -> dict[str, Any]:
    """The leaf that ends a log: the count record, by its hash."""
    return _statement("count", meeting_id, record_sha256=sha256(canonical(record)).hexdigest())


def lot(meeting_id: UUID, motion_id: UUID, order: Sequence[UUID], drawn_at: datetime) -> dict[str, Any]:
    """A drawn lot, after the count that it decides: the tied candidates, the first drawn first."""
    return _statement(
        "lot", meeting_id, motion=str(motion_id), order=[str(one) for one in order], drawn_at=moment(drawn_at)
    )


def final(
    meeting_id: UUID, published_at: datetime, final_at: datetime, objections: Sequence[Mapping[str, str | None]]
) -> dict[str, Any]:
    """That the result was announced as final: when it was published, when final, and what became of each objection."""
    when = {"published_at": moment(published_at), "final_at": moment(final_at)}
    return _statement("final", meeting_id, **when, objections=list(objections))


def annulment(
    meeting_id: UUID,
    published_at: datetime,
    annulled_at: datetime,
    reason: str,
    objections: Sequence[Mapping[str, str | None]],
) -> dict[str, Any]:
    """That the result was annulled, with the reason that the owners were told, and what became of each objection."""
    when = {"published_at": moment(published_at), "annulled_at": moment(annulled_at)}
    return _statement("annulment", meeting_id, **when, reason=reason, objections=list(objections))


def objection(objection_id: UUID, motion_id: UUID | None, decision: str, decided_at: datetime) -> dict[str, str | None]:
    """An objection to the result in the leaf that ends it; without a motion it was to the whole. Nobody is named."""
    return {
        "objection": str(objection_id),
        "motion": str(motion_id) if motion_id else None,
        "decision": decision,
        "decided_at": moment(decided_at),
    }


def extension(meeting_id: UUID, closes_at: datetime) -> dict[str, Any]:
    """That voting was extended: it stands before the ballots that the first close would have refused."""
    return _statement("extension", meeting_id, closes_at=moment(closes_at))


def party(
    meeting_id: UUID,
    party_id: UUID,
    area_centi: int,
    is_developer: bool,
    units: Iterable[tuple[int, str | None]],
    scoped: Mapping[UUID, int] | None = None,
) -> dict[str, Any]:
    """A party of the electorate with the (area, source) of each unit; areas in 0.01 m².

    `scoped`: by motion, the area that the party has in the motion's scope. Left out where it has none in any.
    """
    parts = [{"area_centi": area, "source": source} for area, source in units]
    return _statement(
        "party", meeting_id, party=str(party_id), area_centi=area_centi, is_developer=is_developer, units=parts
    ) | ({"scoped": {str(motion): area for motion, area in scoped.items()}} if scoped else {})


def excluded(
    meeting_id: UUID, party_id: UUID | None, units: Iterable[int], scoped: Mapping[UUID, int] | None = None
) -> dict[str, Any]:
    """The units of one person that the rules leave out, by area (0.01 m²); a leaf of a tree of its own.

    `party_id`: left out where the person owns nothing that counts, and would join the electorate. `scoped`: as of a
    party.
    """
    areas = sorted(units)
    return (
        _statement("excluded", meeting_id, area_centi=sum(areas), units=areas)
        | ({"party": str(party_id)} if party_id else {})
        | ({"scoped": {str(motion): area for motion, area in scoped.items()}} if scoped else {})
    )


def delivery(meeting_id: UUID, party_id: UUID, proofs: Sequence[Mapping[str, str]]) -> dict[str, Any]:
    """The proofs of delivery by which a silent party joins the majority: each {way, delivered_at}, by way."""
    return _statement("delivery", meeting_id, party=str(party_id), proofs=list(proofs))


def receipt(meeting_id: UUID, leaf_hash: bytes, accepted_at: datetime) -> dict[str, Any]:
    """What a receipt's signature is over."""
    return _statement("receipt", meeting_id, leaf_hash=leaf_hash.hex(), accepted_at=moment(accepted_at))


def tree_head(meeting_id: UUID, size: int, root_hash: bytes, signed_at: datetime) -> dict[str, Any]:
    """What a tree head's signature is over."""
    return _statement("tree_head", meeting_id, size=size, root_hash=root_hash.hex(), signed_at=moment(signed_at))


def meeting(meeting_id: UUID, **facts: Any) -> dict[str, Any]:
    """Leaf 0: what was frozen before voting; see `sequencing`."""
    return _statement("meeting", meeting_id, **facts)


def hash_of(leaf: Mapping[str, Any]) -> bytes:
    """A leaf's hash."""
    return hash_leaf(canonical(leaf))


def root_of(leaves: Iterable[Mapping[str, Any]]) -> bytes:
    """The root over leaves: the electorate is named by the root over its parties, in the order of their ids."""
    return Tree(hash_of(leaf) for leaf in leaves).root()


def _statement(kind: str, meeting_id: UUID, **facts: Any) -> dict[str, Any]:
    return {"v": VERSION, "kind": kind, "meeting": id_text(meeting_id), **facts}
