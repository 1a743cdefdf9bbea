"""Units that a meeting's rules leave out."""

from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index, Text
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Model


class ExcludedUnit(Model):
    """A parking or storage unit (车位、储藏室) that the rule set leaves out of the vote (GR 25), as frozen.

    Kept to tell whether counting it had turned a result. It belongs to a voting party, or to somebody who owns nothing
    that counts: `joining` numbers the person that the units of such an owner would be. Area in 0.01 m².
    """

    __tablename__ = "excluded_unit"
    __table_args__ = (
        ForeignKeyConstraint(["compound_id", "meeting_id"], ["meeting.compound_id", "meeting.id"]),
        ForeignKeyConstraint(
            ["compound_id", "meeting_id", "party_id"],
            ["voting_party.compound_id", "voting_party.meeting_id", "voting_party.id"],
        ),
        CheckConstraint("(party_id IS NULL) <> (joining IS NULL)", name="one_person"),
        CheckConstraint("area_centi >= 0", name="area_not_negative"),
        Index(None, "compound_id", "meeting_id", "party_id"),
    )

    compound_id: Mapped[UUID] = mapped_column(primary_key=True)
    meeting_id: Mapped[UUID] = mapped_column(primary_key=True)
    unit_id: Mapped[UUID] = mapped_column(primary_key=True)
    party_id: Mapped[UUID | None]
    joining: Mapped[int | None]
    building_id: Mapped[UUID]
    stairwell: Mapped[str] = mapped_column(Text)
    area_centi: Mapped[int]
