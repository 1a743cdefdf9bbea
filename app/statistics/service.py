"""Statistics of the organisation (统计)."""

from app.statistics.queries import by_month, by_part
from app.statistics.refreshing import CORRECTED_MONTHS, months_back, refresh

__all__ = ["CORRECTED_MONTHS", "by_month", "by_part", "months_back", "refresh"]
