"""How large a made city is, and how its tree stands. All follows from the numbers given."""

from collections.abc import Iterator
from dataclasses import dataclass
from math import log, sqrt
from typing import Final

HOMES: Final = 500
"""Units of a compound on average: 3,800 compounds have 1.9 million."""
FEWEST_HOMES: Final = 40
"""Below that a compound has too few volunteers to fill a shift."""
MOST_HOMES: Final = 8_000
COMPOUNDS_OF_A_COMMUNITY: Final = 8
COMMUNITIES_OF_A_STREET: Final = 8
STREETS_OF_A_COUNTY: Final = 8
COMPOUNDS_OF_A_BATCH: Final = 20
_GOLDEN: Final = (sqrt(5) - 1) / 2


@dataclass(frozen=True)
class Shape:
    """A city: number of compounds, units of a compound on average, and the seed of all that looks like chance."""

    compounds: int
    homes: int = HOMES
    seed: int = 1

    def homes_of(self, place: int) -> int:
        """Units of the compound of that number (from 0): many small ones, few large ones, their mean as asked for."""
        share = ((place + 1) * _GOLDEN + self.seed * sqrt(2)) % 1
        homes = self.homes * (0.3 - 0.7 * log(1 - share * 0.9995))
        return round(min(max(homes, FEWEST_HOMES), MOST_HOMES))

    @property
    def communities(self) -> int:
        return -(-self.compounds // COMPOUNDS_OF_A_COMMUNITY)

    @property
    def streets(self) -> int:
        return -(-self.communities // COMMUNITIES_OF_A_STREET)

    @property
    def counties(self) -> int:
        return -(-self.streets // STREETS_OF_A_COUNTY)

    def batches(self) -> Iterator[range]:
        """The compounds that are written in one transaction, each by its number."""
        for first in range(0, self.compounds, COMPOUNDS_OF_A_BATCH):
            yield range(first, min(first + COMPOUNDS_OF_A_BATCH, self.compounds))
