"""What becomes of grids and building groups as tree and branches change; they are made in `app.compounds.areas`."""

from datetime import datetime

from sqlalchemy import ColumnElement, select, update

from app.core import clock
from app.core.db import db
from app.org.models import Area, AreaBuilding, AreaLeader, OrgUnit


def end_where(which: ColumnElement[bool]) -> datetime:
    """End the areas for which the condition holds, with their buildings and leaders; when."""
    now = clock.now()
    ids = db.session.scalars(select(Area.id).where(which, Area.ended_at.is_(None)).with_for_update()).all()
    for table in (AreaBuilding, AreaLeader):
        live = update(table).where(table.area_id.in_(ids), table.until.is_(None))
        db.session.execute(live.values(until=now))
    db.session.execute(update(Area).where(Area.id.in_(ids)).values(ended_at=now))
    return now


def hand_over(node: OrgUnit, into: OrgUnit) -> None:
    """Let a merging community's grids be the other's; one whose name is taken there says where it comes from."""
    taken = set(db.session.scalars(select(Area.name).where(Area.community_id == into.id, Area.ended_at.is_(None))))
    for grid in db.session.scalars(select(Area).where(Area.community_id == node.id, Area.ended_at.is_(None))):
        grid.community_id = into.id
        if grid.name in taken:
            grid.name = f"{grid.name}（原{node.name}）"
    db.session.flush()
