"""Petitions for an interim meeting, and their signatures."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, Index, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Model
from app.core.ids import new_id


class Petition(Model):
    """Owners' petition for an interim meeting (临时业主大会联名提议): PMR 13, GR 21.

    The rule set of its beginning says who is counted; `motions` are those wished for: see `agenda`.
    What was counted at the delivery is frozen: persons, and areas in 0.01 m². `ended_at` is when collecting ended, by
    delivery or withdrawal, or when an expired one gave way to the next; an account collects for one at a time.
    `counted_…`: the count while it is collecting, on the roll of `counted_version`: see `counting`.
    """

    __tablename__ = "petition"
    __table_args__ = (
        ForeignKeyConstraint(["compound_id", "owner_id"], ["owner.compound_id", "owner.id"]),
        ForeignKeyConstraint(["compound_id", "meeting_id"], ["meeting.compound_id", "meeting.id"]),
        Index(
            "uq_petition_collecting",
            "compound_id",
            "started_by",
            unique=True,
            postgresql_where=text("ended_at IS NULL"),
        ),
        Index("ix_petition_due", "convene_by", postgresql_where=text("warned_at IS NULL")),
        CheckConstraint("started_at < expires_at", name="starts_before_it_expires"),
        CheckConstraint(
            "(delivered_at IS NULL) = (convene_by IS NULL) AND (delivered_at IS NULL) = (persons IS NULL)"
            " AND (delivered_at IS NULL) = (area_centi IS NULL)"
            " AND (delivered_at IS NULL) = (electorate_persons IS NULL)"
            " AND (delivered_at IS NULL) = (electorate_area_centi IS NULL)",
            name="delivered_is_frozen",
        ),
        CheckConstraint(
            "num_nulls(counted_version, counted_persons, counted_area_centi, counted_of_persons,"
            " counted_of_area_centi) IN (0, 5)",
            name="counted_whole",
        ),
        CheckConstraint("delivered_at IS NULL OR withdrawn_at IS NULL", name="delivered_or_withdrawn"),
        CheckConstraint("meeting_id IS NULL OR delivered_at IS NOT NULL", name="meeting_after_delivery"),
    )

    compound_id: Mapped[UUID] = mapped_column(ForeignKey("org_unit.id"), primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    title: Mapped[str] = mapped_column(Text)
    text: Mapped[str] = mapped_column(Text)
    motions: Mapped[list[Any]]
    rule_set: Mapped[dict[str, Any]]
    rule_set_version: Mapped[int]
    started_by: Mapped[UUID]
    owner_id: Mapped[UUID]
    started_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    withdrawn_at: Mapped[datetime | None]
    delivered_at: Mapped[datetime | None]
    convene_by: Mapped[datetime | None]
    persons: Mapped[int | None]
    area_centi: Mapped[int | None]
    electorate_persons: Mapped[int | None]
    electorate_area_centi: Mapped[int | None]
    counted_version: Mapped[int | None]
    counted_persons: Mapped[int | None]
    counted_area_centi: Mapped[int | None]
    counted_of_persons: Mapped[int | None]
    counted_of_area_centi: Mapped[int | None]
    warned_at: Mapped[datetime | None]
    meeting_id: Mapped[UUID | None]


class PetitionSignature(Model):
    """That a voting party signed a petition. `party` is the hash of its owners: it counts while the roll has it.

    On paper: `account_id` is who entered it, and `paper_note` says where the sheet is filed.
    """

    __tablename__ = "petition_signature"
    __table_args__ = (
        ForeignKeyConstraint(["compound_id", "petition_id"], ["petition.compound_id", "petition.id"]),
        ForeignKeyConstraint(["compound_id", "owner_id"], ["owner.compound_id", "owner.id"]),
        CheckConstraint("octet_length(party) = 32", name="party_is_sha256"),
    )

    compound_id: Mapped[UUID] = mapped_column(primary_key=True)
    petition_id: Mapped[UUID] = mapped_column(primary_key=True)
    party: Mapped[bytes] = mapped_column(primary_key=True)
    owner_id: Mapped[UUID]
    account_id: Mapped[UUID]
    signed_at: Mapped[datetime]
    paper_note: Mapped[str | None] = mapped_column(Text)
