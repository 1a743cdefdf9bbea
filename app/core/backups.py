"""When the database was backed up (`flask backup`): what an alert asks that must come when nobody does any more."""

from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import CheckConstraint, LargeBinary, select
from sqlalchemy.orm import Mapped, mapped_column

from app.core import clock
from app.core.db import Model, db
from app.core.ids import new_id


class BackupMade(Model):
    """An archive that was written whole (备份记录): its size in bytes, and the SHA-256 of its manifest."""

    __tablename__ = "backup_made"
    __table_args__ = (CheckConstraint("octet_length(manifest_sha256) = 32", name="manifest_sha256_is_sha256"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    made_at: Mapped[datetime]
    size: Mapped[int]
    manifest_sha256: Mapped[bytes] = mapped_column(LargeBinary)


class Latest(NamedTuple):
    """The newest backup: how old it is, in seconds, and its size in bytes."""

    age_s: float
    size: int


def note(made_at: datetime, size: int, manifest_sha256: bytes) -> None:
    """Note an archive that was written whole."""
    db.session.add(BackupMade(made_at=made_at, size=size, manifest_sha256=manifest_sha256))


def latest() -> Latest | None:
    """The newest backup; None where there never was one."""
    found = db.session.scalar(select(BackupMade).order_by(BackupMade.made_at.desc()).limit(1))
    return Latest((clock.now() - found.made_at).total_seconds(), found.size) if found else None
