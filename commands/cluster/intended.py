"""Where each table shall be in a cluster of Citus: the one thing that the schema itself does not say.

A table of a compound is distributed by `compound_id`, so that a compound's rows are on one node together. All others
are named here. A table that is not, and has no `compound_id`, is refused by `flask cluster plan`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class Kind(StrEnum):
    """How a table is kept in a cluster."""

    DISTRIBUTED = "distributed"
    REFERENCE = "reference"
    LOCAL = "local"


@dataclass(frozen=True)
class Place:
    """Where a table is: cut up by a column, whole on every node, or on the coordinator alone."""

    kind: Kind
    column: str | None = None

    def __str__(self) -> str:
        return f"{self.kind} by {self.column}" if self.column else str(self.kind)


TENANT: Final = "compound_id"
BY_COMPOUND: Final = Place(Kind.DISTRIBUTED, TENANT)
BY_ACCOUNT: Final = Place(Kind.DISTRIBUTED, "account_id")
REFERENCE: Final = Place(Kind.REFERENCE)
LOCAL: Final = Place(Kind.LOCAL)

_REFERENCE: Final = (
    # the tree and who serves in it: asked for by nearly every statement, and the compounds' foreign keys end there
    *(
        "org_unit",
        "org_change",
        "appointment",
        "party_branch",
        "area",
        "area_leader",
        "monthly_figure",
        "refreshed_month",
        "key_state",
    ),
    # accounts and sign-ins: small rows, read with every request in one statement with the compound's, seldom written
    *("account", "account_phone", "wechat_login", "login_session", "console_session", "official_follower"),
    *("consent", "child_account", "closing", "muted_kind", "channel_pause"),
)
_BY_ACCOUNT: Final = ("answered_request", "subscription_credit", "console_submission")
"""Written with every act or message, so that copies on every node would cost as many writes."""
_LOCAL: Final = ("console_scan", "operator_alert", "wechat_event", "backup_made", "alembic_version")
"""Read and written by themselves, never beside a compound's rows in one statement."""

OTHERS: Final[Mapping[str, Place]] = {
    **dict.fromkeys(_REFERENCE, REFERENCE),
    **dict.fromkeys(_BY_ACCOUNT, BY_ACCOUNT),
    **dict.fromkeys(_LOCAL, LOCAL),
}

DROPPED_TRIGGERS: Final[Mapping[str, str]] = {
    "org_unit_raises_home_version": "homes show a compound's new name within a day instead of at once; the program "
    "itself never changes a name",
}
"""Triggers that a cluster cannot have, and what is different without them; `flask cluster distribute` drops them."""


@dataclass(frozen=True)
class Rebuilt:
    """A constraint that a cluster needs in another form, which another extension of PostgreSQL makes possible."""

    table: str
    extension: str
    constraint: str


REBUILT: Final[Mapping[str, Rebuilt]] = {
    "ex_booking_one_place_at_a_time": Rebuilt(
        "booking",
        "btree_gist",
        "EXCLUDE USING gist (compound_id WITH =, person_id WITH =, tstzrange(starts_at, ends_at) WITH &&)"
        " WHERE (state IN ('booked', 'waiting'))",
    ),
}
"""By name: `flask cluster distribute` makes them anew. One machine does without the extension, which not every
PostgreSQL has, by comparing ranges of one id; Citus looks for the column itself."""


def place_of(table: str, columns: frozenset[str]) -> Place | None:
    """Where a table with these columns shall be; None: nobody has said."""
    return OTHERS.get(table) or (BY_COMPOUND if TENANT in columns else None)
