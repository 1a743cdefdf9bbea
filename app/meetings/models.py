"""Owners' meetings, their frozen electorates, ballots and counts."""

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    SmallInteger,
    Text,
    UniqueConstraint,
    Uuid,
    false,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from app.core.crypto import EncryptedText
from app.core.db import Model, enum_check
from app.core.ids import new_id
from app.meetings.attachment_models import Attachment as Attachment
from app.meetings.co_owners.models import Delegate as Delegate
from app.meetings.co_owners.models import DelegateNaming as DelegateNaming
from app.meetings.co_owners.models import Scan as Scan
from app.meetings.committees.models import Committee as Committee
from app.meetings.committees.models import CommitteeKind
from app.meetings.committees.models import CommitteeMember as CommitteeMember
from app.meetings.delivery.models import Delivery as Delivery
from app.meetings.delivery.models import DeliveryItem as DeliveryItem
from app.meetings.delivery.models import DeliveryWay as DeliveryWay
from app.meetings.delivery.models import PostedNotice as PostedNotice
from app.meetings.elections.candidate_models import Candidate as Candidate
from app.meetings.elections.lot_models import Lot as Lot
from app.meetings.electorate import AreaSource
from app.meetings.excluded_models import ExcludedUnit as ExcludedUnit
from app.meetings.inspections.models import Inspection as Inspection
from app.meetings.mandates.models import Mandate as Mandate
from app.meetings.objections.models import ElectorateObjection as ElectorateObjection
from app.meetings.objections.models import ObjectionKind as ObjectionKind
from app.meetings.objections.models import ObjectionState as ObjectionState
from app.meetings.paper.models import PaperEntry as PaperEntry
from app.meetings.paper.models import PaperSheet as PaperSheet
from app.meetings.petitions.models import Petition as Petition
from app.meetings.petitions.models import PetitionSignature as PetitionSignature
from app.meetings.reminders.models import Reminder as Reminder
from app.meetings.results.models import ResultObjection as ResultObjection
from app.meetings.rules.models import AdoptedRuleSet as AdoptedRuleSet


class MeetingState(StrEnum):
    """Where a meeting stands. `voting` and `closed` follow from the clock alone.

    `published` is the preliminary publication, open to objections; then the result is `final`, or `annulled`.
    """

    DRAFT = "draft"
    ANNOUNCED = "announced"
    VOTING = "voting"
    CLOSED = "closed"
    COUNTED = "counted"
    PUBLISHED = "published"
    FINAL = "final"
    ANNULLED = "annulled"
    CANCELLED = "cancelled"


class Convenor(StrEnum):
    """Who convenes the meeting (召集人)."""

    COMMITTEE = "committee"
    PREPARATORY_GROUP = "preparatory_group"
    COMMUNITY = "community"


class BallotChannel(StrEnum):
    """How a ballot came in."""

    APP = "app"
    PAPER = "paper"


class BallotState(StrEnum):
    """Whether a ballot counts. A party has at most one that is `effective` or `disputed`.

    `disputed` is the first ballot of a party whose co-owners contradict each other, `contrary` one that contradicts it;
    neither counts. `withdrawn` gave way when they agreed, or named a delegate; it stays in the log. So does the one
    that is `replaced`: a rule set may let a party change its ballot once, and another ballot then `replaces` it.
    """

    EFFECTIVE = "effective"
    DISPUTED = "disputed"
    CONTRARY = "contrary"
    WITHDRAWN = "withdrawn"
    REPLACED = "replaced"


class CountCapacity(StrEnum):
    """In which capacity a person approves the count; it takes both, from two accounts."""

    SECRETARY = "secretary"
    SUPERVISOR = "supervisor"


