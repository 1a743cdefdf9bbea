"""Jobs of statistics."""

from app.core.unit_of_work import unit_of_work
from app.statistics import service


def refresh_recent() -> int:
    """Compute this month and the last one anew; how many months."""
    return _refresh(2)


def refresh_corrected() -> int:
    """Compute every month anew that corrections may still reach; how many months."""
    return _refresh(service.CORRECTED_MONTHS)


def _refresh(months: int) -> int:
    for month in service.months_back(months):
        with unit_of_work():
            service.refresh(month)
    return months
