"""Pages of a list, cut in SQL: what comes after the last item seen, in the order of the list."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final, TypeVarTuple
from uuid import UUID

from sqlalchemy import ColumnElement, Select, select, tuple_
from sqlalchemy.orm import InstrumentedAttribute

Columns = TypeVarTuple("Columns")


@dataclass(frozen=True)
class Page:
    """At most `limit` items after the one with the id `after`; None: from the beginning, to the end."""

    after: UUID | None = None
    limit: int | None = None


WHOLE: Final = Page()


def paged(
    found: Select[*Columns],
    page: Page,
    keys: Sequence[InstrumentedAttribute[Any]],
    rows: ColumnElement[bool],
    newest_first: bool = False,
) -> Select[*Columns]:
    """The list in the order of its keys, of which the last is the item's id; a page of it.

    `rows`: which rows the ids may be of, by the compound at least; after any other id there is nothing. It says nothing
    of what may change, as a state: the list goes on after an item that has left it meanwhile.
    """
    if page.after is not None:
        seen = select(*keys).where(rows, keys[-1] == page.after).correlate(None).scalar_subquery()
        place = tuple_(*keys)
        found = found.where(place < seen if newest_first else place > seen)
    return found.order_by(*(key.desc() if newest_first else key for key in keys)).limit(page.limit)