class Meeting(Model):
    """Owners' meeting (业主大会). What owners vote on is frozen by `announced_at`; electorate figures are 0.01 m².

    `cancel_asked_by`: who asked, in which capacity, to cancel it after voting began; it takes another one to do it.
    `redraft_of`: the wrongly announced, cancelled or annulled meeting whose agenda this one takes up.
    `result_code`: by which anybody reads the published result, without signing in.
    """

    __tablename__ = "meeting"
    __table_args__ = (
        enum_check("convenor", Convenor),
        CheckConstraint("opens_at < closes_at", name="opens_before_it_closes"),
        CheckConstraint(
            "announced_at IS NULL OR (electorate_persons > 0 AND electorate_area_centi > 0 AND rule_set IS NOT NULL)",
            name="announced_is_frozen",
        ),
        CheckConstraint("counted_at IS NULL OR counted_at >= closes_at", name="counted_after_closing"),
        CheckConstraint("published_at IS NULL OR counted_at IS NOT NULL", name="published_after_count"),
        CheckConstraint("finalized_at IS NULL OR published_at IS NOT NULL", name="final_after_published"),
        CheckConstraint(
            "annulled_at IS NULL OR (published_at IS NOT NULL AND finalized_at IS NULL)", name="annulled_before_final"
        ),
        enum_check("cancel_asked_as", CountCapacity),
        CheckConstraint(
            "num_nulls(cancel_asked_by, cancel_asked_as, cancel_asked_at, cancel_asked_reason) IN (0, 4)",
            name="cancellation_asked_with_reason",
        ),
        ForeignKeyConstraint(["compound_id", "redraft_of"], ["meeting.compound_id", "meeting.id"]),
        Index(
            "uq_meeting_redraft",
            "compound_id",
            "redraft_of",
            unique=True,
            postgresql_where=text("redraft_of IS NOT NULL AND cancelled_at IS NULL"),
        ),
        Index("ix_meeting_opening", "opens_at"),
        Index("uq_meeting_result_code", "compound_id", "result_code", unique=True),
        Index("ix_meeting_result_code", "result_code", postgresql_where=text("result_code IS NOT NULL")),
        CheckConstraint("result_code IS NULL OR published_at IS NOT NULL", name="code_once_published"),
    )

    compound_id: Mapped[UUID] = mapped_column(ForeignKey("org_unit.id"), primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    title: Mapped[str] = mapped_column(Text)
    convenor: Mapped[str] = mapped_column(Text)
    opens_at: Mapped[datetime]
    closes_at: Mapped[datetime]
    first_closes_at: Mapped[datetime | None]
    rule_set: Mapped[dict[str, Any] | None]
    rule_set_version: Mapped[int | None]
    motion_ids: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid()), default=list)
    elections: Mapped[dict[str, Any] | None]
    electorate_persons: Mapped[int | None]
    electorate_area_centi: Mapped[int | None]
    electorate_version: Mapped[int] = mapped_column(default=0, server_default=text("0"))
    redraft_of: Mapped[UUID | None]
    created_by: Mapped[UUID]
    created_at: Mapped[datetime]
    announced_at: Mapped[datetime | None]
    opening_told_at: Mapped[datetime | None]
    counted_at: Mapped[datetime | None]
    published_at: Mapped[datetime | None]
    result_code: Mapped[str | None] = mapped_column(Text)
    finalized_at: Mapped[datetime | None]
    annulled_at: Mapped[datetime | None]
    annul_reason: Mapped[str | None] = mapped_column(Text)
    cancelled_at: Mapped[datetime | None]
    cancel_reason: Mapped[str | None] = mapped_column(Text)
    cancel_asked_by: Mapped[UUID | None]
    cancel_asked_as: Mapped[str | None] = mapped_column(Text)
    cancel_asked_at: Mapped[datetime | None]
    cancel_asked_reason: Mapped[str | None] = mapped_column(Text)

    def state_at(self, moment: datetime) -> MeetingState:
        """The state at a moment. Timestamps alone open and close a meeting, whether or not any process runs."""
        if self.cancelled_at:
            return MeetingState.CANCELLED
        if self.published_at:
            return _state_of_result(self)
        if self.counted_at:
            return MeetingState.COUNTED
        if not self.announced_at:
            return MeetingState.DRAFT
        if moment < self.opens_at:
            return MeetingState.ANNOUNCED
        return MeetingState.VOTING if moment < self.closes_at else MeetingState.CLOSED


