"""What of an upload is thrown away, and when."""

from datetime import timedelta

from sqlalchemy import delete

from app.compounds.models import RollImport, RollImportState, RollPlan
from app.core import clock
from app.core.db import db

UNAPPLIED_KEPT = timedelta(days=7)


def forget_unapplied_rolls() -> int:
    """Delete dry runs that nobody applied within a week: their parsed rows are personal data; how many.

    A plan goes with its import. Of one that the version before plans applied, only the plan is deleted.
    """
    stale = (RollImport.state == RollImportState.CHECKED) & (RollImport.created_at < clock.now() - UNAPPLIED_KEPT)
    applied = (RollImport.compound_id == RollPlan.compound_id) & (RollImport.id == RollPlan.import_id)
    db.session.execute(delete(RollPlan).where(applied, RollImport.state == RollImportState.APPLIED))
    forgotten = db.session.execute(delete(RollImport).where(stale))
    return int(forgotten.rowcount)  # type: ignore[attr-defined]
