"""What becomes of grids and building groups as tree and branches change; they are made in `app.compounds.areas`."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, select, update

from app.core import clock
from app.core.db import db
from app.org import telling
from app.org.models import Area, AreaBuilding, AreaLeader, OrgUnit


def end_where(which: ColumnElement[bool]) -> datetime:
    """End the areas for which the condition holds, with their buildings and leaders, who are told of a grid; when."""
    now = clock.now()
    ids = db.session.scalars(select(Area.id).where(which, Area.ended_at.is_(None)).with_for_update()).all()
    for area, leader in _led(Area.id.in_(ids)):
        telling.tell_relieved(area, leader)
    for table in (AreaBuilding, AreaLeader):
        live = update(table).where(table.area_id.in_(ids), table.until.is_(None))
        db.session.execute(live.values(until=now))
    db.session.execute(update(Area).where(Area.id.in_(ids)).values(ended_at=now))
    return now


def claim(account_id: UUID, phone_hash: bytes) -> None:
    """Tell whoever has just proven a number which grids it answers for; once each."""
    for area, leader in _led(AreaLeader.phone_hash == phone_hash):
        telling.tell_answering(area, leader)


def _led(which: ColumnElement[bool]) -> Sequence[tuple[Area, AreaLeader]]:
    """Areas, each with who answers for it."""
    found = select(Area, AreaLeader).join(AreaLeader, AreaLeader.area_id == Area.id)
    return [(area, leader) for area, leader in db.session.execute(found.where(AreaLeader.until.is_(None), which))]


def hand_over(node: OrgUnit, into: OrgUnit) -> None:
    """Let a merging community's grids be the other's; one whose name is taken there says where it comes from."""
    taken = set(db.session.scalars(select(Area.name).where(Area.community_id == into.id, Area.ended_at.is_(None))))
    for grid in db.session.scalars(select(Area).where(Area.community_id == node.id, Area.ended_at.is_(None))):
        grid.community_id = into.id
        if grid.name in taken:
            grid.name = f"{grid.name}（原{node.name}）"
    db.session.flush()