def _state_of_result(meeting: Meeting) -> MeetingState:
    """No method: `state_at` is also asked for rows that are no `Meeting` (app/meetings/page/shared.py)."""
    if meeting.annulled_at:
        return MeetingState.ANNULLED
    return MeetingState.FINAL if meeting.finalized_at else MeetingState.PUBLISHED


class Motion(Model):
    """A matter put to the vote (表决事项). `matter` is the item of Civil Code 278(1) that it falls under.

    Without a scope it concerns the whole compound, else a building or one of its stairwells: see `scopes`.
    With seats it is an election: see `candidates`; of a committee of some kind, for so many years (None: as long as the
    rule set has it).
    """

    __tablename__ = "motion"
    __table_args__ = (
        ForeignKeyConstraint(["compound_id", "meeting_id"], ["meeting.compound_id", "meeting.id"]),
        UniqueConstraint("compound_id", "meeting_id", "position"),
        CheckConstraint("matter BETWEEN 1 AND 9", name="matter_in_law"),
        CheckConstraint("seats IS NULL OR (matter = 3 AND seats BETWEEN 1 AND 11)", name="seats_of_a_committee"),
        CheckConstraint("term_years IS NULL OR (seats > 0 AND term_years BETWEEN 1 AND 5)", name="term_of_a_committee"),
        enum_check("committee_kind", CommitteeKind),
    )

    compound_id: Mapped[UUID] = mapped_column(primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    meeting_id: Mapped[UUID]
    position: Mapped[int]
    matter: Mapped[int]
    title: Mapped[str] = mapped_column(Text)
    text: Mapped[str] = mapped_column(Text)
    scope_building_id: Mapped[UUID | None]
    scope_stairwell: Mapped[str | None] = mapped_column(Text)
    scope_name: Mapped[str | None] = mapped_column(Text)
    seats: Mapped[int | None]
    committee_kind: Mapped[str | None] = mapped_column(Text)
    term_years: Mapped[int | None]


class VotingParty(Model):
    """One person in the count (表决权人): a set of owners with all their units, as frozen at the announcement.

    `out_of_scope`: the motions of the meeting that concern a part of the compound in which the party has no unit.
    `deemed_by`: set by the count where the silent party joins the majority, to its proofs of delivery; see `deemed`.
    """

    __tablename__ = "voting_party"
    __table_args__ = (
        ForeignKeyConstraint(["compound_id", "meeting_id"], ["meeting.compound_id", "meeting.id"]),
        UniqueConstraint("compound_id", "meeting_id", "number"),
        CheckConstraint("area_centi >= 0", name="area_not_negative"),
    )

    compound_id: Mapped[UUID] = mapped_column(primary_key=True)
    meeting_id: Mapped[UUID] = mapped_column(primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    number: Mapped[int]
    area_centi: Mapped[int]
    is_developer: Mapped[bool]
    out_of_scope: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid()), default=list, server_default=text("'{}'"))
    deemed_by: Mapped[list[Any] | None]


class VotingPartyUnit(Model):
    """A unit of a voting party, with the area that counts and its source. The key lets a unit count only once."""

    __tablename__ = "voting_party_unit"
    __table_args__ = (
        ForeignKeyConstraint(
            ["compound_id", "meeting_id", "party_id"],
            ["voting_party.compound_id", "voting_party.meeting_id", "voting_party.id"],
        ),
        enum_check("area_source", AreaSource),
        Index(None, "compound_id", "meeting_id", "party_id"),
    )

    compound_id: Mapped[UUID] = mapped_column(primary_key=True)
    meeting_id: Mapped[UUID] = mapped_column(primary_key=True)
    unit_id: Mapped[UUID] = mapped_column(primary_key=True)
    party_id: Mapped[UUID]
    door: Mapped[str] = mapped_column(Text)
    building_id: Mapped[UUID | None]
    stairwell: Mapped[str | None] = mapped_column(Text)
    area_centi: Mapped[int]
    area_source: Mapped[str | None] = mapped_column(Text)


