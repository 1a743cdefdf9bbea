"""Who acts."""

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True)
class Actor:
    """The signed-in account that an act is done by. `session` is the hash of its bearer token; jobs have none."""

    account_id: UUID
    session: bytes = b""