class VotingPartyOwner(Model):
    """An owner in a voting party, with the name as it was. `delegate_votes`: another co-owner votes for the party.

    `paper_votes`: a signed sheet of the party is on record, and nobody votes for it in the app. `joined_at`: bought the
    party's units while voting ran, and is not on the published list.
    """

    __tablename__ = "voting_party_owner"
    __table_args__ = (
        ForeignKeyConstraint(
            ["compound_id", "meeting_id", "party_id"],
            ["voting_party.compound_id", "voting_party.meeting_id", "voting_party.id"],
        ),
        Index(None, "compound_id", "meeting_id", "owner_id"),
    )

    compound_id: Mapped[UUID] = mapped_column(primary_key=True)
    meeting_id: Mapped[UUID] = mapped_column(primary_key=True)
    party_id: Mapped[UUID] = mapped_column(primary_key=True)
    owner_id: Mapped[UUID] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(EncryptedText)
    delegate_votes: Mapped[bool] = mapped_column(default=False, server_default=false())
    paper_votes: Mapped[bool] = mapped_column(default=False, server_default=false())
    joined_at: Mapped[datetime | None]


class Ballot(Model):
    """A party's ballot (表决票); an index allows one effective. `choices` follows the order of the motions.

    `marks`: for each election that the ballot does not leave blank, the marked candidates by id.
    `spoiled`: the motions of a paper ballot that are marked twice or unreadable; blank in `choices`.
    Nobody's account casts a paper ballot, and it speaks for the party, not for one owner; nor does the developer's.
    `mandate_id`: by which a proxy cast it.
    `replaces`: the ballot that this one changed, and its leaf's hash, which is part of this one's leaf. Two indexes let
    a party change once: one ballot that replaces, one that is replaced.
    """

    __tablename__ = "ballot"
    __table_args__ = (
        ForeignKeyConstraint(
            ["compound_id", "meeting_id", "party_id"],
            ["voting_party.compound_id", "voting_party.meeting_id", "voting_party.id"],
        ),
        ForeignKeyConstraint(["compound_id", "mandate_id"], ["mandate.compound_id", "mandate.id"]),
        Index("ix_ballot_mandate", "compound_id", "mandate_id", postgresql_where=text("mandate_id IS NOT NULL")),
        Index(
            "uq_ballot_standing",
            "compound_id",
            "meeting_id",
            "party_id",
            unique=True,
            postgresql_include=["state", "area_centi"],  # of what a turnout is counted
            postgresql_where=text("state IN ('effective', 'disputed')"),
        ),
        Index(
            "ix_ballot_aside",
            "compound_id",
            "meeting_id",
            "party_id",
            postgresql_where=text("state IN ('contrary', 'withdrawn')"),
        ),
        ForeignKeyConstraint(["compound_id", "replaces"], ["ballot.compound_id", "ballot.id"]),
        Index(
            "uq_ballot_replaced",
            "compound_id",
            "meeting_id",
            "party_id",
            unique=True,
            postgresql_where=text("state = 'replaced'"),
        ),
        Index(
            "uq_ballot_replacing",
            "compound_id",
            "meeting_id",
            "party_id",
            unique=True,
            postgresql_where=text("replaces IS NOT NULL"),
        ),
        CheckConstraint(
            "num_nulls(replaces, replaces_leaf_hash) = 2 OR (num_nulls(replaces, replaces_leaf_hash) = 0"
            " AND channel = 'app' AND replaces <> id AND octet_length(replaces_leaf_hash) = 32)",
            name="replaces_in_the_app",
        ),
        CheckConstraint("cardinality(choices) > 0 AND 0 <= ALL (choices) AND 3 >= ALL (choices)", name="choices_known"),
        CheckConstraint("account_id IS NOT NULL OR channel = 'paper'", name="account_unless_paper"),
        CheckConstraint("spoiled IS NULL OR channel = 'paper'", name="spoiled_on_paper"),
        enum_check("channel", BallotChannel),
        enum_check("state", BallotState),
    )

    compound_id: Mapped[UUID] = mapped_column(primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True)
    meeting_id: Mapped[UUID]
    party_id: Mapped[UUID]
    state: Mapped[str] = mapped_column(Text, default=BallotState.EFFECTIVE, server_default=BallotState.EFFECTIVE)
    owner_id: Mapped[UUID | None]
    account_id: Mapped[UUID | None]
    channel: Mapped[str] = mapped_column(Text)
    choices: Mapped[list[int]] = mapped_column(ARRAY(SmallInteger))
    marks: Mapped[dict[str, Any] | None]
    spoiled: Mapped[list[UUID] | None] = mapped_column(ARRAY(Uuid()))
    area_centi: Mapped[int]
    accepted_at: Mapped[datetime]
    nonce: Mapped[bytes | None]
    leaf_hash: Mapped[bytes | None]
    receipt_key_id: Mapped[str | None] = mapped_column(Text)
    receipt_signature: Mapped[bytes | None]
    mandate_id: Mapped[UUID | None]
    replaces: Mapped[UUID | None]
    replaces_leaf_hash: Mapped[bytes | None]


class LogLeaf(Model):
    """A leaf of a meeting's ballot log (表决存证). Append-only: triggers refuse any change.

    A ballot's content is the ballot; the others (first the meeting, last the count) carry their own, as `input`.
    Several leaves may be of one party: only the key of `ballot` says that a party has one that counts.
    """

    __tablename__ = "log_leaf"
    __table_args__ = (
        ForeignKeyConstraint(["compound_id", "meeting_id"], ["meeting.compound_id", "meeting.id"]),
        ForeignKeyConstraint(["compound_id", "ballot_id"], ["ballot.compound_id", "ballot.id"]),
        UniqueConstraint("compound_id", "meeting_id", "leaf_hash"),
        UniqueConstraint("compound_id", "ballot_id"),
        CheckConstraint("index >= 0", name="index_not_negative"),
        CheckConstraint("octet_length(leaf_hash) = 32", name="leaf_hash_is_sha256"),
        CheckConstraint("(ballot_id IS NULL) <> (input IS NULL)", name="ballot_or_own_input"),
    )

    compound_id: Mapped[UUID] = mapped_column(primary_key=True)
    meeting_id: Mapped[UUID] = mapped_column(primary_key=True)
    index: Mapped[int] = mapped_column(primary_key=True)
    leaf_hash: Mapped[bytes]
    ballot_id: Mapped[UUID | None]
    input: Mapped[str | None] = mapped_column(Text)


class TreeHead(Model):
    """A signed tree head: the root over the first `size` leaves of a meeting's log. Append-only."""

    __tablename__ = "tree_head"
    __table_args__ = (
        ForeignKeyConstraint(["compound_id", "meeting_id"], ["meeting.compound_id", "meeting.id"]),
        CheckConstraint("size > 0", name="size_positive"),
    )

    compound_id: Mapped[UUID] = mapped_column(primary_key=True)
    meeting_id: Mapped[UUID] = mapped_column(primary_key=True)
    size: Mapped[int] = mapped_column(primary_key=True)
    root_hash: Mapped[bytes]
    signed_at: Mapped[datetime]
    key_id: Mapped[str] = mapped_column(Text)
    signature: Mapped[bytes]


class CountApproval(Model):
    """That a person approved the count in a capacity. The keys demand two capacities from two accounts."""

    __tablename__ = "count_approval"
    __table_args__ = (
        ForeignKeyConstraint(["compound_id", "meeting_id"], ["meeting.compound_id", "meeting.id"]),
        UniqueConstraint("compound_id", "meeting_id", "account_id"),
        enum_check("capacity", CountCapacity),
    )

    compound_id: Mapped[UUID] = mapped_column(primary_key=True)
    meeting_id: Mapped[UUID] = mapped_column(primary_key=True)
    capacity: Mapped[str] = mapped_column(Text, primary_key=True)
    account_id: Mapped[UUID]
    approved_at: Mapped[datetime]


class CountRecord(Model):
    """The count as one frozen record (计票记录): electorate, totals and every comparison as integers."""

    __tablename__ = "count_record"
    __table_args__ = (ForeignKeyConstraint(["compound_id", "meeting_id"], ["meeting.compound_id", "meeting.id"]),)

    compound_id: Mapped[UUID] = mapped_column(primary_key=True)
    meeting_id: Mapped[UUID] = mapped_column(primary_key=True)
    record: Mapped[dict[str, Any]]
    counted_at: Mapped[datetime]
